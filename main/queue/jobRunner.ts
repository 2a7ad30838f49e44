import { setImmediate as yieldToEvents } from 'node:timers/promises';
import type { Failure, Job, Progress, Result, SamplingPlan } from '../../preload/contract.ts';
import type { ProfiledSession } from '../measure/assignment.ts';
import type { TrialSummary } from '../measure/summarise.ts';
import type { Trial, TrialProgress } from '../measure/trial.ts';
import {
  cancelJob,
  completeJob,
  type DueJob,
  failJob,
  leaseJob,
  modelFileBytesOf,
  planOf,
  releaseJob,
  renewLease,
  retryJobLater,
  startJob,
} from '../store/jobs.ts';
import { isPassingCode, StoreFailure } from '../store/failure.ts';
import { newestLatency } from '../store/results.ts';
import { getJob, getRun, listOpenJobs } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { listTrials, saveTrial } from '../store/trials.ts';
import { aggregate } from './aggregate.ts';
import type { Announcements } from './announcements.ts';
import { assignmentOf, type Ending, measure, prepare, taskFor, type Work } from './attempt.ts';
import { backOffMs, maxAttempts } from './backOff.ts';
import type { Clock } from './clock.ts';
import { asFailure, costsOnlyItsJob, unknownJob, unknownRun } from './failure.ts';
import type { PatientWrites } from './patientWrites.ts';
import type { Current } from './runView.ts';

const heartbeatMs = 10_000;
const leaseMs = 3 * heartbeatMs;

/** The rooms that measure and judge. */
export interface Rooms extends Work {
  summarise(trials: readonly Trial[], batch: number, plan: SamplingPlan): TrialSummary;
  needsAnotherProcess(trials: readonly Trial[], plan: SamplingPlan): boolean;
}

export interface Surroundings {
  readonly rooms: Rooms;
  readonly store: Store;
  /** Whose leases these are. */
  readonly ownerId: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
  readonly writes: PatientWrites;
  readonly announcements: Announcements;
  readonly spreadMs: number;
}

/** Why an attempt is ended before its time. */
export type Interruption = 'cancel' | 'pause' | 'stop';

interface InFlight {
  readonly job: DueJob;
  readonly abort: AbortController;
  readonly startMs: number;
  interruption: Interruption | null;
  progress: NonNullable<Progress['current']>;
  readonly settled: Promise<void>;
}

/** Works on one job at a time: leases it, has its model prepared and one process measured, and stores what came of it. */
export class JobRunner {
  readonly #around: Surroundings;
  readonly #store: Store;
  readonly #clock: Clock;
  #inFlight: InFlight | null = null;
  /** The process that was measured last. */
  #last: { readonly jobId: string; readonly endMs: number } | null = null;

  constructor(surroundings: Surroundings) {
    this.#around = surroundings;
    this.#store = surroundings.store;
    this.#clock = surroundings.clock;
  }

  /** What is being done for a run at this moment, or null. */
  currentOf(runId: string): Current | null {
    const inFlight = this.#inFlight;
    if (inFlight?.job.runId !== runId) return null;
    return { progress: inFlight.progress, elapsedMs: this.#clock.monotonicMs() - inFlight.startMs };
  }

  /** One lease of a job: its model's file, one worker process, and its result where that was the last one. */
  async workOn(job: DueJob): Promise<void> {
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
      this.#around.announcements.changed(job.runId);
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
      this.#around.announcements.changed(job.runId);
    }
  }

