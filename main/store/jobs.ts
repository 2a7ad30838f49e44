import type { Configuration, Failure, Job, Result, SamplingPlan } from '../../preload/contract.ts';
import { type ConfigurationColumns, toConfiguration } from './configuration.ts';
import { fromJson, sql, type Sqlite } from './database.ts';
import { keepFailure, type KeptFailure } from './jobLog.ts';
import { jobStatesBefore, TransitionRefused } from './jobStates.ts';
import { insertResult } from './results.ts';
import { reopenRun, settleRun } from './runs.ts';
import type { Store } from './store.ts';

/** A job whose turn it is. */
export interface DueJob {
  readonly id: string;
  readonly runId: string;
  readonly configuration: Configuration;
  readonly plan: SamplingPlan;
  /** Worker processes finished so far. */
  readonly processesDone: number;
  /** Attempts at the next process that failed, so far. */
  readonly attempts: number;
  /** As the run's request says; null: no word of it. */
  readonly memoryLimitBytes: number | null;
}

/** `to` may carry what the new state needs; the old state's lease always ends unless the new one has it. */
interface Change {
  readonly leaseOwner?: string;
  readonly leaseExpiresAtMs?: number;
}

/**
 * The job to work on next, or null. The highest priority first, then the run that stands first in the line, and within
 * a run the job with the fewest finished processes: so processes of all its jobs are interleaved, and slow drifts of
 * the machine (heat, other programs) fall on all of them alike. `random` (0 … 1) decides between equals.
 * Jobs that wait after a crash are left out until `nowMs` (epoch).
 */
export function nextDueJob(store: Store, nowMs: number, random: () => number): DueJob | null {
  interface Head {
    run_id: string;
    priority: number;
    processes_done: number;
  }
  interface Row extends ConfigurationColumns {
    id: string;
    run_id: string;
    chosen_plan: string;
    processes_done: number;
    attempts: number;
    memory_limit: number | null;
  }
  return store.read((db) => {
    const head = sql<Head>(
      db,
      `SELECT j.run_id, j.priority, j.processes_done FROM runs r JOIN jobs j ON j.run_id = r.id
       WHERE r.state = 'active' AND j.state = 'queued' AND coalesce(j.not_before, 0) <= ?
       ORDER BY j.priority DESC, r.position, j.processes_done LIMIT 1`,
    ).get(nowMs);
    if (head === undefined) return null;
    const equals = sql<Row>(
      db,
      `SELECT j.*, coalesce(j.plan, r.plan) AS chosen_plan, r.request ->> '$.memoryLimitBytes' AS memory_limit FROM jobs j JOIN runs r ON r.id = j.run_id
       WHERE j.run_id = ? AND j.state = 'queued' AND j.priority = ? AND j.processes_done = ?
         AND coalesce(j.not_before, 0) <= ? ORDER BY j.ordinal`,
    ).all(head.run_id, head.priority, head.processes_done, nowMs);
    const row = equals[Math.floor(random() * equals.length)];
    if (row === undefined) return null;
    return {
      id: row.id,
      runId: row.run_id,
      configuration: toConfiguration(row),
      plan: fromJson<SamplingPlan>(row.chosen_plan),
      processesDone: row.processes_done,
      attempts: row.attempts,
      memoryLimitBytes: row.memory_limit,
    };
  });
}

/** The plan that a job is measured by: its own, or its run's. */
export function planOf(store: Store, jobId: string): SamplingPlan | null {
  const row = store.read((db) =>
    sql<{ plan: string }>(
      db,
      'SELECT coalesce(j.plan, r.plan) AS plan FROM jobs j JOIN runs r ON r.id = j.run_id WHERE j.id = ?',
    ).get(jobId),
  );
  return row === undefined ? null : fromJson<SamplingPlan>(row.plan);
}

/** When the first of the jobs that wait after a crash may be tried again (epoch ms), or null. */
export function nextRetryAtMs(store: Store): number | null {
  const row = store.read((db) =>
    sql<{ at: number | null }>(
      db,
      `SELECT min(j.not_before) AS at FROM runs r JOIN jobs j ON j.run_id = r.id
       WHERE r.state = 'active' AND j.state = 'queued' AND j.not_before IS NOT NULL`,
    ).get(),
  );
  return row?.at ?? null;
}

