import type { Reading, SamplingPlan } from '../../preload/contract.ts';
import { medianOf } from './quantiles.ts';
import type { Supervision } from './supervise.ts';
import type { Trial, TrialOutcome } from './trial.ts';

/** All sessions are timed together for this long at least. */
const shortestMs = 2000;

/**
 * One offline trial: several sessions of the same model at once, each in a worker process of its own, because a run is a
 * synchronous call that blocks its process. All load and warm up; when the last one is ready, all are told to go, and each
 * runs back to back for the same time. What they did together is the throughput. Where one fails, the others are ended,
 * and its failure is the trial's. Note that the model's weights lie in memory once for each session.
 */
export async function runOffline(
  runOne: (supervision: Supervision) => Promise<TrialOutcome>,
  sessions: number,
  plan: SamplingPlan,
  { signal, onProgress }: Supervision,
): Promise<TrialOutcome> {
  const abort = new AbortController();
  const signals = signal === undefined ? [abort.signal] : [abort.signal, signal];
  const typicalRunsMs: number[] = [];
  const go = Promise.withResolvers<number>();
  const onReady = (typicalRunMs: number): Promise<number> => {
    typicalRunsMs.push(typicalRunMs);
    if (typicalRunsMs.length === sessions) go.resolve(durationMs(plan, Math.max(...typicalRunsMs), sessions));
    return go.promise;
  };
  const outcomes = await Promise.all(
    Array.from({ length: sessions }, async (_, session) => {
      const outcome = await runOne({
        signal: AbortSignal.any(signals),
        onReady,
        // Sessions do the same: one of them tells how far all are.
        ...(session === 0 && onProgress !== undefined ? { onProgress } : { onProgress: () => undefined }),
      });
      if (!outcome.ok && !abort.signal.aborted) abort.abort();
      return outcome;
    }),
  );
  const failures = outcomes.filter((outcome) => !outcome.ok);
  const first = failures.find(({ failure }) => failure.code !== 'cancelled') ?? failures[0];
  if (first !== undefined) return first;
  return { ok: true, trial: together(outcomes.flatMap((outcome) => (outcome.ok ? [outcome.trial] : []))) };
}

/** Time for the plan's least samples of each session, were the sessions to share one core; within the plan's cap. */
function durationMs(plan: SamplingPlan, typicalRunMs: number, sessions: number): number {
  const wanted = Math.max(shortestMs, plan.minSamples * typicalRunMs * sessions);
  return Math.min(plan.maxSecondsPerProcess * 1000, wanted);
}

/** The trial that the sessions' trials are together. */
function together(trials: readonly Trial[]): Trial {
  const [one] = trials;
  if (one === undefined) throw new RangeError('an offline trial needs at least one session');
  const samplesMs = new Float64Array(trials.reduce((sum, trial) => sum + trial.samplesMs.length, 0));
  let offset = 0;
  for (const trial of trials) {
    samplesMs.set(trial.samplesMs, offset);
    offset += trial.samplesMs.length;
  }
  const medianOfAll = (of: (trial: Trial) => number): number => medianOf(trials.map(of));
  const summed = (of: (trial: Trial) => Reading): Reading => total(trials.map(of));
  return {
    ...one,
    samplesMs,
    warmUpRuns: medianOfAll(({ warmUpRuns }) => warmUpRuns) | 0,
    steadyStateReached: trials.every(({ steadyStateReached }) => steadyStateReached),
    sessionCreationMs: medianOfAll(({ sessionCreationMs }) => sessionCreationMs),
    firstRunMs: medianOfAll(({ firstRunMs }) => firstRunMs),
    overheadMs: medianOfAll(({ overheadMs }) => overheadMs),
    memory: {
      baselineBytes: trials.reduce((sum, { memory }) => sum + (memory.baselineBytes ?? 0), 0),
      peakBytes: summed(({ memory }) => memory.peakBytes),
      loadPeakBytes: summed(({ memory }) => memory.loadPeakBytes),
      runPeakBytes: summed(({ memory }) => memory.runPeakBytes),
      steadyBytes: summed(({ memory }) => memory.steadyBytes),
      gpuBytes: gpuTogether(trials.map(({ memory }) => memory.gpuBytes)),
    },
    cpuUtilisation: summed(({ cpuUtilisation }) => cpuUtilisation),
    competingLoad: othersLoad(trials),
    energyPerInferenceJ: sharedEnergy(trials.map(({ energyPerInferenceJ }) => energyPerInferenceJ)),
    slept: trials.some(({ slept }) => slept),
    modeFigures: {
      kind: 'offline',
      imagesPerSecond: trials.reduce((sum, { modeFigures }) => sum + (modeFigures?.imagesPerSecond ?? 0), 0),
    },
  };
}

/** A sum over the sessions; absent where one of them lacks it. */
function total(readings: readonly Reading[]): Reading {
  const absent = readings.find((reading) => !reading.available);
  if (absent !== undefined) return absent;
  const present = readings.filter((reading) => reading.available);
  const method = present[0]?.method ?? '';
  const value = present.reduce((sum, reading) => sum + reading.value, 0);
  return { available: true, value, method: present.length === 1 ? method : `${method}, all sessions` };
}

/** What the driver tells of each process adds up; how much fuller the device became is the same for all that look. */
function gpuTogether(readings: readonly Reading[]): Reading {
  const present = readings.filter((reading) => reading.available);
  if (present.every(({ method }) => !method.includes('other programs'))) return total(readings);
  return present.reduce((most, reading) => (reading.value > most.value ? reading : most));
}

/** Each session takes the others for strangers: what all of them used is taken off. */
function othersLoad(trials: readonly Trial[]): Reading {
  const loads = trials.map(({ competingLoad }) => competingLoad);
  const own = trials.map(({ cpuUtilisation }) => cpuUtilisation);
  const absent = [...loads, ...own].find((reading) => !reading.available);
  if (absent !== undefined) return absent;
  const values = (readings: readonly Reading[]): number[] =>
    readings.flatMap((reading) => (reading.available ? [reading.value] : []));
  const cores = values(own).reduce((sum, value) => sum + value, 0);
  const seen = medianOf(values(loads)) - (cores - medianOf(values(own)));
  return {
    available: true,
    value: Math.max(0, seen),
    method: "the machine's busy CPU time less all sessions', in cores",
  };
}

/** The counter is the whole package's, so each session divides all of the energy by its own images: 1/e adds up. */
function sharedEnergy(readings: readonly Reading[]): Reading {
  const absent = readings.find((reading) => !reading.available);
  if (absent !== undefined) return absent;
  const present = readings.filter((reading) => reading.available);
  const value = 1 / present.reduce((sum, reading) => sum + 1 / reading.value, 0);
  return { available: true, value, method: present[0]?.method ?? '' };
}
