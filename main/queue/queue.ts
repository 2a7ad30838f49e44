import { randomUUID } from 'node:crypto';
import type {
  Configuration,
  Failure,
  Job,
  Run,
  RunRequest,
  SamplingPlan,
  Statement,
} from '../../preload/contract.ts';
import { corrupt } from '../store/failure.ts';
import { TransitionRefused } from '../store/jobStates.ts';
import {
  nextDueJob,
  nextRetryAtMs,
  releaseLeases,
  requeueFailedJobs,
  requeueJob,
  setJobPriority,
  takeBackLeases,
} from '../store/jobs.ts';
import type { QueueLock } from '../store/queueLock.ts';
import {
  addJob,
  cancelRunAndUnmeasured,
  closeRun,
  createRun,
  getJob,
  getRun,
  listRunIds,
  placeRun,
  setRunState,
} from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { Announcements, type Listeners } from './announcements.ts';
import { maxAttempts } from './backOff.ts';
import { type Clock, systemClock } from './clock.ts';
import { QueueFailure, unknownJob, unknownRun } from './failure.ts';
import { JobRunner, type Rooms } from './jobRunner.ts';
import { PatientWrites } from './patientWrites.ts';
import type { Habits } from './earlierRuns.ts';

export interface QueueSetup extends Rooms, Listeners {
  readonly store: Store;
  /** Proof that no other process runs the queue of this data folder. Released by its owner, after `stop`. */
  readonly lock: QueueLock;
  /** This machine, as written down in the store. Runs of another machine are not continued. */
  readonly machineId: string;
  /** The store cannot be written to and the queue waits (the disk is full, say); null: it goes on. */
  onTrouble?(failure: Failure | null): void;
  readonly clock?: Clock;
  /** 0 … 1; decides the order among equals. */
  readonly random?: () => number;
  readonly newId?: () => string;
  /** Least time between two processes of one job, in ms; default 0. */
  readonly spreadMs?: number;
  /** Multiply-adds of one image of a configuration's model, as far as they are counted; for the remaining time. */
  macsOf?(configuration: Configuration): number | null;
}

export interface NewQueuedRun {
  readonly request: RunRequest;
  readonly configurations: readonly Configuration[];
  readonly plan: SamplingPlan;
  /** Higher goes first, across runs; default 0. */
  readonly priority?: number;
  /** Starts without jobs, which are added one by one, and goes on until it is closed. */
  readonly growing?: boolean;
}

/** A job for a growing run: measured by a plan of its own, for a reason that is shown. */
export interface AddedJob {
  readonly configuration: Configuration;
  readonly plan: SamplingPlan;
  readonly reason: string;
  /** What the reason says, for a reader of another language. */
  readonly said: Statement;
}

/**
 * Measures jobs one worker process at a time and keeps every step in the store, so that nothing finished is lost or
 * repeated whatever ends this process. Commands throw a QueueFailure where they make no sense and a StoreFailure where
 * the store cannot be written to.
 */
export interface Queue {
  /**
   * Takes back what a dead owner left and begins to work. `resume`: its runs go on (the desktop); otherwise they are
   * marked interrupted until somebody resumes them (a command line that was asked for something else).
   */
  start(options: { resume: boolean }): void;
  /** Ends the worker in flight at once and stops; its job waits in the queue. The runs go on after the next start. */
  stop(): Promise<void>;
  enqueue(run: NewQueuedRun): Run;
  /** Adds a job to a growing run. Returns its id. */
  addJob(runId: string, job: AddedJob): string;
  /** No more jobs are added: the run ends with its last one. */
  closeRun(runId: string): void;
  /** No further process; the one in flight is ended and will be repeated, so that a pause takes effect at once. */
  pauseRun(runId: string): Promise<Run>;
  resumeRun(runId: string): Run;
  /** Ends the worker in flight at once. Jobs with finished processes become flagged results, the others cancelled. */
  cancelRun(runId: string): Promise<Run>;
  cancelJob(jobId: string): Promise<Run>;
  /** The same for every run of which something is left; they return the runs that they changed. */
  pauseAll(): Promise<Run[]>;
  resumeAll(): Run[];
  cancelAll(): Promise<Run[]>;
  /** Puts a failed or cancelled job into the queue again; its finished processes count. */
  retryJob(jobId: string): Run;
  /** The same for every failed job of a run. */
  retryFailedJobs(runId: string): Run;
  /** Puts a run before another one in the line, or at its end. */
  placeRun(runId: string, before: string | null): void;
  setJobPriority(jobId: string, priority: number): void;
  /** Resolves when the run has ended, or was interrupted. */
  settled(runId: string): Promise<Run>;
  /** Why the queue cannot go on at the moment, or null. */
  trouble(): Failure | null;
}

export function createQueue(setup: QueueSetup): Queue {
  return new JobQueue(setup);
}

