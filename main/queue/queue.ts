import { randomUUID } from 'node:crypto';
import { setImmediate as yieldToEvents } from 'node:timers/promises';
import type {
  Configuration,
  Failure,
  Flag,
  Job,
  LatencySummary,
  Progress,
  Run,
  RunRequest,
  SamplingPlan,
} from '../../preload/contract.ts';
import type { Trial, TrialProgress } from '../measure/trial.ts';
import { corrupt, StoreFailure } from '../store/failure.ts';
import { TransitionRefused } from '../store/jobStates.ts';
import {
  cancelJob,
  completeJob,
  type DueJob,
  failJob,
  leaseJob,
  modelFileBytesOf,
  nextDueJob,
  nextRetryAtMs,
  releaseJob,
  releaseLeases,
  renewLease,
  requeueJob,
  retryJobLater,
  setJobPriority,
  startJob,
  takeBackLeases,
} from '../store/jobs.ts';
import type { QueueLock } from '../store/queueLock.ts';
import {
  cancelRunAndUnmeasured,
  createRun,
  getJob,
  getRun,
  listOpenJobs,
  listRunIds,
  placeRun,
  setRunState,
} from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { listTrials, saveTrial } from '../store/trials.ts';
import { aggregate } from './aggregate.ts';
import { assignmentOf, measure, prepare, taskFor, type Work } from './attempt.ts';
import { backOffMs, maxAttempts } from './backOff.ts';
import { type Clock, systemClock } from './clock.ts';
import { QueueFailure, unknownJob, unknownRun } from './failure.ts';
import { RunView } from './runView.ts';
import { Throttle } from './throttle.ts';

/** What is told about a run while it goes on: at most ten times a second. */
const progressIntervalMs = 100;
/** A changed run is told with all its jobs, thousands perhaps: less often. */
const runIntervalMs = 250;
const heartbeatMs = 10_000;
const leaseMs = 3 * heartbeatMs;
/** How often a write is tried again while the disk is full or gone. */
const troubleRetryMs = 2000;

export interface QueueSetup extends Work {
  readonly store: Store;
  /** Proof that no other process runs the queue of this data folder. Released by its owner, after `stop`. */
  readonly lock: QueueLock;
  /** This machine, as written down in the store. Runs of another machine are not continued. */
  readonly machineId: string;
  summarise(
    trials: readonly Trial[],
    batch: number,
    plan: SamplingPlan,
  ): { latencyMs: LatencySummary; flags: readonly Flag[] };
  needsAnotherProcess(trials: readonly Trial[], plan: SamplingPlan): boolean;
  onProgress?(progress: Progress): void;
  onRunChanged?(run: Run): void;
  /** The store cannot be written to and the queue waits (the disk is full, say); null: it goes on. */
  onTrouble?(failure: Failure | null): void;
  readonly clock?: Clock;
  /** 0 … 1; decides the order among equals. */
  readonly random?: () => number;
  readonly newId?: () => string;
}

export interface NewQueuedRun {
  readonly request: RunRequest;
  readonly configurations: readonly Configuration[];
  readonly plan: SamplingPlan;
  /** Higher goes first, across runs; default 0. */
  readonly priority?: number;
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
  /** No further process; the one in flight is ended and will be repeated, so that a pause takes effect at once. */
  pauseRun(runId: string): Promise<Run>;
  resumeRun(runId: string): Run;
  /** Ends the worker in flight at once. Jobs with finished processes become flagged results, the others cancelled. */
  cancelRun(runId: string): Promise<Run>;
  cancelJob(jobId: string): Promise<Run>;
  /** Puts a failed or cancelled job into the queue again; its finished processes count. */
  retryJob(jobId: string): Run;
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

type Interruption = 'cancel' | 'pause' | 'stop';

interface InFlight {
  readonly job: DueJob;
  readonly abort: AbortController;
  readonly startMs: number;
  interruption: Interruption | null;
  progress: NonNullable<Progress['current']>;
  readonly settled: Promise<void>;
}

class JobQueue implements Queue {
  readonly #setup: QueueSetup;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #newId: () => string;
  readonly #views = new Map<string, RunView>();
  readonly #waiters = new Map<string, ((run: Run) => void)[]>();
  readonly #progress: Throttle;
  readonly #changes: Throttle;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | null = null;
  #inFlight: InFlight | null = null;
  #trouble: Failure | null = null;
  /** Ends the wait for something to do. */
  #nudge = new AbortController();

