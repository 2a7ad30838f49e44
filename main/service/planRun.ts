import type { CallRequest, Configuration, HardwareReport, ProviderName } from '../../preload/contract.ts';
import { bestProvider } from '../hardware/providers.ts';
import type { Store } from '../store/store.ts';
import { assertInputSize } from '../zoo/build.ts';
import { architectureNamed } from '../zoo/catalog.ts';
import { isOwnModel, ownModelNamed } from './ownModels.ts';

/** What was asked for cannot be measured here. */
export class PlanFailure extends Error {
  readonly code: 'provider-unavailable' | 'variant-unavailable';
  readonly remedy: string | null;

  constructor(code: PlanFailure['code'], message: string, remedy: string | null) {
    super(message);
    this.name = 'PlanFailure';
    this.code = code;
    this.remedy = remedy;
  }
}

/**
 * The configurations of a request: the cross product of models, precisions and batch sizes, defaults filled in. Throws ZooFailure
 * for an unknown model or size and PlanFailure for a provider or variant that cannot be had; nothing is stored by then.
 */
export function configurationsOf(
  store: Store,
  request: CallRequest<'startRun'>,
  report: HardwareReport,
): Configuration[] {
  const provider = workingProvider(request.provider, report);
  const threads = request.threads ?? report.machine.cpu.physicalCores;
  const models = [...new Set(request.models)].map((model) => ({
    model,
    inputSize: inputSizeOf(store, model, request),
  }));
  return models.flatMap(({ model, inputSize }) =>
    [...new Set(request.precisions)].flatMap((precision) =>
      [...new Set(request.batches)].map((batch) => ({
        model,
        use: request.use,
        precision,
        inputSize,
        batch,
        provider,
        threads,
      })),
    ),
  );
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

function workingProvider(asked: ProviderName | null, report: HardwareReport): ProviderName {
  if (asked === null) return bestProvider(report);
  const status = report.providers.find(({ provider }) => provider === asked);
  if (status?.works === true) return asked;
  throw new PlanFailure(
    'provider-unavailable',
    `${asked} does not work here: ${status?.reason ?? 'it was not found'}`,
    status?.remedy ?? null,
  );
}
