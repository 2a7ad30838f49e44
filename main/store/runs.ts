import type {
  Configuration,
  Failure,
  Job,
  Run,
  RunRequest,
  SamplingPlan,
  Statement,
} from '../../preload/contract.ts';
import {
  configurationColumns,
  type ConfigurationColumns,
  configurationValues,
  toConfiguration,
} from './configuration.ts';
import { fromJson, sql, type Sqlite } from './database.ts';
import { runStatesBefore, TransitionRefused } from './jobStates.ts';
import type { Store } from './store.ts';

export interface NewRun {
  readonly id: string;
  readonly machineId: string;
  /** What the person asked for. */
  readonly request: RunRequest;
  readonly plan: SamplingPlan;
  readonly createdAt: string;
  /** Jobs are added while it goes on; it ends when it has been closed. */
  readonly growing?: boolean;
  readonly jobs: readonly {
    readonly id: string;
    readonly configuration: Configuration;
    readonly priority: number;
  }[];
}

interface RunRow {
  id: string;
  machine_id: string;
  state: Run['state'];
  plan: string;
  created_at: string;
  finished_at: string | null;
}

interface JobRow extends ConfigurationColumns {
  id: string;
  run_id: string;
  state: Job['state'];
  attempts: number;
  failure: string | null;
  reason: string | null;
  said: string | null;
  plan: string | null;
  processes_done: number;
  result_id: string | null;
}

const jobColumns = `j.id, j.run_id, ${configurationColumns.map((column) => `j.${column}`).join(', ')}, j.state, j.attempts,
  j.failure, j.reason, j.said, j.plan, j.processes_done, r.id AS result_id`;
const jobsWithResults = `FROM jobs j LEFT JOIN results r ON r.job_id = j.id AND r.deleted_at IS NULL`;

/** Stores a run and all of its jobs, at the end of the line. */
export function createRun(store: Store, run: NewRun): void {
  store.write((db) => {
    sql(
      db,
      `INSERT INTO runs (id, machine_id, state, request, plan, position, created_at, growing)
       VALUES (?, ?, 'active', ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM runs), ?, ?)`,
    ).run(
      run.id,
      run.machineId,
      JSON.stringify(run.request),
      JSON.stringify(run.plan),
      run.createdAt,
      run.growing === true ? 1 : 0,
    );
    const insert = sql(
      db,
      `INSERT INTO jobs (id, run_id, ordinal, priority, state, processes_done, attempts,
         ${configurationColumns.join(', ')})
       VALUES (?, ?, ?, ?, 'queued', 0, 0, ${configurationColumns.map(() => '?').join(', ')})`,
    );
    run.jobs.forEach((job, ordinal) =>
      insert.run(job.id, run.id, ordinal, job.priority, ...configurationValues(job.configuration)),
    );
  });
}

export function getRun(store: Store, id: string): Run | null {
  return store.read((db) => {
    const row = sql<RunRow>(db, 'SELECT * FROM runs WHERE id = ?').get(id);
    return row === undefined ? null : toRun(db, row);
  });
}

/** The newest runs first, with their jobs. */
export function listRuns(store: Store, limit: number): Run[] {
  return store.read((db) =>
    sql<RunRow>(db, 'SELECT * FROM runs ORDER BY created_at DESC, position DESC LIMIT ?')
      .all(limit)
      .map((row) => toRun(db, row)),
  );
}

export function countRuns(store: Store): number {
  return store.read((db) => sql<{ n: number }>(db, 'SELECT count(*) AS n FROM runs').get())?.n ?? 0;
}

export function listRunIds(store: Store, state: Run['state']): string[] {
  return store
    .read((db) => sql<{ id: string }>(db, 'SELECT id FROM runs WHERE state = ? ORDER BY position').all(state))
    .map(({ id }) => id);
}

export function getJob(store: Store, id: string): Job | null {
  const row = store.read((db) =>
    sql<JobRow>(db, `SELECT ${jobColumns} ${jobsWithResults} WHERE j.id = ?`).get(id),
  );
  return row === undefined ? null : toJob(row);
}

/** Changes a run's state as `runTransitions` allows, else throws TransitionRefused. */
export function setRunState(store: Store, id: string, to: Run['state']): void {
  store.write((db) => moveRunTo(db, id, to));
}

/**
 * Cancels a run at once: no process of it will be started any more, and jobs without a finished process are cancelled.
 * Jobs with finished processes stay open until the caller has closed each of them with what was measured.
 */
export function cancelRunAndUnmeasured(store: Store, id: string, at: string): void {
  store.write((db) => {
    moveRunTo(db, id, 'cancelled');
    sql(db, 'UPDATE runs SET growing = 0 WHERE id = ?').run(id);
    sql(
      db,
      "UPDATE jobs SET state = 'cancelled' WHERE run_id = ? AND state = 'queued' AND processes_done = 0",
    ).run(id);
    settleRun(db, id, at);
  });
}

