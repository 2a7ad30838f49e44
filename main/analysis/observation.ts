import type { Flag, ResultRow } from '../../preload/contract.ts';

/** How long requests that came at random times, this many a second, took from arrival to answer. */
export interface ServedResponse {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
  readonly p99RelativeError: number;
}

/** One backbone in one configuration on one device: what was measured there, published about it, or predicted for it. */
export interface Observation {
  readonly model: string;
  readonly family: string;
  readonly provider: string;
  readonly precision: string;
  readonly batch: number;
  readonly inputSize: number;
  readonly threads: number | null;
  readonly origin: 'measured' | 'published' | 'predicted';
  /** Latency of one run of the batch; low and high bound the 95 % interval of the median, null where none is known. */
  readonly latencyMs: { readonly median: number; readonly low: number | null; readonly high: number | null };
  /** Worker processes behind the interval; null where that is not known. */
  readonly processes: number | null;
  /** Standard deviation of single runs, in ms; null where not known. */
  readonly sdMs: number | null;
  readonly p99Ms: number | null;
  /** Relative standard error of `p99Ms`; 0 where not known. */
  readonly p99RelativeError: number;
  /** The response of a server that was measured at a rate of requests; absent where none was. */
  readonly served?: ServedResponse;
  /** Peak memory of the process (or of the GPU, as the method says); null: unknown, which is not 0. */
  readonly memoryBytes: number | null;
  readonly memoryMethod: string | null;
  /** Standard error of the logarithm of `memoryBytes`; 0 where it was read, not predicted. */
  readonly memoryLogError: number;
  readonly gpuMemoryBytes: number | null;
  readonly gpuMemoryMethod: string | null;
  readonly params: number | null;
  readonly macs: number | null;
  readonly fileBytes: number | null;
  readonly energyJ: number | null;
  readonly energyMethod: string | null;
  readonly top1: number;
  readonly top5: number | null;
  readonly accuracySource: string;
  readonly licence: string | null;
  readonly flags: readonly Flag[];
  readonly resultId: string | null;
}

/** Images per second at the median latency. */
export function framesPerSecond({ batch, latencyMs }: Pick<Observation, 'batch' | 'latencyMs'>): number {
  return (1000 * batch) / latencyMs.median;
}

/** Median latency of one run over the images in it. */
export function perImageMs({ batch, latencyMs }: Pick<Observation, 'batch' | 'latencyMs'>): number {
  return latencyMs.median / batch;
}

/** Whether two observations are of one model in one form, so that their latencies may be compared. */
export function sameConditions(a: Observation, b: Observation): boolean {
  return (
    a.model === b.model &&
    a.provider === b.provider &&
    a.batch === b.batch &&
    a.inputSize === b.inputSize &&
    a.threads === b.threads
  );
}

/** A stored result as an observation; null where no accuracy is known, because it cannot be ranked then. */
export function observationOf({
  result,
  family,
  top1,
  top5,
  top1Source,
  licence,
  params,
  macs,
}: ResultRow): Observation | null {
  if (top1 === null) return null;
  const { configuration, latencyMs, memory } = result;
  const peak = memory.peakBytes;
  const gpu = memory.gpuBytes;
  const energy = result.energyPerInferenceJ;
  return {
    model: configuration.model,
    family,
    provider: configuration.provider,
    precision: configuration.precision,
    batch: configuration.batch,
    inputSize: configuration.inputSize,
    threads: configuration.threads,
    origin: 'measured',
    latencyMs: { median: latencyMs.median, low: latencyMs.low, high: latencyMs.high },
    processes: latencyMs.processes,
    sdMs: latencyMs.sd,
    p99Ms: latencyMs.p99,
    p99RelativeError: p99RelativeError(latencyMs),
    memoryBytes: peak.available ? peak.value : null,
    memoryMethod: peak.available ? peak.method : peak.reason,
    memoryLogError: 0,
    gpuMemoryBytes: gpu.available ? gpu.value : null,
    gpuMemoryMethod: gpu.available ? gpu.method : gpu.reason,
    params,
    macs,
    fileBytes: result.modelFileBytes,
    energyJ: energy.available ? energy.value : null,
    energyMethod: energy.available ? energy.method : energy.reason,
    top1,
    top5,
    accuracySource: top1Source ?? 'unknown',
    licence,
    flags: result.flags,
    resultId: result.id,
  };
}

/** What a result in server mode tells of the response; null where it is another mode's, or had too few samples for a p99. */
export function servedResponseOf({ configuration, latencyMs }: ResultRow['result']): ServedResponse | null {
  const { mode } = configuration;
  if (mode.kind !== 'server' || latencyMs.p99 === null) return null;
  const { requestsPerSecond } = mode;
  return { requestsPerSecond, p99Ms: latencyMs.p99, p99RelativeError: p99RelativeError(latencyMs) };
}

/**
 * Relative standard error of the 99th percentile, from the summary alone: a sample quantile's error is √(q(1−q)/n) over
 * the density there, and beyond p95 the density is taken as that of an exponential tail through p95 and p99.
 */
function p99RelativeError({ p95, p99, samples }: ResultRow['result']['latencyMs']): number {
  if (p99 === null) return 0;
  const scale = (p99 - p95) / Math.log(5);
  return (scale * Math.sqrt(0.99 / (0.01 * samples))) / p99;
}
