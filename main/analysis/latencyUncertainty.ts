import type { Observation } from './observation.ts';
import { studentT95, studentTCdf } from './studentT.ts';

/**
 * What is known of a true median latency: its logarithm lies around the measured one, with Student's t on each side
 * scaled so that the 95 % interval comes out as measured. The logarithm, because latencies are positive and their
 * errors multiply; Student's t with processes − 1 degrees, because processes are what the interval counts (one or two
 * processes carry an assumed deviation, which is taken as normal); each side for itself, because intervals by order
 * statistics are not symmetrical.
 */
export interface LatencyUncertainty {
  readonly logMedian: number;
  /** Standard errors of the logarithm below and above the median; 0 where no interval is known. */
  readonly below: number;
  readonly above: number;
  readonly degrees: number;
}

export function latencyUncertainty({ latencyMs, processes }: Observation): LatencyUncertainty {
  const { median, low, high } = latencyMs;
  const logMedian = Math.log(median);
  const degrees = processes === null || processes < 3 ? Number.POSITIVE_INFINITY : processes - 1;
  if (low === null || high === null || low <= 0) return { logMedian, below: 0, above: 0, degrees };
  const t95 = studentT95(degrees);
  return {
    logMedian,
    below: Math.max(0, logMedian - Math.log(low)) / t95,
    above: Math.max(0, Math.log(high) - logMedian) / t95,
    degrees,
  };
}

/** Probability that the true median is at most `ms`; a step where no interval is known. */
export function probabilityAtMost(uncertainty: LatencyUncertainty, ms: number): number {
  const distance = Math.log(ms) - uncertainty.logMedian;
  const error = distance < 0 ? uncertainty.below : uncertainty.above;
  if (error === 0) return distance >= 0 ? 1 : 0;
  return studentTCdf(distance / error, uncertainty.degrees);
}

/** The latency in ms at `t` standard errors from the median, on that side's scale. */
export function latencyAt({ logMedian, below, above }: LatencyUncertainty, t: number): number {
  return Math.exp(logMedian + t * (t < 0 ? below : above));
}
