import type { Flag, FlagStatement, SamplingPlan } from '../../preload/contract.ts';
import { flagSaying } from './flagMessage.ts';
import { twoModes } from './modes.ts';
import { medianOf, sorted, type Sorted } from './quantiles.ts';
import type { SensorSample, Trial } from './trial.ts';

/** Below this many processes the spread between processes is assumed, not seen. */
const fewestProcesses = 3;
/** Cores that others may use before it is said. */
const tolerableLoadCores = 0.25;
/** A clock, or a power, that ends this much lower than it began was throttled. */
const throttledShare = 0.9;
/** Two groups of processes further apart than this share, and than this many times their own spread, are two modes. */
const groupGap = 0.02;
const groupSpreads = 4;

/** Everything a reader must know before trusting the summary of these trials. Nothing is removed from them. */
export function flagTrials(
  trials: readonly Trial[],
  samples: readonly Sorted[],
  plan: SamplingPlan,
  summary: {
    readonly converged: boolean;
    readonly median: number;
    readonly low: number;
    readonly high: number;
  },
): Flag[] {
  // Requests that wait for one another come in humps and waves of their own, whatever the machine does.
  const queueing = trials.some(({ modeFigures }) => modeFigures?.kind === 'server');
  return [
    notConverged(plan, summary),
    fewProcesses(trials),
    queueing ? null : bimodal(samples),
    queueing ? null : drift(trials, plan),
    overloaded(trials),
    missedFrames(trials),
    throttled(trials),
    competingLoad(trials),
    slept(trials),
  ].filter((flag) => flag !== null);
}

function notConverged(
  plan: SamplingPlan,
  { converged, median, low, high }: { converged: boolean; median: number; low: number; high: number },
): Flag | null {
  if (converged) return null;
  return flagSaying('not-converged', {
    code: 'interval-too-wide',
    values: { reached: (high - low) / 2 / median, asked: plan.relativeHalfWidth },
  });
}

function fewProcesses({ length }: readonly Trial[]): Flag | null {
  if (length >= fewestProcesses) return null;
  return flagSaying('few-processes', { code: 'spread-assumed', values: { processes: length } });
}

function bimodal(samples: readonly Sorted[]): Flag | null {
  const within = samples.map(twoModes).filter((modes) => modes !== null);
  const example = within[0];
  if (example !== undefined && within.length >= samples.length / 3) {
    const { low, high } = example;
    return flagSaying('bimodal', { code: 'runs-in-two-groups', values: { low, high } });
  }
  const groups = twoGroups(sorted(samples.map(medianOf)));
  if (groups === null) return null;
  return flagSaying('bimodal', { code: 'processes-in-two-groups', values: groups });
}

/** Two clusters of at least two processes each with a wide gap between; one odd process is noise, not a mode. */
function twoGroups(medians: Sorted): { low: number; high: number } | null {
  const logs = medians.map(Math.log);
  let widest = 0;
  let split = 0;
  for (let index = 2; index <= logs.length - 2; index++) {
    const gap = (logs[index] ?? 0) - (logs[index - 1] ?? 0);
    if (gap > widest) {
      widest = gap;
      split = index;
    }
  }
  const spread = (values: Sorted): number => (values[values.length - 1] ?? 0) - (values[0] ?? 0);
  const inner = Math.max(spread(logs.subarray(0, split)), spread(logs.subarray(split)));
  if (widest < groupGap || widest < groupSpreads * inner) return null;
  return { low: medianOf(medians.subarray(0, split)), high: medianOf(medians.subarray(split)) };
}

/** First against last third of each process's runs, by medians; the typical process decides. */
function drift(trials: readonly Trial[], plan: SamplingPlan): Flag | null {
  const changes = trials.flatMap(({ samplesMs }) => {
    const third = Math.floor(samplesMs.length / 3);
    if (third < 5) return [];
    const first = sorted(samplesMs.subarray(0, third));
    const last = sorted(samplesMs.subarray(samplesMs.length - third));
    return rankDifference(first, last) ? [Math.log(medianOf(last) / medianOf(first))] : [0];
  });
  if (changes.length === 0) return null;
  const change = medianOf(changes);
  if (Math.abs(change) < Math.max(0.02, plan.relativeHalfWidth)) return null;
  return flagSaying('drift', { code: 'drifted', values: { change: Math.exp(change) - 1 } });
}

/** Mann and Whitney's test by the normal approximation, at three standard deviations. */
function rankDifference(x: Sorted, y: Sorted): boolean {
  let below = 0;
  let index = 0;
  for (const value of y) {
    while (index < x.length && (x[index] ?? 0) < value) index += 1;
    below += index;
  }
  const [n, m] = [x.length, y.length];
  return Math.abs(below - (n * m) / 2) > 3 * Math.sqrt((n * m * (n + m + 1)) / 12);
}

