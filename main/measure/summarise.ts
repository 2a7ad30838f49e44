import type { Flag, LatencySummary, SamplingPlan } from '../../preload/contract.ts';
import { flagTrials } from './flags.ts';
import { grandMedian, lookLevel, type GrandMedian } from './grandMedian.ts';
import { median, pooledQuantiles, sorted, type Sorted } from './quantiles.ts';
import type { Trial } from './trial.ts';

/** Fewest samples for a p99, and for a p99.9. */
const samplesForP99 = 100;
const samplesForP999 = 1000;

export interface TrialSummary {
  /** Of one run of the whole batch. */
  readonly latencyMs: LatencySummary;
  /** Median latency over the batch size. */
  readonly perImageMs: number;
  /** Images per second at the median latency. */
  readonly throughputPerSecond: number;
  readonly flags: Flag[];
}

/**
 * The latency of one configuration from all its finished trials (at least one), and what to know before trusting it.
 * The median and its interval are those of the typical process (see grandMedian.ts); mean, deviation and the other
 * quantiles are of all runs, each process with the same weight.
 */
export function summariseTrials(trials: readonly Trial[], batch: number, plan: SamplingPlan): TrialSummary {
  const processes = sortedSamples(trials);
  const grand = grandMedian(processes, lookLevel(plan));
  const count = processes.reduce((sum, process) => sum + process.length, 0);
  const [p90, p95, p99, p999] = pooledQuantiles(processes, [0.9, 0.95, 0.99, 0.999]) as [
    number,
    number,
    number,
    number,
  ];
  const summary = {
    ...grand,
    ...moments(processes, count),
    min: Math.min(...processes.map((process) => process[0] ?? Number.NaN)),
    p90,
    p95,
    p99: count < samplesForP99 ? null : p99,
    p999: count < samplesForP999 ? null : p999,
    samples: count,
    processes: trials.length,
    converged: isConverged(grand, plan),
  };
  return {
    latencyMs: summary,
    perImageMs: grand.median / batch,
    throughputPerSecond: (1000 * batch) / grand.median,
    flags: flagTrials(trials, processes, plan, summary),
  };
}

/** Whether one more worker process is to be started: below the plan's minimum, or too wide and below its maximum. */
export function needsAnotherProcess(trials: readonly Trial[], plan: SamplingPlan): boolean {
  if (trials.length < plan.minProcesses) return true;
  if (trials.length >= plan.maxProcesses) return false;
  return !isConverged(grandMedian(sortedSamples(trials), lookLevel(plan)), plan);
}

/** Median latency of each process, in ms: what comparisons of two results work on. */
export function processMediansMs(trials: readonly Trial[]): number[] {
  return sortedSamples(trials).map(median);
}

function sortedSamples(trials: readonly Trial[]): Sorted[] {
  return trials.map(({ samplesMs }) => sorted(samplesMs));
}

function isConverged({ median: middle, low, high }: GrandMedian, plan: SamplingPlan): boolean {
  return (high - low) / 2 <= plan.relativeHalfWidth * middle;
}

function moments(processes: readonly Sorted[], count: number): { mean: number; sd: number } {
  const means = processes.map((process) => process.reduce((sum, ms) => sum + ms, 0) / process.length);
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  const squares = processes.map(
    (process) => process.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / process.length,
  );
  const variance = squares.reduce((sum, value) => sum + value, 0) / squares.length;
  return { mean, sd: Math.sqrt((variance * count) / (count - 1)) };
}
