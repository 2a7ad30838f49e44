import type { Flag, LatencySummary, ModeFigures, SamplingPlan } from '../../preload/contract.ts';
import { flagTrials } from './flags.ts';
import { centreInterval, grandMedian, lookLevel, type GrandMedian } from './grandMedian.ts';
import { median, medianOf, pooledQuantiles, quantile, sorted, type Sorted } from './quantiles.ts';
import type { Trial } from './trial.ts';

/** Fewest samples for a p99, and for a p99.9. */
const samplesForP99 = 100;
const samplesForP999 = 1000;

export interface TrialSummary {
  /** Of one run of the whole batch, or of one request: see `LatencySummary`. */
  readonly latencyMs: LatencySummary;
  /** Median latency over the batch size. */
  readonly perImageMs: number;
  /** Images per second: at the median latency in single stream, as many as were done in every other mode. */
  readonly throughputPerSecond: number;
  readonly modeFigures: ModeFigures | null;
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
    converged: isConverged(decisive(trials, processes, plan), plan),
  };
  const done = throughput(trials, plan);
  return {
    latencyMs: summary,
    perImageMs: grand.median / batch,
    throughputPerSecond: done?.median ?? (1000 * batch) / grand.median,
    modeFigures: modeFigures(trials, processes, done, count),
    flags: flagTrials(trials, processes, plan, summary),
  };
}

/** Whether one more worker process is to be started: below the plan's minimum, or too wide and below its maximum. */
export function needsAnotherProcess(trials: readonly Trial[], plan: SamplingPlan): boolean {
  if (trials.length < plan.minProcesses) return true;
  if (trials.length >= plan.maxProcesses) return false;
  return !isConverged(decisive(trials, sortedSamples(trials), plan), plan);
}

/** What must be known well enough: the throughput in offline, of which it is all about, else the latency. */
function decisive(trials: readonly Trial[], processes: readonly Sorted[], plan: SamplingPlan): GrandMedian {
  const offline = trials.every(({ modeFigures: figures }) => figures?.kind === 'offline');
  return (offline ? throughput(trials, plan) : null) ?? grandMedian(processes, lookLevel(plan));
}

/** Images per second that were really done, over processes; null in single stream. */
function throughput(trials: readonly Trial[], plan: SamplingPlan): GrandMedian | null {
  const done = trials.flatMap(({ modeFigures: figures }) =>
    figures === null ? [] : [Float64Array.of(figures.imagesPerSecond)],
  );
  return done.length === 0 ? null : grandMedian(done, lookLevel(plan));
}

/** Fewest processes whose 99th percentiles make an interval. */
const processesForP99 = 3;

function modeFigures(
  trials: readonly Trial[],
  processes: readonly Sorted[],
  done: GrandMedian | null,
  samples: number,
): ModeFigures | null {
  const figures = trials.flatMap((trial) => trial.modeFigures ?? []);
  const [first] = figures;
  if (first === undefined || done === null) return null;
  switch (first.kind) {
    case 'offline':
      return { kind: 'offline', throughputLow: done.low, throughputHigh: done.high };
    case 'server': {
      const own = figures.filter(({ kind }) => kind === first.kind) as (typeof first)[];
      const known = samples >= samplesForP99 && processes.length >= processesForP99;
      const p99 = known
        ? centreInterval(sorted(processes.map((process) => quantile(process, 0.99))), 0.95)
        : null;
      return {
        kind: 'server',
        waitMs: medianOf(own.map(({ waitMs }) => waitMs)),
        p99LowMs: p99?.low ?? null,
        p99HighMs: p99?.high ?? null,
        busyShare: medianOf(own.map(({ busyShare }) => busyShare)),
      };
    }
    case 'paced': {
      const own = figures.filter(({ kind }) => kind === first.kind) as (typeof first)[];
      return {
        kind: 'paced',
        firstAfterIdleMs: medianOf(own.map(({ firstAfterIdleMs }) => firstAfterIdleMs)),
        idleSeconds: medianOf(own.map(({ idleSeconds }) => idleSeconds)),
        droppedShare: medianOf(own.map(({ droppedShare }) => droppedShare)),
      };
    }
  }
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
