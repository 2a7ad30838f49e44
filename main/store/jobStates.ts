import type { Job, Run } from '../../preload/contract.ts';

type JobState = Job['state'];
type RunState = Run['state'];

/**
 * The states of a job and the ways between them; there are no others. At most one job is leased or running at a time:
 * between its worker processes a job waits in the queue again, as processes of several jobs are interleaved.
 */
export const jobTransitions: Readonly<Record<JobState, readonly JobState[]>> = {
  // To done without a further process: enough was measured before the app ended, or the run was cancelled and what
  // was measured is kept. To failed: the app died in it too often.
  queued: ['leased', 'done', 'failed', 'cancelled'],
  leased: ['running', 'queued', 'failed', 'cancelled'],
  // Back to queued: the process ended well and more are wanted, it crashed and may be retried, the run was paused, or
  // the app died.
  running: ['queued', 'done', 'failed', 'cancelled'],
  done: [],
  // A person asks for it again.
  failed: ['queued'],
  cancelled: ['queued'],
};

/** The states of a run. It ends by its last job. Only retrying one of its jobs takes an ended run up again (`reopenRun`). */
export const runTransitions: Readonly<Record<RunState, readonly RunState[]>> = {
  active: ['paused', 'done', 'cancelled', 'interrupted'],
  paused: ['active', 'done', 'cancelled'],
  interrupted: ['active', 'done', 'cancelled'],
  done: [],
  cancelled: [],
};

export const finalJobStates = ['done', 'failed', 'cancelled'] as const satisfies readonly JobState[];

/** The states from which `to` can be reached, as a list for SQL's IN. They are our own literals: nothing to escape. */
export function jobStatesBefore(to: JobState): string {
  return sourcesOf(jobTransitions, to);
}

export function runStatesBefore(to: RunState): string {
  return sourcesOf(runTransitions, to);
}

function sourcesOf<S extends string>(table: Readonly<Record<S, readonly S[]>>, to: S): string {
  const sources = (Object.keys(table) as S[]).filter((from) => table[from].includes(to));
  return sources.map((state) => `'${state}'`).join(', ');
}

/** A job or run was asked to change in a way its state does not allow; nothing was changed. */
export class TransitionRefused extends Error {
  readonly id: string;
  readonly from: string | null;
  readonly to: string;

  constructor(id: string, from: string | null, to: string) {
    super(from === null ? `${id} does not exist.` : `${id} is ${from} and cannot become ${to}.`);
    this.name = 'TransitionRefused';
    this.id = id;
    this.from = from;
    this.to = to;
  }
}
