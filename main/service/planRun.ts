import type {
  CallRequest,
  Configuration,
  HardwareReport,
  LatencyMode,
  ProviderName,
} from '../../preload/contract.ts';
import { bestProvider } from '../hardware/providers.ts';
import type { Store } from '../store/store.ts';
import { assertInputSize } from '../zoo/build.ts';
import { architectureNamed } from '../zoo/catalog.ts';
import type { Found } from './machineState.ts';
import { PlanFailure } from './planFailure.ts';
import { providerOptionsOf, settableAffinity } from './runSettings.ts';
import { isOwnModel, ownModelNamed } from './ownModels.ts';

/**
 * The configurations of a request: the cross product of models, precisions, batch sizes and modes, defaults filled in.
 * Throws ZooFailure for an unknown model or size and PlanFailure for what cannot be had here; nothing is stored by then.
 */
export function configurationsOf(
  store: Store,
  request: CallRequest<'startRun'>,
  found: Found,
): Configuration[] {
  const provider = workingProvider(request.provider, found);
  const { physicalCores } = found.machine.cpu;
  const settings = {
    ...{ use: request.use, provider, arena: request.arena },
    affinity: settableAffinity(request.affinity, found),
    powerSource: found.machine.power.source,
    providerOptions: providerOptionsOf(provider, request.providerOptions),
  };
  const modes = distinct(request.modes);
  return [...new Set(request.models)].flatMap((model) => {
    const inputSize = inputSizeOf(store, model, request);
    return [...new Set(request.precisions)].flatMap((precision) =>
      [...new Set(request.batches)].flatMap((batch) =>
        modes.map((mode) => {
          const threads = request.threads ?? Math.max(1, Math.floor(physicalCores / sessionsOf(mode)));
          return { model, inputSize, precision, batch, mode, threads, ...settings };
        }),
      ),
    );
  });
}

/** Sessions that run at once share the cores between them, where the number of threads is left to us. */
function sessionsOf(mode: LatencyMode): number {
  return mode.kind === 'offline' ? mode.sessions : 1;
}

function distinct(modes: readonly LatencyMode[]): LatencyMode[] {
  return [...new Map(modes.map((mode) => [JSON.stringify(mode), mode])).values()];
}

/** The size that a model is measured at. Throws where the model is not known or cannot be had as asked. */
function inputSizeOf(
  store: Store,
  model: string,
  { inputSize, use, precisions }: CallRequest<'startRun'>,
): number {
  if (!isOwnModel(model)) {
    const architecture = architectureNamed(model);
    const size = inputSize ?? architecture.inputSize;
    assertInputSize(architecture, size);
    return size;
  }
  const own = ownModelNamed(store, model);
  if (use !== 'classifier' || precisions.some((precision) => precision !== 'fp32')) {
    const remedy = 'Ask for fp32 and classifier: the file is then measured as it is.';
    throw new PlanFailure(
      'variant-unavailable',
      `'${model}' is measured as the file is, in no other precision or use.`,
      remedy,
    );
  }
  return inputSize ?? own.inputSize;
}

/** The provider that was asked for, or the best one. Throws PlanFailure where it does not work here. */
export function workingProvider(
  asked: ProviderName | null,
  report: Pick<HardwareReport, 'providers'>,
): ProviderName {
  if (asked === null) return bestProvider(report);
  const status = report.providers.find(({ provider }) => provider === asked);
  if (status?.works === true) return asked;
  throw new PlanFailure(
    'provider-unavailable',
    `${asked} does not work here: ${status?.reason ?? 'it was not found'}`,
    status?.remedy ?? null,
  );
}