class JobQueue implements Queue {
  readonly #store: Store;
  readonly #lock: QueueLock;
  readonly #machineId: string;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #newId: () => string;
  readonly #stopping = new AbortController();
  readonly #writes: PatientWrites;
  readonly #announcements: Announcements;
  readonly #runner: JobRunner;
  #loop: Promise<void> | null = null;
  /** Ends the wait for something to do. */
  #nudge = new AbortController();

  constructor(setup: QueueSetup) {
    this.#store = setup.store;
    this.#lock = setup.lock;
    this.#machineId = setup.machineId;
    this.#clock = setup.clock ?? systemClock;
    this.#random = setup.random ?? Math.random;
    this.#newId = setup.newId ?? randomUUID;
    this.#writes = new PatientWrites(this.#clock, this.#stopping.signal, (failure) =>
      setup.onTrouble?.(failure),
    );
    const spreadMs = setup.spreadMs ?? 0;
    const habits: Habits = {
      spreadMs,
      profiles: setup.measureAssignment !== undefined,
      macsOf: (configuration) => setup.macsOf?.(configuration) ?? null,
    };
    this.#announcements = new Announcements(this.#store, this.#clock, setup, habits, (runId) =>
      this.#runner.currentOf(runId),
    );
    this.#runner = new JobRunner({
      rooms: setup,
      store: this.#store,
      ownerId: setup.lock.ownerId,
      clock: this.#clock,
      random: this.#random,
      newId: this.#newId,
      writes: this.#writes,
      announcements: this.#announcements,
      spreadMs,
    });
  }

  start({ resume }: { resume: boolean }): void {
    if (this.#loop !== null) throw new Error('The queue was started before.');
    const at = this.#now();
    const { ownerId } = this.#lock;
    takeBackLeases(this.#store, { ownerId, maxAttempts, died: appDied, diedTooOften: appDiedTooOften, at });
    for (const runId of listRunIds(this.#store, 'active')) {
      const here = getRun(this.#store, runId)?.machineId === this.#machineId;
      if (!resume || !here) setRunState(this.#store, runId, 'interrupted');
    }
    this.#loop = this.#work();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#nudge.abort();
    await Promise.all([this.#runner.interrupt('stop'), this.#loop]);
    this.#announcements.close();
  }

  enqueue({ request, configurations, plan, priority = 0, growing = false }: NewQueuedRun): Run {
    if (this.#loop === null) throw new Error('The queue was not started.');
    if (configurations.length === 0 && !growing) {
      throw new QueueFailure(
        'nothing-to-run',
        'The run has no configuration to measure.',
        'Choose at least one model.',
      );
    }
    const id = this.#newId();
    createRun(this.#store, {
      id,
      machineId: this.#machineId,
      request,
      plan,
      createdAt: this.#now(),
      growing,
      jobs: configurations.map((configuration) => ({ id: this.#newId(), configuration, priority })),
    });
    this.#announcements.changed(id);
    this.#nudge.abort();
    return this.#run(id);
  }

  addJob(runId: string, job: AddedJob): string {
    this.#run(runId);
    const id = this.#newId();
    addJob(this.#store, runId, { id, ...job });
    this.#announcements.changed(runId);
    this.#nudge.abort();
    return id;
  }

  closeRun(runId: string): void {
    this.#run(runId);
    closeRun(this.#store, runId, this.#now());
    this.#announcements.changed(runId);
  }

  async pauseRun(runId: string): Promise<Run> {
    this.#command(runId, () => setRunState(this.#store, runId, 'paused'));
    await this.#runner.interrupt('pause', (job) => job.runId === runId);
    this.#announcements.changed(runId);
    return this.#run(runId);
  }

  resumeRun(runId: string): Run {
    this.#mustBeOurs(runId);
    this.#command(runId, () => setRunState(this.#store, runId, 'active'));
    this.#announcements.changed(runId);
    this.#nudge.abort();
    return this.#run(runId);
  }

  async cancelRun(runId: string): Promise<Run> {
    this.#command(runId, () => cancelRunAndUnmeasured(this.#store, runId, this.#now()));
    await this.#runner.interrupt('cancel', (job) => job.runId === runId);
    await this.#runner.closeOpenJobs(runId);
    this.#announcements.changed(runId);
    return this.#run(runId);
  }

  async cancelJob(jobId: string): Promise<Run> {
    const { runId } = this.#job(jobId);
    await this.#runner.interrupt('cancel', (job) => job.id === jobId);
    // Its process may have been the last one: then the result stands.
    this.#runner.close(jobId);
    if (this.#job(jobId).state === 'failed')
      throw new QueueFailure('not-possible-now', 'This job has failed.', null);
    this.#announcements.changed(runId);
    return this.#run(runId);
  }

  async pauseAll(): Promise<Run[]> {
    const ids = listRunIds(this.#store, 'active');
    // All at once: while one is being interrupted no other may begin.
    for (const id of ids) setRunState(this.#store, id, 'paused');
    await this.#runner.interrupt('pause', (job) => ids.includes(job.runId));
    for (const id of ids) this.#announcements.changed(id);
    return ids.map((id) => this.#run(id));
  }

  resumeAll(): Run[] {
    const ids = listRunIds(this.#store, 'paused').filter((id) => this.#run(id).machineId === this.#machineId);
    return ids.map((id) => this.resumeRun(id));
  }

  async cancelAll(): Promise<Run[]> {
    const ids = [...listRunIds(this.#store, 'active'), ...listRunIds(this.#store, 'paused')];
    for (const id of ids) cancelRunAndUnmeasured(this.#store, id, this.#now());
    await this.#runner.interrupt('cancel', (job) => ids.includes(job.runId));
    for (const id of ids) await this.#runner.closeOpenJobs(id);
    for (const id of ids) this.#announcements.changed(id);
    return ids.map((id) => this.#run(id));
  }

  retryJob(jobId: string): Run {
    const { runId } = this.#job(jobId);
    this.#mustBeOurs(runId);
    this.#command(jobId, () => requeueJob(this.#store, jobId));
    this.#announcements.changed(runId);
    this.#nudge.abort();
    return this.#run(runId);
  }

  retryFailedJobs(runId: string): Run {
    this.#mustBeOurs(runId);
    if (requeueFailedJobs(this.#store, runId)) {
      this.#announcements.changed(runId);
      this.#nudge.abort();
    }
    return this.#run(runId);
  }

  placeRun(runId: string, before: string | null): void {
    this.#run(runId);
    if (before !== null) this.#run(before);
    placeRun(this.#store, runId, before);
    this.#nudge.abort();
  }

  setJobPriority(jobId: string, priority: number): void {
    const { runId } = this.#job(jobId);
    setJobPriority(this.#store, jobId, priority);
    this.#announcements.changed(runId);
    this.#nudge.abort();
  }

  settled(runId: string): Promise<Run> {
    this.#run(runId);
    return this.#announcements.ended(runId);
  }

  trouble(): Failure | null {
    return this.#writes.trouble;
  }

  /** The loop: as long as the queue runs, one worker process after the other. */
  async #work(): Promise<void> {
    let tidy = false;
    while (!this.#stopping.signal.aborted) {
      try {
        // Before the look at the store, so that what happens after it ends the wait.
        this.#nudge = new AbortController();
        if (!tidy) await this.#tidyUp();
        tidy = true;
        if (this.#stopping.signal.aborted) return;
        const job = nextDueJob(this.#store, this.#clock.nowMs(), this.#random);
        if (job === null) {
          this.#writes.fine();
          await this.#wait();
        } else await this.#runner.workOn(job);
      } catch (error) {
        // What does not pass is a damaged database or a bug: to go on might do harm.
        if (!(await this.#writes.outlast(error))) return;
        tidy = false;
      }
    }
  }

  /** Before the first job, and after each trouble: what a crash or a failed write left half-way. */
  async #tidyUp(): Promise<void> {
    const problems = await this.#store.check();
    if (problems.length > 0) throw corrupt(this.#store.dataDir, problems);
    releaseLeases(this.#store, this.#lock.ownerId);
    for (const runId of listRunIds(this.#store, 'cancelled')) {
      if (getRun(this.#store, runId)?.finishedAt === null) await this.#runner.closeOpenJobs(runId);
    }
  }

  async #wait(): Promise<void> {
    const retryAtMs = nextRetryAtMs(this.#store);
    // Without a job that waits for its retry only a command brings work; the hour is an upper bound, not a poll.
    const waitMs = retryAtMs === null ? 3_600_000 : Math.max(1, retryAtMs - this.#clock.nowMs());
    await this.#clock.sleep(waitMs, this.#nudge.signal);
  }

  #run(runId: string): Run {
    const run = getRun(this.#store, runId);
    if (run === null) throw unknownRun(runId);
    return run;
  }

  #job(jobId: string): Job {
    const job = getJob(this.#store, jobId);
    if (job === null) throw unknownJob(jobId);
    return job;
  }

  #mustBeOurs(runId: string): void {
    if (this.#run(runId).machineId === this.#machineId) return;
    throw new QueueFailure(
      'other-machine',
      'This run was begun on another machine, or before a driver or the runtime changed: its figures would not fit together.',
      'Start a new run with the same models.',
    );
  }

  /** A change that a person asked for: where the state does not allow it, that is an answer and no bug. */
  #command(id: string, change: () => void): void {
    try {
      change();
    } catch (error) {
      if (!(error instanceof TransitionRefused)) throw error;
      if (error.from === null) throw unknownRun(id);
      throw new QueueFailure('not-possible-now', `It is ${error.from} and cannot become ${error.to}.`, null);
    }
  }

  #now(): string {
    return new Date(this.#clock.nowMs()).toISOString();
  }
}

const appDied: Failure = {
  code: 'app-died',
  message: 'Backbench ended while it measured this configuration.',
  remedy: null,
};

const appDiedTooOften: Failure = {
  code: 'app-died',
  message: `Backbench ended ${maxAttempts} times while it measured this configuration.`,
  remedy: 'Retry it with nothing else running; if the machine runs out of memory, choose a smaller batch.',
};
