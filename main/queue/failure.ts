import type { Failure } from '../../preload/contract.ts';
import { StoreFailure } from '../store/failure.ts';

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

/** A bug that one job's numbers bring out, or its damaged samples, must not keep the others from being measured. */
export function costsOnlyItsJob(error: unknown): boolean {
  return !(error instanceof StoreFailure) || error.code === 'samples-damaged';
}

/** An error as a person reads it. */
export function asFailure(error: unknown): Failure {
  if (error instanceof StoreFailure) {
    return { code: error.code, message: error.message, remedy: error.remedy };
  }
  return {
    code: 'internal',
    message: error instanceof Error ? error.message : String(error),
    remedy: 'This is a fault of Backbench; please report it with the log, and start it again.',
  };
}
