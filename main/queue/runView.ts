import type { Progress, Run } from '../../preload/contract.ts';
import { getRun } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { pastDurations, trialDurations } from '../store/trials.ts';
import { type Remaining, remaining } from './remaining.ts';

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
  readonly #past: ReadonlyMap<string, { wallMs: number; processes: number | null }>;
  readonly #preparedMs = new Map<string, number>();
  #run: Run;
  #remaining: Remaining | null = null;
  #positions = new Map<string, number>();

  private constructor(store: Store, run: Run) {
    this.#store = store;
    this.#runId = run.id;
    this.#run = run;
    for (const { jobId, wallMs } of trialDurations(store, run.id)) this.#noteDuration(jobId, wallMs);
    this.#past = new Map(pastDurations(store, run.id).map((past) => [past.jobId, past]));
    this.#reckon();
  }

  static of(store: Store, runId: string): RunView | null {
    const run = getRun(store, runId);
    return run === null ? null : new RunView(store, run);
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
    const preparations = [...this.#preparedMs.values()];
    const preparationMs = preparations.reduce((sum, ms) => sum + ms, 0) / Math.max(1, preparations.length);
    this.#remaining = remaining(
      jobs.map((job) => ({
        open: job.state === 'queued' || job.state === 'leased' || job.state === 'running',
        processesDone: job.processesDone,
        ownMs: this.#ownMs.get(job.id) ?? [],
        pastMs: this.#past.get(job.id)?.wallMs ?? null,
        pastProcesses: this.#past.get(job.id)?.processes ?? null,
        prepared: this.#preparedMs.has(job.id) || job.processesDone > 0,
      })),
      plan,
      preparationMs,
    );
  }

  #noteDuration(jobId: string, wallMs: number): void {
    const own = this.#ownMs.get(jobId);
    if (own === undefined) this.#ownMs.set(jobId, [wallMs]);
    else own.push(wallMs);
  }
}
