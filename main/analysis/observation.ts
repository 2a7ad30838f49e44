import type { Flag, ResultRow } from '../../preload/contract.ts';

/** One backbone in one configuration on one device: what was measured there, or published about it. */
export interface Observation {
  readonly model: string;
  readonly family: string;
  readonly provider: string;
  readonly precision: string;
  readonly batch: number;
  readonly inputSize: number;
  readonly origin: 'measured' | 'published' | 'predicted';
  /** Latency of one run of the batch; low and high bound the 95 % interval of the median, null where none is known. */
  readonly latencyMs: { readonly median: number; readonly low: number | null; readonly high: number | null };
  readonly p99Ms: number | null;
  /** Peak memory of the process (or of the GPU, as the method says); null: unknown, which is not 0. */
  readonly memoryBytes: number | null;
  readonly memoryMethod: string | null;
  readonly params: number;
  readonly macs: number;
  readonly fileBytes: number | null;
  readonly energyJ: number | null;
  readonly top1: number;
  readonly accuracySource: string;
  readonly flags: readonly Flag[];
  readonly resultId: string | null;
}

/** Images per second at the median latency. */
export function framesPerSecond({ batch, latencyMs }: Pick<Observation, 'batch' | 'latencyMs'>): number {
  return (1000 * batch) / latencyMs.median;
}

/** A stored result as an observation; null where no accuracy is known, because it cannot be ranked then. */
export function observationOf({
  result,
  family,
  top1,
  top1Source,
  params,
  macs,
}: ResultRow): Observation | null {
  if (top1 === null) return null;
  const { configuration, latencyMs, memory } = result;
  const peak = memory.peakBytes;
  return {
    model: configuration.model,
    family,
    provider: configuration.provider,
    precision: configuration.precision,
    batch: configuration.batch,
    inputSize: configuration.inputSize,
    origin: 'measured',
    latencyMs: { median: latencyMs.median, low: latencyMs.low, high: latencyMs.high },
    p99Ms: latencyMs.p99,
    memoryBytes: peak.available ? peak.value : null,
    memoryMethod: peak.available ? peak.method : peak.reason,
    params,
    macs,
    fileBytes: result.modelFileBytes,
    energyJ: result.energyPerInferenceJ.available ? result.energyPerInferenceJ.value : null,
    top1,
    accuracySource: top1Source ?? 'unknown',
    flags: result.flags,
    resultId: result.id,
  };
}