  async #attempt(inFlight: InFlight): Promise<void> {
    const { job, abort } = inFlight;
    const prepared = await prepare(this.#around.rooms, job, abort.signal);
    if (prepared.kind !== 'done') return this.#unmeasured(inFlight, prepared);
    this.#around.announcements
      .viewOf(job.runId)
      ?.notePreparation(job.id, this.#clock.monotonicMs() - inFlight.startMs);
    await this.#durably(job.id, 'running', () =>
      startJob(this.#store, job.id, prepared.value.modelFileBytes),
    );
    this.#around.announcements.changed(job.runId);

    const task = taskFor(job, prepared.value, this.#around.random);
    // A crash may have come between a job's last process and its result: then there is nothing left to measure.
    if (this.#needsAnother(job)) {
      await this.#spread(job.id, abort.signal);
      const onProgress = (progress: TrialProgress): void => this.#phase(inFlight, progress);
      const measured = await measure(this.#around.rooms, task, this.#clock, {
        onProgress,
        signal: abort.signal,
        memoryLimitBytes: job.memoryLimitBytes ?? undefined,
      });
      if (measured.kind !== 'done') return this.#unmeasured(inFlight, measured);
      this.#last = { jobId: job.id, endMs: this.#clock.monotonicMs() };
      const { trial, wallMs } = measured.value;
      await this.#around.writes.write(
        () => saveTrial(this.#store, job.id, job.processesDone, trial, wallMs),
        () => this.#job(job.id).processesDone > job.processesDone,
      );
      this.#around.announcements.viewOf(job.runId)?.noteProcess(job.id, wallMs);
      if (inFlight.interruption !== null) return this.#unmeasured(inFlight, { kind: 'interrupted' });
      if (this.#needsAnother(job))
        return this.#durably(job.id, 'queued', () => releaseJob(this.#store, job.id));
    }
    const beginMs = this.#clock.monotonicMs();
    const profiled = await assignmentOf(this.#around.rooms, task, abort.signal);
    if (profiled.kind !== 'done') return this.#unmeasured(inFlight, profiled);
    this.#around.announcements.viewOf(job.runId)?.noteProfile(this.#clock.monotonicMs() - beginMs);
    this.#around.announcements.changed(job.runId);
    return this.#complete(job.id, profiled.value);
  }

  /**
   * Waits, where the same job was measured last, so that its processes lie apart in time even when no other job comes between
   * them: what slows the machine for some seconds then falls on some of them, and shows, not on all.
   */
  async #spread(jobId: string, signal: AbortSignal): Promise<void> {
    if (this.#last?.jobId !== jobId) return;
    const restMs = this.#last.endMs + this.#around.spreadMs - this.#clock.monotonicMs();
    if (restMs > 0) await this.#clock.sleep(restMs, signal);
  }

  /** The lease ends without a (further) finished process. */
  async #unmeasured(inFlight: InFlight, ended: Exclude<Ending<never>, { kind: 'done' }>): Promise<void> {
    const { id, attempts } = inFlight.job;
    if (ended.kind === 'interrupted') {
      await this.#durably(id, 'queued', () => releaseJob(this.#store, id));
      if (inFlight.interruption === 'cancel') this.close(id);
      return;
    }
    this.#blameTheDrive(ended.failure);
    const failure = { ...ended.failure, ...(ended.output === undefined ? {} : { output: ended.output }) };
    const failed = attempts + 1;
    if (ended.repeatable || failed >= maxAttempts) {
      return this.#durably(id, 'failed', () => failJob(this.#store, id, failure, this.#now()));
    }
    const notBeforeMs = Math.round(this.#clock.nowMs() + backOffMs(failed, this.#around.random));
    return this.#durably(id, 'queued', () =>
      retryJobLater(this.#store, id, failure, { at: this.#now(), notBeforeMs }),
    );
  }

  /** A job that failed because the data folder is full or gone did nothing wrong: this throws, and it waits for the folder. */
  #blameTheDrive({ code, message, remedy }: Failure): void {
    if (isPassingCode(code)) throw new StoreFailure(code, message, remedy ?? '');
    this.#store.probe({ writing: false });
  }

  #needsAnother(job: DueJob): boolean {
    const trials = listTrials(this.#store, job.id);
    return trials.length === 0 || this.#around.rooms.needsAnotherProcess(trials, job.plan);
  }

  async closeOpenJobs(runId: string): Promise<void> {
    for (const { id } of listOpenJobs(this.#store, runId)) {
      this.close(id);
      // Summarising takes milliseconds a job; a window wants to draw in between.
      await yieldToEvents();
    }
  }

  /** Ends a waiting job with what was measured of it. */
  close(jobId: string): void {
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

  async #complete(jobId: string, profiled: ProfiledSession | null): Promise<void> {
    const result = this.#result(jobId, profiled);
    await this.#durably(jobId, 'done', () => completeJob(this.#store, jobId, result));
  }

  #result(jobId: string, profiled: ProfiledSession | null): Result {
    const job = this.#job(jobId);
    const run = getRun(this.#store, job.runId);
    if (run === null) throw unknownRun(job.runId);
    const { machineId } = run;
    const plan = planOf(this.#store, jobId) ?? run.plan;
    const trials = listTrials(this.#store, jobId);
    return aggregate({
      resultId: this.#around.newId(),
      runId: job.runId,
      machineId,
      configuration: job.configuration,
      plan,
      trials,
      summary: this.#around.rooms.summarise(trials, job.configuration.batch, plan),
      profiled,
      earlier: newestLatency(this.#store, machineId, job.configuration),
      modelFileBytes: modelFileBytesOf(this.#store, jobId) ?? 0,
      measuredAt: this.#now(),
    });
  }

  /** Ends the attempt in flight where `which` says so, and resolves when its job has been put where it belongs. */
  async interrupt(why: Interruption, which: (job: DueJob) => boolean = () => true): Promise<void> {
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
    return { ownerId: this.#around.ownerId, expiresAtMs: Math.round(this.#clock.nowMs() + leaseMs) };
  }

  #phase(inFlight: InFlight, progress: TrialProgress): void {
    inFlight.progress = {
      ...inFlight.progress,
      phase: progress.phase,
      samples: progress.phase === 'loading' ? 0 : progress.samples,
      medianMs: progress.phase === 'loading' ? null : progress.medianMs,
      halfWidthMs: progress.phase === 'sampling' ? progress.halfWidthMs : null,
    };
    this.#around.announcements.progressed(inFlight.job.runId);
  }

  /** Writes a job's change of state, waiting while the store cannot be written to. */
  #durably(jobId: string, to: Job['state'], write: () => void): Promise<void> {
    return this.#around.writes.write(write, () => this.#job(jobId).state === to);
  }

  #job(jobId: string): Job {
    const job = getJob(this.#store, jobId);
    if (job === null) throw unknownJob(jobId);
    return job;
  }

  #now(): string {
    return new Date(this.#clock.nowMs()).toISOString();
  }
}
