import type { Progress, Run } from '../../preload/contract.ts';
import { getRun } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { trialDurations } from '../store/trials.ts';
import { type EarlierRuns, earlierRuns, type Habits, settingsOf } from './earlierRuns.ts';
import { type JobTimes, type Remaining, remaining } from './remaining.ts';

/** What is being done for a run at this moment. */
export interface Current {
  readonly progress: NonNullable<Progress['current']>;
  /** How long it has been going on. */
  readonly elapsedMs: number;
}

/**
 * A run as its progress shows it. Reads the database when a job changes and not when a worker reports another sample:
 * that happens ten times a second beside a measurement.
 */
export class RunView {
  readonly #store: Store;
  readonly #runId: string;
  readonly #ownMs = new Map<string, number[]>();
  /** null once the run has ended. */
  readonly #earlier: EarlierRuns | null;
  /** Where a job's figures stand in what earlier runs tell. */
  readonly #earlierAt: ReadonlyMap<string, number>;
  readonly #preparedMs = new Map<string, number>();
  readonly #habits: Habits;
  readonly #profileMs: number[] = [];
  #run: Run;
  #remaining: Remaining | null = null;
  #positions = new Map<string, number>();

  private constructor(store: Store, run: Run, habits: Habits) {
    this.#store = store;
    this.#habits = habits;
    this.#runId = run.id;
    this.#run = run;
    for (const { jobId, wallMs } of trialDurations(store, run.id)) this.#noteDuration(jobId, wallMs);
    const { machineId, plan, jobs } = run;
    const configurations = jobs.map((job) => job.configuration);
    this.#earlierAt = new Map(jobs.map(({ id }, i) => [id, i]));
    this.#earlier =
      run.finishedAt === null
        ? earlierRuns(store, { machineId, plan, exceptRunId: run.id }, configurations, habits)
        : null;
    this.#reckon();
  }

  static of(store: Store, runId: string, habits: Habits): RunView | null {
    const run = getRun(store, runId);
    return run === null ? null : new RunView(store, run, habits);
  }

  get run(): Run {
    return this.#run;
  }

  /** True once no job is open any more and the run's state says so. */
  get ended(): boolean {
    return this.#run.finishedAt !== null || this.#run.state === 'interrupted';
  }

  /** One of the run's jobs changed in the database. */
  refresh(): void {
    this.#run = getRun(this.#store, this.#runId) ?? this.#run;
    this.#reckon();
  }

  /** A process of a job ended well after so many ms. */
  noteProcess(jobId: string, wallMs: number): void {
    this.#noteDuration(jobId, wallMs);
  }

  /** A job's model was ready after so many ms. */
  notePreparation(jobId: string, ms: number): void {
    if (!this.#preparedMs.has(jobId)) this.#preparedMs.set(jobId, ms);
  }

  /** A profile took so many ms. */
  noteProfile(ms: number): void {
    this.#profileMs.push(ms);
  }

  progress(current: Current | null): Progress {
    const count = (state: string): number => this.#run.jobs.filter((job) => job.state === state).length;
    return {
      runId: this.#runId,
      jobsDone: count('done'),
      jobsFailed: count('failed'),
      jobsTotal: this.#run.jobs.length,
      current: current?.progress ?? null,
      etaSeconds: this.#etaSeconds(current),
      state: this.#run.state,
    };
  }

  #etaSeconds(current: Current | null): number | null {
    if (this.ended) return 0;
    if (this.#remaining === null || this.#run.state !== 'active') return null;
    // A sweep chooses its jobs one by one: how many are to come, nobody knows.
    if (this.#run.jobs.some(({ reason }) => reason !== null)) return null;
    const position = current === null ? undefined : this.#positions.get(current.progress.jobId);
    const expectedMs = position === undefined ? 0 : (this.#remaining.processMs[position] ?? 0);
    const spentMs = Math.min(current?.elapsedMs ?? 0, expectedMs);
    return Math.max(0, this.#remaining.totalMs - spentMs) / 1000;
  }

  #reckon(): void {
    const { jobs, plan } = this.#run;
    this.#positions = new Map(jobs.map((job, i) => [job.id, i]));
    this.#remaining = remaining(
      jobs.map((job) => ({
        ...this.#before(job.id),
        open: job.state === 'queued' || job.state === 'leased' || job.state === 'running',
        processesDone: job.processesDone,
        ownMs: this.#ownMs.get(job.id) ?? [],
        settings: settingsOf(job.configuration),
        prepared: this.#preparedMs.has(job.id) || job.processesDone > 0,
      })),
      plan,
      {
        preparationMs: mean([...this.#preparedMs.values()]) ?? 0,
        profileMs: mean(this.#profileMs) ?? this.#earlier?.profileMs ?? 0,
        spreadMs: this.#habits.spreadMs,
      },
      this.#earlier?.others,
    );
  }

  /** What was known of a job before this run; nothing of one that was added while it went on. */
  #before(jobId: string): Pick<JobTimes, 'pastMs' | 'pastProcesses' | 'work'> {
    const at = this.#earlierAt.get(jobId) ?? -1;
    const past = this.#earlier?.durations[at];
    return {
      pastMs: past?.wallMs ?? null,
      pastProcesses: past?.processes ?? null,
      work: this.#earlier?.work[at] ?? null,
    };
  }

  #noteDuration(jobId: string, wallMs: number): void {
    const own = this.#ownMs.get(jobId);
    if (own === undefined) this.#ownMs.set(jobId, [wallMs]);
    else own.push(wallMs);
  }
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