/** Takes a queued job for this owner until `expiresAtMs`. The attempt is counted before it begins, so that a job which takes the whole app down is counted as well. */
export function leaseJob(store: Store, id: string, lease: { ownerId: string; expiresAtMs: number }): void {
  store.write((db) => {
    moveJob(db, id, 'leased', { leaseOwner: lease.ownerId, leaseExpiresAtMs: lease.expiresAtMs });
    sql(db, 'UPDATE jobs SET attempts = attempts + 1, not_before = NULL WHERE id = ?').run(id);
  });
}

/** The owner's sign of life. False where the lease is no longer this owner's. */
export function renewLease(
  store: Store,
  id: string,
  lease: { ownerId: string; expiresAtMs: number },
): boolean {
  const { changes } = store.write((db) =>
    sql(db, 'UPDATE jobs SET lease_expires_at = ? WHERE id = ? AND lease_owner = ?').run(
      lease.expiresAtMs,
      id,
      lease.ownerId,
    ),
  );
  return changes === 1;
}

/** The model's file is there and its worker is about to start. */
export function startJob(store: Store, id: string, modelFileBytes: number): void {
  store.write((db) => {
    const lease = sql<{ lease_owner: string; lease_expires_at: number }>(
      db,
      'SELECT lease_owner, lease_expires_at FROM jobs WHERE id = ? AND lease_owner IS NOT NULL',
    ).get(id);
    moveJob(
      db,
      id,
      'running',
      lease === undefined ? {} : { leaseOwner: lease.lease_owner, leaseExpiresAtMs: lease.lease_expires_at },
    );
    sql(db, 'UPDATE jobs SET model_file_bytes = ? WHERE id = ?').run(modelFileBytes, id);
  });
}

/** Back into the queue without blame: its process ended well, or was ended for a pause or the end of the app. */
export function releaseJob(store: Store, id: string): void {
  store.write((db) => {
    moveJob(db, id, 'queued');
    sql(db, 'UPDATE jobs SET attempts = max(attempts - 1, 0) WHERE id = ?').run(id);
  });
}

/** Back into the queue what this owner has leased without working on it: a failed write may leave such a job. */
export function releaseLeases(store: Store, ownerId: string): void {
  store.write((db) => {
    const rows = sql<{ id: string }>(db, 'SELECT id FROM jobs WHERE lease_owner = ?').all(ownerId);
    for (const { id } of rows) {
      moveJob(db, id, 'queued');
      sql(db, 'UPDATE jobs SET attempts = max(attempts - 1, 0) WHERE id = ?').run(id);
    }
  });
}

/** Back into the queue after an attempt that failed `at` (ISO), to be tried again at `notBeforeMs` (epoch). */
export function retryJobLater(
  store: Store,
  id: string,
  failure: KeptFailure,
  { at, notBeforeMs }: { at: string; notBeforeMs: number },
): void {
  store.write((db) => {
    moveJob(db, id, 'queued');
    keepFailure(db, id, failure, at);
    sql(db, 'UPDATE jobs SET not_before = ? WHERE id = ?').run(notBeforeMs, id);
  });
}

/** Ends a job with the reason why it could not be measured. Its finished processes are kept. */
export function failJob(store: Store, id: string, failure: KeptFailure, at: string): void {
  store.write((db) => {
    moveJob(db, id, 'failed');
    keepFailure(db, id, failure, at);
    sql(db, 'UPDATE jobs SET not_before = NULL WHERE id = ?').run(id);
    settleRun(db, runOf(db, id), at);
  });
}

export function cancelJob(store: Store, id: string, at: string): void {
  store.write((db) => {
    moveJob(db, id, 'cancelled');
    settleRun(db, runOf(db, id), at);
  });
}

/** Ends a job with its result: both are stored, or neither. */
export function completeJob(store: Store, id: string, result: Result): void {
  store.write((db) => {
    moveJob(db, id, 'done');
    sql(db, 'UPDATE jobs SET failure = NULL, not_before = NULL, attempts = 0 WHERE id = ?').run(id);
    insertResult(db, id, result);
    settleRun(db, result.runId, result.measuredAt);
  });
}