  constructor(setup: QueueSetup) {
    this.#setup = setup;
    this.#store = setup.store;
    this.#clock = setup.clock ?? systemClock;
    this.#random = setup.random ?? Math.random;
    this.#newId = setup.newId ?? randomUUID;
    this.#progress = new Throttle(this.#clock, progressIntervalMs, (runId) => this.#tellProgress(runId));
    this.#changes = new Throttle(this.#clock, runIntervalMs, (runId) => this.#tellRun(runId));
  }

  start({ resume }: { resume: boolean }): void {
    if (this.#loop !== null) throw new Error('The queue was started before.');
    const at = this.#now();
    takeBackLeases(this.#store, { ownerId: this.#setup.lock.ownerId, maxAttempts, failure: appDied, at });
    for (const runId of listRunIds(this.#store, 'active')) {
      const here = getRun(this.#store, runId)?.machineId === this.#setup.machineId;
      if (!resume || !here) setRunState(this.#store, runId, 'interrupted');
    }
    this.#loop = this.#work();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#nudge.abort();
    await Promise.all([this.#interrupt('stop'), this.#loop]);
    this.#progress.close();
    this.#changes.close();
  }

  enqueue({ request, configurations, plan, priority = 0 }: NewQueuedRun): Run {
    if (this.#loop === null) throw new Error('The queue was not started.');
    if (configurations.length === 0) {
      throw new QueueFailure(
        'nothing-to-run',
        'The run has no configuration to measure.',
        'Choose at least one model.',
      );
    }
    const id = this.#newId();
    createRun(this.#store, {
      id,
      machineId: this.#setup.machineId,
      request,
      plan,
      createdAt: this.#now(),
      jobs: configurations.map((configuration) => ({ id: this.#newId(), configuration, priority })),
    });
    this.#changed(id);
    this.#nudge.abort();
    return this.#run(id);
  }

  async pauseRun(runId: string): Promise<Run> {
    this.#command(runId, () => setRunState(this.#store, runId, 'paused'));
    await this.#interrupt('pause', (job) => job.runId === runId);
    this.#changed(runId);
    return this.#run(runId);
  }

  resumeRun(runId: string): Run {
    this.#mustBeOurs(runId);
    this.#command(runId, () => setRunState(this.#store, runId, 'active'));
    this.#changed(runId);
    this.#nudge.abort();
    return this.#run(runId);
  }

  async cancelRun(runId: string): Promise<Run> {
    this.#command(runId, () => cancelRunAndUnmeasured(this.#store, runId, this.#now()));
    await this.#interrupt('cancel', (job) => job.runId === runId);
    await this.#closeOpenJobs(runId);
    this.#changed(runId);
    return this.#run(runId);
  }

  async cancelJob(jobId: string): Promise<Run> {
    const { runId } = this.#job(jobId);
    await this.#interrupt('cancel', (job) => job.id === jobId);
    // Its process may have been the last one: then the result stands.
    this.#close(jobId);
    if (this.#job(jobId).state === 'failed')
      throw new QueueFailure('not-possible-now', 'This job has failed.', null);
    this.#changed(runId);
    return this.#run(runId);
  }

  retryJob(jobId: string): Run {
    const { runId } = this.#job(jobId);
    this.#mustBeOurs(runId);
    this.#command(jobId, () => requeueJob(this.#store, jobId));
    this.#changed(runId);
    this.#nudge.abort();
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
    this.#changed(runId);
    this.#nudge.abort();
  }

  settled(runId: string): Promise<Run> {
    this.#run(runId);
    const view = this.#view(runId);
    if (view?.ended === true) return Promise.resolve(view.run);
    return new Promise((resolve) => this.#waiters.set(runId, [...(this.#waiters.get(runId) ?? []), resolve]));
  }

  trouble(): Failure | null {
    return this.#trouble;
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
        this.#tellTrouble(null);
        if (job === null) await this.#wait();
        else await this.#workOn(job);
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#tellTrouble(asFailure(error));
        // Anything but a passing trouble of the store is a damaged database or a bug: to go on might do harm.
        if (!(error instanceof StoreFailure && error.passing)) return;
        tidy = false;
        await this.#clock.sleep(troubleRetryMs, this.#stopping.signal);
      }
    }
  }

  /** Before the first job, and after each trouble: what a crash or a failed write left half-way. */
  async #tidyUp(): Promise<void> {
    const problems = await this.#store.check();
    if (problems.length > 0) throw corrupt(this.#store.dataDir, problems);
    releaseLeases(this.#store, this.#setup.lock.ownerId);
    for (const runId of listRunIds(this.#store, 'cancelled')) {
      if (getRun(this.#store, runId)?.finishedAt === null) await this.#closeOpenJobs(runId);
    }
  }

  async #wait(): Promise<void> {
    const retryAtMs = nextRetryAtMs(this.#store);
    // Without a job that waits for its retry only a command brings work; the hour is an upper bound, not a poll.
    const waitMs = retryAtMs === null ? 3_600_000 : Math.max(1, retryAtMs - this.#clock.nowMs());
    await this.#clock.sleep(waitMs, this.#nudge.signal);
  }

  /** One lease of a job: its model's file, one worker process, and its result where that was the last one. */
  async #workOn(job: DueJob): Promise<void> {
    const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
    const inFlight: InFlight = {
      job,
      abort: new AbortController(),
      startMs: this.#clock.monotonicMs(),
      interruption: null,
      progress: {
        jobId: job.id,
        configuration: job.configuration,
        phase: 'generating',
        process: job.processesDone + 1,
        samples: 0,
        medianMs: null,
        halfWidthMs: null,
      },
      settled,
    };
    leaseJob(this.#store, job.id, this.#lease());
    this.#inFlight = inFlight;
    const heartbeat = this.#beat(inFlight);
    try {
      this.#changed(job.runId);
      await this.#attempt(inFlight);
    } catch (error) {
      if (!costsOnlyItsJob(error)) throw error;
      await this.#durably(job.id, 'failed', () =>
        failJob(this.#store, job.id, asFailure(error), this.#now()),
      );
    } finally {
      this.#inFlight = null;
      heartbeat.abort();
      settle();
      this.#changed(job.runId);
    }
  }

  async #attempt(inFlight: InFlight): Promise<void> {
    const { job, abort } = inFlight;
    const prepared = await prepare(this.#setup, job, abort.signal);
    if (prepared.kind !== 'done') return this.#unmeasured(inFlight, prepared);
    this.#view(job.runId)?.notePreparation(job.id, this.#clock.monotonicMs() - inFlight.startMs);
    await this.#durably(job.id, 'running', () =>
      startJob(this.#store, job.id, prepared.value.modelFileBytes),
    );
    this.#changed(job.runId);

    const task = taskFor(job, prepared.value, this.#random);
    // A crash may have come between a job's last process and its result: then there is nothing left to measure.
    if (this.#needsAnother(job)) {
      const onProgress = (progress: TrialProgress): void => this.#phase(inFlight, progress);
      const measured = await measure(this.#setup, task, this.#clock, { onProgress, signal: abort.signal });
      if (measured.kind !== 'done') return this.#unmeasured(inFlight, measured);
      const { trial, wallMs } = measured.value;
      await this.#untilWritten(
        () => saveTrial(this.#store, job.id, job.processesDone, trial, wallMs),
        () => this.#job(job.id).processesDone > job.processesDone,
      );
      this.#view(job.runId)?.noteProcess(job.id, wallMs);
      if (inFlight.interruption !== null) return this.#unmeasured(inFlight, { kind: 'interrupted' });
      if (this.#needsAnother(job))
        return this.#durably(job.id, 'queued', () => releaseJob(this.#store, job.id));
    }
    const profiled = await assignmentOf(this.#setup, task, abort.signal);
    if (profiled.kind !== 'done') return this.#unmeasured(inFlight, profiled);
    this.#changed(job.runId);
    return this.#complete(job.id, profiled.value);
  }

  /** The lease ends without a (further) finished process. */
  async #unmeasured(
    inFlight: InFlight,
    ended: { kind: 'interrupted' } | { kind: 'failed'; failure: Failure; repeatable: boolean },
  ): Promise<void> {
    const { id, attempts } = inFlight.job;
    if (ended.kind === 'interrupted') {
      await this.#durably(id, 'queued', () => releaseJob(this.#store, id));
      if (inFlight.interruption === 'cancel') this.#close(id);
      return;
    }
    const failed = attempts + 1;
    if (ended.repeatable || failed >= maxAttempts) {
      return this.#durably(id, 'failed', () => failJob(this.#store, id, ended.failure, this.#now()));
    }
    const notBeforeMs = Math.round(this.#clock.nowMs() + backOffMs(failed, this.#random));
    return this.#durably(id, 'queued', () => retryJobLater(this.#store, id, ended.failure, notBeforeMs));
  }

  #needsAnother(job: DueJob): boolean {
    const trials = listTrials(this.#store, job.id);
    return trials.length === 0 || this.#setup.needsAnotherProcess(trials, job.plan);
  }

  async #closeOpenJobs(runId: string): Promise<void> {
    for (const { id } of listOpenJobs(this.#store, runId)) {
      this.#close(id);
      // Summarising takes milliseconds a job; a window wants to draw in between.
      await yieldToEvents();
    }
  }

  /** Ends a waiting job with what was measured of it. */
  #close(jobId: string): void {
    const { state, processesDone } = this.#job(jobId);
    if (state !== 'queued') return;
    if (processesDone === 0) return cancelJob(this.#store, jobId, this.#now());
    try {
      completeJob(this.#store, jobId, this.#result(jobId, null));
    } catch (error) {
      if (!costsOnlyItsJob(error)) throw error;
      failJob(this.#store, jobId, asFailure(error), this.#now());
    }
  }

  async #complete(jobId: string, assignment: Parameters<typeof aggregate>[0]['assignment']): Promise<void> {
    const result = this.#result(jobId, assignment);
    await this.#durably(jobId, 'done', () => completeJob(this.#store, jobId, result));
  }

  #result(
    jobId: string,
    assignment: Parameters<typeof aggregate>[0]['assignment'],
  ): ReturnType<typeof aggregate> {
    const job = this.#job(jobId);
    const { plan, machineId } = this.#run(job.runId);
    const trials = listTrials(this.#store, jobId);
    return aggregate({
      resultId: this.#newId(),
      runId: job.runId,
      machineId,
      configuration: job.configuration,
      plan,
      trials,
      summary: this.#setup.summarise(trials, job.configuration.batch, plan),
      assignment,
      modelFileBytes: modelFileBytesOf(this.#store, jobId) ?? 0,
      measuredAt: this.#now(),
    });
  }

  /** Writes a job's change of state, waiting while the store cannot be written to. */
  #durably(jobId: string, to: Job['state'], write: () => void): Promise<void> {
    return this.#untilWritten(write, () => this.#job(jobId).state === to);
  }

  /**
   * Tries a write until it is done: what a worker measured is not thrown away because the disk is full for a while. A
   * write that failed in its last flush may be found done afterwards, which `tookEffect` tells.
   */
  async #untilWritten(write: () => void, tookEffect: () => boolean): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        if (tries === 0 || !tookEffect()) write();
        this.#tellTrouble(null);
        return;
      } catch (error) {
        if (!(error instanceof StoreFailure && error.passing) || this.#stopping.signal.aborted) throw error;
        this.#tellTrouble(asFailure(error));
        await this.#clock.sleep(troubleRetryMs, this.#stopping.signal);
      }
    }
  }

  /** Ends the attempt in flight where `which` says so, and resolves when its job has been put where it belongs. */
  async #interrupt(why: Interruption, which: (job: DueJob) => boolean = () => true): Promise<void> {
    const inFlight = this.#inFlight;
    if (inFlight === null || !which(inFlight.job)) return;
    inFlight.interruption = why;
    inFlight.abort.abort();
    await inFlight.settled;
  }

  /** Renews the lease while the attempt goes on. */
  #beat({ job }: InFlight): AbortController {
    const end = new AbortController();
    void (async () => {
      for (;;) {
        await this.#clock.sleep(heartbeatMs, end.signal);
        if (end.signal.aborted) return;
        try {
          renewLease(this.#store, job.id, this.#lease());
        } catch {
          // The attempt's own next write meets the same trouble and tells it.
        }
      }
    })();
    return end;
  }

  #lease(): { ownerId: string; expiresAtMs: number } {
    return { ownerId: this.#setup.lock.ownerId, expiresAtMs: Math.round(this.#clock.nowMs() + leaseMs) };
  }

  #phase(inFlight: InFlight, progress: TrialProgress): void {
    inFlight.progress = {
      ...inFlight.progress,
      phase: progress.phase,
      samples: progress.phase === 'loading' ? 0 : progress.samples,
      medianMs: progress.phase === 'loading' ? null : progress.medianMs,
      halfWidthMs: progress.phase === 'sampling' ? progress.halfWidthMs : null,
    };
    this.#progress.mark(inFlight.job.runId);
  }

  /** A job of the run changed in the store. */
  #changed(runId: string): void {
    const view = this.#view(runId);
    if (view === null) return;
    view.refresh();
    this.#progress.mark(runId);
    this.#changes.mark(runId);
    if (!view.ended) return;
    this.#views.delete(runId);
    for (const resolve of this.#waiters.get(runId) ?? []) resolve(view.run);
    this.#waiters.delete(runId);
  }

  #view(runId: string): RunView | null {
    const known = this.#views.get(runId);
    if (known !== undefined) return known;
    const view = RunView.of(this.#store, runId);
    if (view?.ended === false) this.#views.set(runId, view);
    return view;
  }

  #tellProgress(runId: string): void {
    if (this.#setup.onProgress === undefined) return;
    const inFlight = this.#inFlight?.job.runId === runId ? this.#inFlight : null;
    const current =
      inFlight === null
        ? null
        : { progress: inFlight.progress, elapsedMs: this.#clock.monotonicMs() - inFlight.startMs };
    const progress = this.#view(runId)?.progress(current);
    if (progress !== undefined) this.#setup.onProgress(progress);
  }

  #tellRun(runId: string): void {
    const run = this.#view(runId)?.run;
    if (run !== undefined) this.#setup.onRunChanged?.(run);
  }

  #tellTrouble(failure: Failure | null): void {
    if (this.#trouble?.code === failure?.code) return;
    this.#trouble = failure;
    this.#setup.onTrouble?.(failure);
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
    if (this.#run(runId).machineId === this.#setup.machineId) return;
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
  message: `Backbench ended ${maxAttempts} times while it measured this configuration.`,
  remedy: 'Retry it with nothing else running; if the machine runs out of memory, choose a smaller batch.',
};

/** A bug that one job's numbers bring out, or its damaged samples, must not keep the others from being measured. */
function costsOnlyItsJob(error: unknown): boolean {
  return !(error instanceof StoreFailure) || error.code === 'samples-damaged';
}

function asFailure(error: unknown): Failure {
  if (error instanceof StoreFailure)
    return { code: error.code, message: error.message, remedy: error.remedy };
  return {
    code: 'internal',
    message: error instanceof Error ? error.message : String(error),
    remedy: 'This is a fault of Backbench; please report it with the log, and start it again.',
  };
}