/** By what the devices say of themselves, by clocks, and by power that falls while the runs grow longer. */
function throttled(trials: readonly Trial[]): Flag | null {
  const found = heatCount(trials) ?? gpuReason(trials) ?? fallenClock(trials) ?? fallenPower(trials);
  return found === null ? null : flagSaying('throttled', found);
}

function heatCount(trials: readonly Trial[]): FlagStatement | null {
  const rises = trials.map(({ sensors }) => {
    const counts = sensors.flatMap(({ cpuThrottleCount: count }) => count ?? []);
    return (counts.at(-1) ?? 0) - (counts[0] ?? 0);
  });
  const struck = rises.filter((rise) => rise > 0).length;
  if (struck === 0) return null;
  return { code: 'slowed-by-heat', values: { struck, processes: trials.length } };
}

function gpuReason(trials: readonly Trial[]): FlagStatement | null {
  const held = trials.filter(({ sensors }) =>
    sensors.some(({ gpuThrottling: why }) => (why ?? []).length > 0),
  );
  if (held.length < trials.length / 2 || held.length === 0) return null;
  const reasons = new Set(
    held.flatMap(({ sensors }) => sensors.flatMap(({ gpuThrottling: why }) => why ?? [])),
  );
  return { code: 'gpu-held-down', values: { reasons: [...reasons] } };
}

function fallenClock(trials: readonly Trial[]): FlagStatement | null {
  for (const [device, clock] of [
    ['CPU', (sample: SensorSample) => sample.cpuClockMhz],
    ['GPU', (sample: SensorSample) => sample.gpuClockMhz],
  ] as const) {
    const falls = trials.flatMap(({ sensors }) =>
      firstAndLast(sensors.map(clock).filter((mhz) => mhz !== null)),
    );
    const worst = falls.filter((fall) => fall.to < throttledShare * fall.from);
    const example = worst[0];
    if (example !== undefined && worst.length >= falls.length / 2) {
      return { code: 'clock-fell', values: { device, ...example } };
    }
  }
  return null;
}

function fallenPower(trials: readonly Trial[]): FlagStatement | null {
  const falls = trials.flatMap(({ sensors, samplesMs }) => {
    const [power] = firstAndLast(sensors.flatMap(({ powerW }) => powerW ?? []));
    const [latency] = firstAndLast([...samplesMs]);
    return power === undefined || latency === undefined ? [] : [{ power, latency }];
  });
  const worst = falls.filter(
    ({ power, latency }) =>
      power.to < throttledShare * power.from && latency.from < throttledShare * latency.to,
  );
  const example = worst[0]?.power;
  if (example === undefined || worst.length < falls.length / 2) return null;
  return { code: 'power-fell', values: example };
}

/** Medians of the first and of the last third; nothing where there are too few values. */
function firstAndLast(values: readonly number[]): { from: number; to: number }[] {
  const third = Math.floor(values.length / 3);
  if (third === 0) return [];
  return [{ from: medianOf(values.slice(0, third)), to: medianOf(values.slice(-third)) }];
}

/** Share of its time in which a server still keeps up; nearer to 1 the wait grows for as long as one measures. */
const busyLimit = 0.95;

function overloaded(trials: readonly Trial[]): Flag | null {
  const busy = trials.flatMap(({ modeFigures }) =>
    modeFigures?.kind === 'server' ? [modeFigures.busyShare] : [],
  );
  if (busy.length === 0 || medianOf(busy) < busyLimit) return null;
  return flagSaying('overloaded', { code: 'too-many-requests', values: { busy: medianOf(busy) } });
}

/** Fewer dropped frames than this are a hiccup. */
const tolerableDrops = 0.01;

function missedFrames(trials: readonly Trial[]): Flag | null {
  const dropped = trials.flatMap(({ modeFigures }) =>
    modeFigures?.kind === 'paced' ? [modeFigures.droppedShare] : [],
  );
  if (dropped.length === 0 || medianOf(dropped) < tolerableDrops) return null;
  return flagSaying('missed-frames', { code: 'frames-dropped', values: { share: medianOf(dropped) } });
}

function competingLoad(trials: readonly Trial[]): Flag | null {
  const cores = trials.flatMap(({ competingLoad: load }) => (load.available ? [load.value] : []));
  if (cores.length === 0) return null;
  const typical = medianOf(cores);
  if (typical <= tolerableLoadCores) return null;
  return flagSaying('competing-load', { code: 'cores-taken', values: { cores: typical } });
}

function slept(trials: readonly Trial[]): Flag | null {
  const count = trials.filter((trial) => trial.slept).length;
  if (count === 0) return null;
  return flagSaying('slept', { code: 'slept-meanwhile', values: { processes: count } });
}
