import type { SamplingPlan } from '../../preload/contract.ts';

/** What is known about the time that one job takes. */
export interface JobTimes {
  /** False once the job has ended, whichever way. */
  readonly open: boolean;
  readonly processesDone: number;
  /** Durations in ms of the processes that this run has finished for it. */
  readonly ownMs: readonly number[];
  /** From earlier runs on this machine with the same plan: mean duration of a process, and processes of a finished job. */
  readonly pastMs: number | null;
  readonly pastProcesses: number | null;
  /** Whether its model's file is known to be there already. */
  readonly prepared: boolean;
}

export interface Remaining {
  /** Of the whole run, in ms, its processes being run one after the other. */
  readonly totalMs: number;
  /** What one process of each job is expected to take, in ms, in the order of the jobs. */
  readonly processMs: readonly number[];
}

/**
 * How much longer a run takes; null while nothing is known.
 *
 * A process of a job takes as long as the job's own processes took so far; before there is one, as long as in earlier
 * runs, corrected by how much faster or slower the machine is in this run than it was then; else as long as the
 * processes of the other jobs do. A job takes as many processes as in earlier runs, else as the finished jobs of this
 * run did, and at least one more while it is open. A model that may have to be generated adds `preparationMs`.
 */
export function remaining(
  jobs: readonly JobTimes[],
  plan: SamplingPlan,
  preparationMs: number,
): Remaining | null {
  const pace = paceAgainstPast(jobs);
  const expected = jobs.map((job) => {
    if (job.ownMs.length > 0) return mean(job.ownMs);
    return job.pastMs === null ? null : job.pastMs * pace;
  });
  const known = expected.filter((ms) => ms !== null);
  if (known.length === 0)
    return jobs.some((job) => job.open) ? null : { totalMs: 0, processMs: jobs.map(() => 0) };
  const typicalMs = mean(known);
  const processMs = expected.map((ms) => ms ?? typicalMs);
  const ended = jobs.filter((job) => !job.open && job.processesDone > 0).map((job) => job.processesDone);
  const typicalProcesses = ended.length > 0 ? mean(ended) : plan.minProcesses;
  const totalMs = jobs.reduce((sum, job, i) => {
    if (!job.open) return sum;
    const processes = Math.min(plan.maxProcesses, job.pastProcesses ?? typicalProcesses) - job.processesDone;
    return sum + Math.max(1, processes) * (processMs[i] ?? typicalMs) + (job.prepared ? 0 : preparationMs);
  }, 0);
  return { totalMs, processMs };
}

/** Duration in this run over duration then, over the jobs for which both are known; 1 where there is none. */
function paceAgainstPast(jobs: readonly JobTimes[]): number {
  const both = jobs.filter((job) => job.ownMs.length > 0 && job.pastMs !== null);
  const now = both.reduce((sum, job) => sum + mean(job.ownMs), 0);
  const then = both.reduce((sum, job) => sum + (job.pastMs ?? 0), 0);
  return then > 0 ? now / then : 1;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