/** Adds a job to a growing run, with a plan of its own and the reason why it is measured. */
export function addJob(
  store: Store,
  runId: string,
  job: {
    readonly id: string;
    readonly configuration: Configuration;
    readonly plan: SamplingPlan;
    readonly reason: string;
    readonly said: Statement;
  },
): void {
  store.write((db) => {
    sql(
      db,
      `INSERT INTO jobs (id, run_id, ordinal, priority, state, processes_done, attempts, plan, reason, said,
         ${configurationColumns.join(', ')})
       VALUES (?, ?, (SELECT count(*) FROM jobs WHERE run_id = ?), 0, 'queued', 0, 0, ?, ?, ?,
         ${configurationColumns.map(() => '?').join(', ')})`,
    ).run(
      job.id,
      runId,
      runId,
      JSON.stringify(job.plan),
      job.reason,
      JSON.stringify(job.said),
      ...configurationValues(job.configuration),
    );
  });
}

/** No more jobs: the run ends when its last one has ended, or at once. */
export function closeRun(store: Store, id: string, at: string): void {
  store.write((db) => {
    sql(db, 'UPDATE runs SET growing = 0 WHERE id = ?').run(id);
    settleRun(db, id, at);
  });
}

/** The runs to which jobs may still be added, in the order of the line. */
export function listGrowingRunIds(store: Store): string[] {
  return store
    .read((db) => sql<{ id: string }>(db, 'SELECT id FROM runs WHERE growing = 1 ORDER BY position').all())
    .map(({ id }) => id);
}

/** The jobs of a run that have not ended. */
export function listOpenJobs(store: Store, runId: string): Job[] {
  return store.read((db) =>
    sql<JobRow>(
      db,
      `SELECT ${jobColumns} ${jobsWithResults} WHERE j.run_id = ? AND j.state IN ('queued', 'leased', 'running')
       ORDER BY j.ordinal`,
    )
      .all(runId)
      .map(toJob),
  );
}

/** Puts a run into the line before another one, or at its end. */
export function placeRun(store: Store, id: string, before: string | null): void {
  store.write((db) => {
    const { position } =
      before === null
        ? (sql<{ position: number }>(db, 'SELECT max(position) + 1 AS position FROM runs').get() ?? {
            position: 0,
          })
        : (sql<{ position: number }>(
            db,
            `SELECT (position + coalesce((SELECT max(position) FROM runs o WHERE o.position < b.position AND o.id <> ?),
               position - 1)) / 2 AS position FROM runs b WHERE b.id = ?`,
          ).get(id, before) ?? refuseUnknown(before));
    const { changes } = sql(db, 'UPDATE runs SET position = ? WHERE id = ?').run(position, id);
    if (changes === 0) refuseUnknown(id);
  });
}

/** Ends a run whose last job has ended. Belongs into the transaction that ends a job. */
export function settleRun(db: Sqlite, id: string, at: string): void {
  sql(
    db,
    `UPDATE runs SET finished_at = ?, state = CASE state WHEN 'cancelled' THEN 'cancelled' ELSE 'done' END
     WHERE id = ? AND finished_at IS NULL AND growing = 0
       AND NOT EXISTS (SELECT 1 FROM jobs WHERE run_id = runs.id AND state IN ('queued', 'leased', 'running'))`,
  ).run(at, id);
}

/** Takes an ended or halted run up again. Belongs into the transaction that reopens a job. */
export function reopenRun(db: Sqlite, id: string): void {
  sql(
    db,
    `UPDATE runs SET state = CASE state WHEN 'paused' THEN 'paused' ELSE 'active' END, finished_at = NULL WHERE id = ?`,
  ).run(id);
}

function moveRunTo(db: Sqlite, id: string, to: Run['state']): void {
  const { changes } = sql(
    db,
    `UPDATE runs SET state = ? WHERE id = ? AND state IN (${runStatesBefore(to)})`,
  ).run(to, id);
  if (changes === 1) return;
  const row = sql<{ state: string }>(db, 'SELECT state FROM runs WHERE id = ?').get(id);
  throw new TransitionRefused(id, row?.state ?? null, to);
}

function refuseUnknown(id: string): never {
  throw new TransitionRefused(id, null, 'placed');
}

function toRun(db: Sqlite, row: RunRow): Run {
  const jobs = sql<JobRow>(
    db,
    `SELECT ${jobColumns} ${jobsWithResults} WHERE j.run_id = ? ORDER BY j.ordinal`,
  ).all(row.id);
  return {
    id: row.id,
    machineId: row.machine_id,
    state: row.state,
    plan: fromJson<SamplingPlan>(row.plan),
    createdAt: row.created_at,
    finishedAt: row.finished_at,
    jobs: jobs.map(toJob),
  };
}

/** Without what a worker printed: kilobytes, which would cross with every change of a run. */
function toFailure({ code, message, remedy }: Failure): Failure {
  return { code, message, remedy };
}

function toJob(row: JobRow): Job {
  return {
    id: row.id,
    runId: row.run_id,
    configuration: toConfiguration(row),
    state: row.state,
    attempts: row.attempts,
    failure: row.failure === null ? null : toFailure(fromJson<Failure>(row.failure)),
    reason: row.reason,
    said: row.said === null ? null : fromJson<Statement>(row.said),
    plan: row.plan === null ? null : fromJson<SamplingPlan>(row.plan),
    processesDone: row.processes_done,
    resultId: row.result_id,
  };
}
