import type { Configuration, Progress, Run } from '../../preload/contract.ts';
import { getRun } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { pastCosts, pastDurations, pastProfileDurations, trialDurations } from '../store/trials.ts';
import { type PastWork, type Remaining, remaining } from './remaining.ts';

/** What is being done for a run at this moment. */
export interface Current {
  readonly progress: NonNullable<Progress['current']>;
  /** How long it has been going on. */
  readonly elapsedMs: number;
}

/** What the queue knows of its own ways, for the remaining time. */
export interface Habits {
  /** Least rest between two processes of one job. */
  readonly spreadMs: number;
  /** Whether a job ends with a profile. */
  readonly profiles: boolean;
  /** Multiply-adds of one image of a configuration's model; null where nobody has counted them. */
  macsOf(configuration: Configuration): number | null;
}

/** A gap after a job's last process that no profile explains: it was closed, or taken up again, later. */
const longestProfileMs = 300_000;

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
  readonly #habits: Habits;
  readonly #work: ReadonlyMap<string, number | null>;
  readonly #pastWork: readonly PastWork[];
  readonly #pastProfileMs: number | null;
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
    const open = run.finishedAt === null;
    this.#past = new Map(open ? pastDurations(store, run.id).map((past) => [past.jobId, past]) : []);
    const unknown = run.jobs.some(({ id }) => !this.#past.has(id));
    this.#work = new Map(
      open && unknown ? run.jobs.map((job) => [job.id, this.#workOf(job.configuration)]) : [],
    );
    this.#pastWork = open && unknown ? pastWorkOf(store, run.id) : [];
    this.#pastProfileMs = open && habits.profiles ? typicalPastProfileMs(store, run.id) : null;
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
        open: job.state === 'queued' || job.state === 'leased' || job.state === 'running',
        processesDone: job.processesDone,
        ownMs: this.#ownMs.get(job.id) ?? [],
        pastMs: this.#past.get(job.id)?.wallMs ?? null,
        pastProcesses: this.#past.get(job.id)?.processes ?? null,
        work: this.#work.get(job.id) ?? null,
        settings: settingsOf(job.configuration),
        prepared: this.#preparedMs.has(job.id) || job.processesDone > 0,
      })),
      plan,
      {
        preparationMs: mean([...this.#preparedMs.values()]) ?? 0,
        profileMs: mean(this.#profileMs) ?? this.#pastProfileMs ?? 0,
        spreadMs: this.#habits.spreadMs,
      },
      this.#pastWork,
    );
  }

  #workOf(configuration: Configuration): number | null {
    const macs = this.#habits.macsOf(configuration);
    return macs === null ? null : macs * configuration.batch;
  }

  #noteDuration(jobId: string, wallMs: number): void {
    const own = this.#ownMs.get(jobId);
    if (own === undefined) this.#ownMs.set(jobId, [wallMs]);
    else own.push(wallMs);
  }
}

/** All of a configuration but what its work follows from: what is measured with equal settings can be compared by work. */
function settingsOf(configuration: Configuration): string {
  const { provider, precision, threads, affinity, arena, powerSource, providerOptions, mode } = configuration;
  return JSON.stringify([provider, precision, threads, affinity, arena, powerSource, providerOptions, mode]);
}

function pastWorkOf(store: Store, runId: string): PastWork[] {
  return pastCosts(store, runId).map(({ configuration, macs, wallMs, processes }) => ({
    settings: settingsOf(configuration),
    work: macs * configuration.batch,
    ms: wallMs,
    processes,
  }));
}

function typicalPastProfileMs(store: Store, runId: string): number | null {
  const plausible = pastProfileDurations(store, runId)
    .filter((ms) => ms >= 0 && ms < longestProfileMs)
    .sort((a, b) => a - b);
  return plausible[Math.floor(plausible.length / 2)] ?? null;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