/** Puts a failed or cancelled job into the queue again, on a person's wish, and takes its run up again. */
export function requeueJob(store: Store, id: string): void {
  store.write((db) => {
    const row = sql<{ state: Job['state'] }>(db, 'SELECT state FROM jobs WHERE id = ?').get(id);
    if (row?.state !== 'failed' && row?.state !== 'cancelled')
      throw new TransitionRefused(id, row?.state ?? null, 'queued');
    requeue(db, id);
    reopenRun(db, runOf(db, id));
  });
}

/** The same for every failed job of a run. False where there is none. */
export function requeueFailedJobs(store: Store, runId: string): boolean {
  return store.write((db) => {
    const failed = sql<{ id: string }>(db, "SELECT id FROM jobs WHERE run_id = ? AND state = 'failed'").all(
      runId,
    );
    for (const { id } of failed) requeue(db, id);
    if (failed.length > 0) reopenRun(db, runId);
    return failed.length > 0;
  });
}

function requeue(db: Sqlite, id: string): void {
  moveJob(db, id, 'queued');
  sql(db, 'UPDATE jobs SET attempts = 0, failure = NULL, not_before = NULL WHERE id = ?').run(id);
}

/** Among waiting jobs the higher priority goes first, across all runs. */
export function setJobPriority(store: Store, id: string, priority: number): void {
  const { changes } = store.write((db) =>
    sql(db, 'UPDATE jobs SET priority = ? WHERE id = ?').run(priority, id),
  );
  if (changes === 0) throw new TransitionRefused(id, null, 'placed');
}

/** The size of the model's file as it was when the job last started, or null where it never did. */
export function modelFileBytesOf(store: Store, jobId: string): number | null {
  const row = store.read((db) =>
    sql<{ bytes: number | null }>(db, 'SELECT model_file_bytes AS bytes FROM jobs WHERE id = ?').get(jobId),
  );
  return row?.bytes ?? null;
}

/**
 * Takes back what dead owners had leased: to the queue, or to failed where the app has now died `maxAttempts` times in
 * the same process of the same job. Only the holder of the queue lock may call it: the lock proves that every other
 * owner is dead, so there is no need to wait until their leases expire. Returns the jobs' ids.
 */
export function takeBackLeases(
  store: Store,
  taker: {
    ownerId: string;
    maxAttempts: number;
    /** What is kept of an attempt in which the owner died, and of one too many. */
    died: Failure;
    diedTooOften: Failure;
    at: string;
  },
): { requeued: string[]; failed: string[] } {
  return store.write((db) => {
    const rows = sql<{ id: string; attempts: number }>(
      db,
      'SELECT id, attempts FROM jobs WHERE lease_owner IS NOT NULL AND lease_owner <> ?',
    ).all(taker.ownerId);
    const requeued: string[] = [];
    const failed: string[] = [];
    for (const { id, attempts } of rows) {
      if (attempts < taker.maxAttempts) {
        moveJob(db, id, 'queued');
        keepFailure(db, id, taker.died, taker.at);
        requeued.push(id);
      } else {
        moveJob(db, id, 'failed');
        keepFailure(db, id, taker.diedTooOften, taker.at);
        settleRun(db, runOf(db, id), taker.at);
        failed.push(id);
      }
    }
    return { requeued, failed };
  });
}

function moveJob(db: Sqlite, id: string, to: Job['state'], change: Change = {}): void {
  const { changes } = sql(
    db,
    `UPDATE jobs SET state = ?, lease_owner = ?, lease_expires_at = ? WHERE id = ? AND state IN (${jobStatesBefore(to)})`,
  ).run(to, change.leaseOwner ?? null, change.leaseExpiresAtMs ?? null, id);
  if (changes === 1) return;
  const row = sql<{ state: string }>(db, 'SELECT state FROM jobs WHERE id = ?').get(id);
  throw new TransitionRefused(id, row?.state ?? null, to);
}

function runOf(db: Sqlite, jobId: string): string {
  const row = sql<{ run_id: string }>(db, 'SELECT run_id FROM jobs WHERE id = ?').get(jobId);
  if (row === undefined) throw new TransitionRefused(jobId, null, 'found');
  return row.run_id;
}
