/** Why the queue refuses what a person asked for; nothing was changed. */
export type QueueFailureCode =
  'run-unknown' | 'job-unknown' | 'not-possible-now' | 'other-machine' | 'nothing-to-run';

export class QueueFailure extends Error {
  readonly code: QueueFailureCode;
  readonly remedy: string | null;

  constructor(code: QueueFailureCode, message: string, remedy: string | null) {
    super(message);
    this.name = 'QueueFailure';
    this.code = code;
    this.remedy = remedy;
  }
}

export function unknownRun(id: string): QueueFailure {
  return new QueueFailure('run-unknown', `There is no run ${id}.`, 'List the runs to see which there are.');
}

export function unknownJob(id: string): QueueFailure {
  return new QueueFailure('job-unknown', `There is no job ${id}.`, 'List the runs to see which there are.');
}
