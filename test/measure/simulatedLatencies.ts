import { normals, seededRandom, type Random } from '../../main/measure/random.ts';
import type { Trial } from '../../main/measure/trial.ts';

/** Draws one process's runs, in order, in ms. */
export type ProcessSource = (runs: number) => Float64Array;

/** The ways in which latencies misbehave, as seen on real machines; all around 10 ms. */
export interface Behaviour {
  /** Relative standard deviation between processes, and between runs of one process. */
  readonly between: number;
  readonly within: number;
  /** Share of processes that are 1.4–4 times slower throughout. */
  readonly slowProcesses?: number;
  /** Share of runs that are interrupted: a Pareto tail of index 1.5 on top. */
  readonly spikes?: number;
  /** Share of processes, on average, that live in a mode 10 % slower; runs too switch modes. */
  readonly slowModeProcesses?: number;
  readonly slowModeRuns?: number;
  /** Relative rise over the runs of a process; each process drifts by this on average, up to twice as much. */
  readonly drift?: number;
}

export function processSource(behaviour: Behaviour, seed: number): ProcessSource {
  const random = seededRandom(seed);
  const normal = normals(random);
  const {
    between,
    within,
    slowProcesses = 0,
    spikes = 0,
    slowModeProcesses = 0,
    slowModeRuns = 0,
  } = behaviour;
  const { drift = 0 } = behaviour;
  return (runs) => {
    let level = Math.log(10) + between * normal();
    if (random() < slowProcesses) level += Math.log(1.4 + 2.6 * random());
    if (random() < slowModeProcesses) level += Math.log(1.1);
    // Processes differ in how often their runs fall into the slow mode, and in how much they drift.
    const slowRuns = slowModeRuns === 0 ? 0 : Math.min(1, slowModeRuns * (0.5 + random()));
    const rise = drift * 2 * random();
    return Float64Array.from({ length: runs }, (_, run) => {
      let ms = Math.exp(level + within * normal() + (rise * run) / runs);
      if (random() < slowRuns) ms *= 1.1;
      return random() < spikes ? ms * (1 + 0.1 * (paretoTail(random) - 1)) : ms;
    });
  };
}

function paretoTail(random: Random): number {
  return random() ** (-1 / 1.5);
}

/** A trial with these samples and nothing else remarkable. */
export function trialOf(samplesMs: Float64Array, changes: Partial<Trial> = {}): Trial {
  const absent = { available: false, reason: 'simulated' } as const;
  return {
    startedAt: '2026-11-24T00:00:00.000Z',
    samplesMs,
    warmUpRuns: 10,
    steadyStateReached: true,
    sessionCreationMs: 100,
    firstRunMs: 20,
    memory: {
      baselineBytes: null,
      peakBytes: absent,
      loadPeakBytes: absent,
      runPeakBytes: absent,
      steadyBytes: absent,
      gpuBytes: absent,
    },
    cpuUtilisation: absent,
    competingLoad: absent,
    energyPerInferenceJ: absent,
    overheadMs: 0.02,
    sensors: [],
    slept: false,
    powerSource: 'unknown',
    modeFigures: null,
    onnxruntime: '1.30.0',
    ...changes,
  };
}
