import type { CallRequest, Configuration, HardwareReport, ProviderName } from '../../preload/contract.ts';
import { bestProvider } from '../hardware/providers.ts';
import { assertInputSize } from '../zoo/build.ts';
import { architectureNamed } from '../zoo/catalog.ts';

/** What was asked for cannot be measured here. */
export class PlanFailure extends Error {
  readonly code: 'provider-unavailable';
  readonly remedy: string | null;

  constructor(code: PlanFailure['code'], message: string, remedy: string | null) {
    super(message);
    this.name = 'PlanFailure';
    this.code = code;
    this.remedy = remedy;
  }
}

/**
 * The configurations of a request: the cross product of models, precisions and batch sizes, defaults filled in.
 * Throws ZooFailure for an unknown model or size and PlanFailure for a provider that does not work here; nothing is stored by then.
 */
export function configurationsOf(request: CallRequest<'startRun'>, report: HardwareReport): Configuration[] {
  const provider = workingProvider(request.provider, report);
  const threads = request.threads ?? report.machine.cpu.physicalCores;
  const architectures = [...new Set(request.models)].map(architectureNamed);
  for (const architecture of architectures)
    assertInputSize(architecture, request.inputSize ?? architecture.inputSize);
  return architectures.flatMap((architecture) =>
    request.precisions.flatMap((precision) =>
      [...new Set(request.batches)].map((batch) => ({
        model: architecture.name,
        use: request.use,
        precision,
        inputSize: request.inputSize ?? architecture.inputSize,
        batch,
        provider,
        threads,
      })),
    ),
  );
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
