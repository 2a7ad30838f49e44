import { medianInterval, normalQuantile, type Interval } from './medianInterval.ts';
import { median, medianOf, sorted, type Sorted } from './quantiles.ts';
import type { SamplingPlan } from '../../preload/contract.ts';

/**
 * The grand median is the median, over all processes that this machine could have started, of a process's median
 * latency. Processes are independent, so a binomial argument over their medians holds whatever happens inside one:
 * autocorrelation, drift, several modes, spikes.
 *
 * What was tried (test/measure/coverage.test.ts has the scenarios): percentile intervals of a hierarchical bootstrap
 * cover 75 % with 3 processes and 91–95 % with 5 to 10; Student's t on the logarithms covers 95 % of clean noise, but
 * 60–90 % where one process in five is slow. Order statistics cover 94–96 % of everything from 5 processes on.
 *
 * What nothing can do with so few processes: where nearly half of all processes live in another mode, the three or four
 * of a quiet-looking result may all have come from the same one. Then the interval covers 85–90 %.
 */
export interface GrandMedian extends Interval {
  readonly median: number;
}

/** Nominal levels at which one look at the processes is taken; see `lookLevel`. */
export type ConfidenceLevel = 0.95 | 0.965;

/**
 * Relative standard deviation between processes that is taken for granted where one or two processes cannot show it:
 * 1–2 % was seen on quiet machines.
 */
export const assumedProcessDeviation = 0.02;

/**
 * Under six processes no distribution-free interval reaches 95 %. The range of their medians covers 75, 87.5 and
 * 93.75 % of anything (3, 4, 5 processes); widened on each side by this share of the range, on the logarithm, it covers
 * the nominal level of log-normal process medians. Found by numerical integration of
 * P(min − c (max − min) > 0) = (1 − level) / 2 for normal values; for three values it is within 1 % of Student's t.
 */
const rangeWidening: Readonly<Record<ConfidenceLevel, Readonly<Record<number, number>>>> = {
  0.95: { 3: 0.8133, 4: 0.2385, 5: 0.0388 },
  0.965: { 3: 1.0852, 4: 0.3469, 5: 0.1034 },
};

/**
 * Level of a single look that makes the whole protocol cover 95 % (93–97 % in simulation). Going on until the interval
 * is narrow enough favours intervals that are narrow by accident, so each look must be surer than the promise.
 */
export function lookLevel(plan: Pick<SamplingPlan, 'minProcesses' | 'maxProcesses'>): ConfidenceLevel {
  return plan.minProcesses === plan.maxProcesses ? 0.95 : 0.965;
}

/** Grand median of the samples of one or more processes, with its interval, in the samples' unit. */
export function grandMedian(processes: readonly Sorted[], level: ConfidenceLevel): GrandMedian {
  const medians = sorted(processes.map(median));
  const middle = median(medians);
  const only = processes[0];
  if (only === undefined) throw new RangeError('a grand median needs at least one process');
  if (medians.length <= 2) return { median: middle, ...assumedInterval(processes, medians, middle) };
  return { median: middle, ...centreInterval(medians, level) };
}

/**
 * Interval of the median of the distribution that three or more positive, independent values came from: order
 * statistics from six values on, the widened range before.
 */
export function centreInterval(values: Sorted, level: ConfidenceLevel): Interval {
  const widening = rangeWidening[level][values.length];
  if (widening !== undefined) {
    const low = Math.log(values[0] ?? Number.NaN);
    const high = Math.log(values[values.length - 1] ?? Number.NaN);
    const margin = widening * (high - low);
    return { low: Math.exp(low - margin), high: Math.exp(high + margin) };
  }
  const interval = medianInterval(values, level);
  if (interval === null) throw new RangeError(`${values.length} values are too few for an interval`);
  return interval;
}

/** One or two processes: their own uncertainty, and the assumed deviation between processes on top of it. */
function assumedInterval(processes: readonly Sorted[], medians: Sorted, middle: number): Interval {
  const z = normalQuantile(0.975);
  const within = processes.map((process) => {
    const { low, high } = medianInterval(process, 0.95) ?? extremes(process);
    return Math.log(high / low) / 2;
  });
  const spread = medians.length === 2 ? Math.log((medians[1] ?? 1) / (medians[0] ?? 1)) / Math.SQRT2 : 0;
  const deviation = Math.max(assumedProcessDeviation, spread);
  const margin = Math.hypot(z * deviation, medianOf(within)) / Math.sqrt(processes.length);
  return { low: middle * Math.exp(-margin), high: middle * Math.exp(margin) };
}

function extremes(values: Sorted): Interval {
  return { low: values[0] ?? Number.NaN, high: values[values.length - 1] ?? Number.NaN };
}
