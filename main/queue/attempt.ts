import type { Configuration, Failure } from '../../preload/contract.ts';
import type { ProfiledSession } from '../measure/assignment.ts';
import { taskOf } from '../measure/task.ts';
import type { Trial, TrialOutcome, TrialProgress, TrialTask } from '../measure/trial.ts';
import type { DueJob } from '../store/jobs.ts';
import type { Clock } from './clock.ts';

/** A model file that is ready to be loaded by a worker. */
export interface PreparedModel {
  readonly modelPath: string;
  readonly modelFileBytes: number;
}

export type Preparation =
  | ({ readonly ok: true } & PreparedModel)
  | { readonly ok: false; readonly failure: Failure; readonly repeatable: boolean };

/** The rooms that do the work; each ends soon after its signal is aborted. */
export interface Work {
  /** Finds or generates the model's file; cheap where it exists. Called before every worker process. */
  prepareModel(configuration: Configuration, options: { signal: AbortSignal }): Promise<Preparation>;
  measureTrial(
    task: TrialTask,
    options: {
      onProgress: (progress: TrialProgress) => void;
      signal: AbortSignal;
      /** Most bytes that the worker may hold; undefined: the room's own limit. */
      memoryLimitBytes: number | undefined;
    },
  ): Promise<TrialOutcome>;
  /** Which share of the graph ran on the asked provider, from a process of its own; null where it cannot be told. */
  measureAssignment?(task: TrialTask, options: { signal: AbortSignal }): Promise<ProfiledSession | null>;
}

/** How a step of an attempt ended; `interrupted`: its signal was aborted, whatever the step answered. */
export type Ending<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'interrupted' }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      readonly repeatable: boolean;
      /** What the worker printed last. */
      readonly output?: string;
    };

export async function prepare(work: Work, job: DueJob, signal: AbortSignal): Promise<Ending<PreparedModel>> {
  return ending(signal, async () => {
    const prepared = await work.prepareModel(job.configuration, { signal });
    return prepared.ok ? { kind: 'done', value: prepared } : { kind: 'failed', ...prepared };
  });
}

/** One worker process. A process that ended well counts even where it was being interrupted. */
export async function measure(
  work: Work,
  task: TrialTask,
  clock: Clock,
  options: Parameters<Work['measureTrial']>[1],
): Promise<Ending<{ trial: Trial; wallMs: number }>> {
  return ending(options.signal, async () => {
    const start = clock.monotonicMs();
    const outcome = await work.measureTrial(task, options);
    const wallMs = clock.monotonicMs() - start;
    return outcome.ok
      ? { kind: 'done', value: { trial: outcome.trial, wallMs } }
      : { kind: 'failed', ...outcome };
  });
}

/** A profile is an extra: where it fails, the result goes without it. */
export async function assignmentOf(
  work: Work,
  task: TrialTask,
  signal: AbortSignal,
): Promise<Ending<ProfiledSession | null>> {
  const profiled = await ending<ProfiledSession | null>(signal, async () => ({
    kind: 'done',
    value: (await work.measureAssignment?.(task, { signal })) ?? null,
  }));
  return profiled.kind === 'failed' ? { kind: 'done', value: null } : profiled;
}

/** What a worker is told for one process of a job. */
export function taskFor(job: DueJob, { modelPath }: PreparedModel, random: () => number): TrialTask {
  return taskOf(job.configuration, modelPath, job.plan, Math.floor(random() * 2 ** 31));
}

/** A thrown error is a bug of the other room: it costs this job, which would meet it again, and never the queue. */
async function ending<T>(signal: AbortSignal, step: () => Promise<Ending<T>>): Promise<Ending<T>> {
  let ended: Ending<T>;
  try {
    ended = await step();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const remedy = 'This is a fault of Backbench; please report it with the log.';
    ended = { kind: 'failed', failure: { code: 'internal', message, remedy }, repeatable: true };
  }
  return signal.aborted && ended.kind !== 'done' ? { kind: 'interrupted' } : ended;
}
