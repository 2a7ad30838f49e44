import type { Configuration, Failure, Progress, Run, SamplingPlan } from '../../preload/contract.ts';
import type { Clock } from '../../main/queue/clock.ts';
import { createQueue, type Queue, type QueueSetup } from '../../main/queue/queue.ts';
import type { Trial, TrialOutcome, TrialTask } from '../../main/measure/trial.ts';
import { summariseTrials } from '../../main/measure/summarise.ts';
import type { QueueLock } from '../../main/store/queueLock.ts';
import type { Store } from '../../main/store/store.ts';
import { configuration, machine, trial } from '../store/sampleRows.ts';

/** The measuring room by script, for tests of the queue's own promises. */

export const plan: SamplingPlan = {
  minProcesses: 3,
  maxProcesses: 10,
  minSamples: 10,
  maxSamples: 100,
  maxSecondsPerProcess: 8,
  maxWarmUpSeconds: 2,
  relativeHalfWidth: 0.02,
};

export const crash: TrialOutcome = {
  ok: false,
  repeatable: false,
  failure: { code: 'worker-crashed', message: 'The worker crashed.', remedy: null },
};
export const brokenModel: TrialOutcome = {
  ok: false,
  repeatable: true,
  failure: { code: 'model-broken', message: 'The model cannot be loaded.', remedy: 'Choose another one.' },
};

/** What happens in the n-th process that is started for a model (all batches together), from 0. */
export type Script = (model: string, n: number) => { durationMs?: number; outcome?: TrialOutcome };

export interface Scripted {
  readonly queue: Queue;
  /** `model#batch` of each process that was started, in order. */
  readonly started: string[];
  /** `startedAt` of each trial that was handed over. */
  readonly measured: string[];
  readonly progress: { readonly atMs: number; readonly value: Progress }[];
  readonly runs: Run[];
  readonly troubles: (Failure | null)[];
  /** The most worker processes that were ever alive at a time. */
  readonly mostWorkers: () => number;
}

let stamp = 0;

/** A trial whose `startedAt` is given once only. */
export function scriptedTrial(seed: number): Trial {
  const samples = Array.from({ length: 20 }, (_, i) => 10 + Math.sin(seed + i) * 0.01);
  return trial(samples, new Date(Date.UTC(2026, 0, 1) + ++stamp).toISOString());
}

export function scripted(
  surroundings: { store: Store; lock: QueueLock; clock: Clock },
  script: Script = () => ({}),
  overrides: Partial<QueueSetup> = {},
): Scripted {
  const { clock } = surroundings;
  const counts = new Map<string, number>();
  const seen: Omit<Scripted, 'queue'> = {
    started: [],
    measured: [],
    progress: [],
    runs: [],
    troubles: [],
    mostWorkers: () => most,
  };
  let alive = 0;
  let most = 0;
  const queue = createQueue({
    ...surroundings,
    machineId: machine.id,
    prepareModel: ({ model }) =>
      Promise.resolve({
        ok: true,
        modelPath: `/models/${model}.onnx`,
        modelFileBytes: 1e6,
      }),
    async measureTrial(task: TrialTask, { signal, onProgress }) {
      const model = task.modelPath.replace(/^.*\/(.*)\.onnx$/, '$1');
      const n = counts.get(model) ?? 0;
      counts.set(model, n + 1);
      seen.started.push(`${model}#${task.batch}`);
      most = Math.max(most, ++alive);
      const { durationMs = 1000, outcome } = script(model, n);
      const steps = 10;
      for (let step = 0; step < steps && !signal.aborted; step++) {
        onProgress({ phase: 'sampling', samples: step, medianMs: 10, halfWidthMs: 1 });
        await clock.sleep(durationMs / steps, signal);
      }
      alive--;
      if (signal.aborted) return crash;
      if (outcome !== undefined) return outcome;
      const measured = scriptedTrial(task.seed);
      seen.measured.push(measured.startedAt);
      return { ok: true, trial: measured };
    },
    summarise: summariseTrials,
    needsAnotherProcess: (trials, { minProcesses }) => trials.length < minProcesses,
    onProgress: (value) => seen.progress.push({ atMs: clock.monotonicMs(), value }),
    onRunChanged: (run) => seen.runs.push(run),
    onTrouble: (failure) => seen.troubles.push(failure),
    random: () => 0.5,
    ...overrides,
  });
  return { queue, ...seen };
}

/** A run of these models at these batches. */
export function request(models: readonly string[], batches: readonly number[] = [1]) {
  const configurations: Configuration[] = models.flatMap((model) =>
    batches.map((batch) => configuration({ model, batch })),
  );
  return {
    request: { models: [...models], batches: [...batches], provider: 'cpu' as const },
    configurations,
    plan,
  };
}
