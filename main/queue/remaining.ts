import type { SamplingPlan } from '../../preload/contract.ts';
import { timeByWork, type WorkTime } from './timeByWork.ts';

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
  /** Multiply-adds of one run of its batch; null where nobody has counted them. */
  readonly work: number | null;
  /** All of its configuration but model, use, size and batch, as a text: jobs of the same text can tell of each other. */
  readonly settings: string;
  /** Whether its model's file is known to be there already. */
  readonly prepared: boolean;
}

/** A configuration of earlier runs on this machine with the same plan. */
export interface PastWork extends WorkTime {
  readonly settings: string;
  /** Processes of a finished job; null where none was finished. */
  readonly processes: number | null;
}

/** What a run's time is made of beside its worker processes, in ms. */
export interface Extras {
  /** Of generating a model that may not be there yet. */
  readonly preparationMs: number;
  /** Of the profile at the end of a job; 0 where none is made. */
  readonly profileMs: number;
  /** Least rest between two processes of one job. */
  readonly spreadMs: number;
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
 * runs, corrected by how much faster or slower the machine is in this run than it was then; for a model that was never
 * measured, as long as the measured ones of the same settings let its work expect; else as long as the processes of the
 * other jobs do. A job takes as many processes as in earlier runs, else as the finished jobs of this run or of earlier ones
 * did, and at least one more while it is open.
 */
export function remaining(
  jobs: readonly JobTimes[],
  plan: SamplingPlan,
  { preparationMs, profileMs, spreadMs }: Extras,
  past: readonly PastWork[] = [],
): Remaining | null {
  const pace = paceAgainstPast(jobs);
  const measured = jobs.map((job) => {
    if (job.ownMs.length > 0) return mean(job.ownMs);
    return job.pastMs === null ? null : job.pastMs * pace;
  });
  const byWork = fitsBySettings(jobs, measured, past, pace);
  const expected = jobs.map((job, i) => {
    const known = measured[i] ?? null;
    return known ?? (job.work === null ? null : (byWork.get(job.settings)?.(job.work) ?? null));
  });
  const known = expected.filter((ms) => ms !== null);
  if (known.length === 0)
    return jobs.some((job) => job.open) ? null : { totalMs: 0, processMs: jobs.map(() => 0) };
  const typicalMs = mean(known);
  const processMs = expected.map((ms) => ms ?? typicalMs);
  const typicalProcesses = processesOfAJob(jobs, past) ?? plan.minProcesses;
  const left = jobs.map((job) => {
    if (!job.open) return 0;
    const processes = Math.min(plan.maxProcesses, job.pastProcesses ?? typicalProcesses) - job.processesDone;
    return Math.max(1, processes);
  });
  const totalMs = jobs.reduce((sum, job, i) => {
    if (!job.open) return sum;
    const own = (left[i] ?? 0) * (processMs[i] ?? typicalMs) + profileMs;
    return sum + own + (job.prepared ? 0 : preparationMs);
  }, 0);
  return { totalMs: totalMs + restsOf(left) * spreadMs, processMs };
}

/** A rest is made where the same job is measured twice in a row: while it is the only one that is left. */
function restsOf(left: readonly number[]): number {
  const [longest = 0, second = 0] = left.toSorted((a, b) => b - a);
  return Math.max(0, longest - Math.max(1, second));
}

function processesOfAJob(jobs: readonly JobTimes[], past: readonly PastWork[]): number | null {
  const ended = jobs.filter((job) => !job.open && job.processesDone > 0).map((job) => job.processesDone);
  if (ended.length > 0) return mean(ended);
  const earlier = past.flatMap(({ processes }) => processes ?? []);
  return earlier.length > 0 ? mean(earlier) : null;
}

/** The time by work for each text of settings; what this run has measured of a configuration stands in for what earlier ones had. */
function fitsBySettings(
  jobs: readonly JobTimes[],
  measured: readonly (number | null)[],
  past: readonly PastWork[],
  pace: number,
): Map<string, ((work: number) => number) | null> {
  const times = new Map<string, WorkTime[]>();
  const add = (settings: string, time: WorkTime): void => {
    times.set(settings, [...(times.get(settings) ?? []), time]);
  };
  for (const { settings, work, ms } of past) add(settings, { work, ms: ms * pace });
  jobs.forEach(({ settings, work, ownMs }, i) => {
    const ms = measured[i] ?? null;
    if (work !== null && ms !== null && ownMs.length > 0) add(settings, { work, ms });
  });
  return new Map([...times].map(([settings, of]) => [settings, timeByWork(of)]));
}

/** Duration in this run over duration then, over the jobs for which both are known; 1 where there is none. */
function paceAgainstPast(jobs: readonly JobTimes[]): number {
  const both = jobs.filter((job) => job.ownMs.length > 0 && job.pastMs !== null);
  const now = both.reduce((sum, job) => sum + mean(job.ownMs), 0);
  const then = both.reduce((sum, job) => sum + (job.pastMs ?? 0), 0);
  // No process takes less than a millisecond: such a time is none to compare with.
  return then >= 1 ? now / then : 1;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
