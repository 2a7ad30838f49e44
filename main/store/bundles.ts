import type { Configuration, Machine, Result, RunRequest, SamplingPlan } from '../../preload/contract.ts';
import { configurationColumns, configurationValues } from './configuration.ts';
import { fromJson, sql, type Sqlite } from './database.ts';
import { upsertMachine } from './machines.ts';
import type { ModelRecord } from './models.ts';
import { getResult, insertResult } from './results.ts';
import type { Store } from './store.ts';
import { insertTrial, listTrials, type TrialRecord } from './trials.ts';

/** A run as it leaves one store and enters another: ended, with those of its jobs that have a result. */
export interface MovedRun {
  readonly id: string;
  readonly machineId: string;
  readonly request: RunRequest;
  readonly plan: SamplingPlan;
  readonly createdAt: string;
  readonly finishedAt: string;
}

export interface MovedJob {
  readonly id: string;
  readonly runId: string;
  readonly ordinal: number;
  readonly configuration: Configuration;
  readonly modelFileBytes: number;
  readonly trials: readonly { readonly trial: TrialRecord; readonly wallMs: number }[];
  readonly result: Result;
}

export interface MovedRows {
  readonly machines: readonly Machine[];
  readonly models: readonly ModelRecord[];
  readonly runs: readonly MovedRun[];
  readonly jobs: readonly MovedJob[];
}

export interface MovedCounts {
  readonly results: number;
  readonly samples: number;
  /** Results that were there before. */
  readonly known: number;
}

/** A result of the same id says something else here than there: one of the two files was tampered with. */
export class BundleConflict extends Error {
  readonly code = 'bundle-conflict';
  readonly remedy = 'Ask whoever exported it for a fresh export.';

  constructor(id: string) {
    super(`Result ${id} is here already and says something else; nothing was imported.`);
    this.name = 'BundleConflict';
  }
}

/** A result that is to leave. */
export interface ChosenResult {
  readonly id: string;
  readonly jobId: string;
  readonly runId: string;
  readonly machineId: string;
  readonly model: string;
  readonly jobOrdinal: number;
}

/** The results of a machine, of a run, or all (null), in the order in which they were measured; deleted ones are left out. */
export function chooseResults(
  store: Store,
  chosen: { machineId: string | null; runId: string | null },
): ChosenResult[] {
  return store.read((db) =>
    sql<ChosenResult>(
      db,
      `SELECT r.id, r.job_id AS jobId, r.run_id AS runId, r.machine_id AS machineId, r.model, j.ordinal AS jobOrdinal
       FROM results r JOIN jobs j ON j.id = r.job_id
       WHERE r.deleted_at IS NULL AND (@machineId IS NULL OR r.machine_id = @machineId)
         AND (@runId IS NULL OR r.run_id = @runId) ORDER BY r.seq`,
    ).all(chosen),
  );
}

/** The job behind a result with every sample; null where the result was deleted meanwhile. */
export function readMovedJob(store: Store, { id, jobId, jobOrdinal }: ChosenResult): MovedJob | null {
  const result = getResult(store, id);
  if (result === null) return null;
  const wallMs = store.read((db) =>
    sql<{ wall_ms: number }>(db, 'SELECT wall_ms FROM trials WHERE job_id = ? ORDER BY ordinal').all(jobId),
  );
  return {
    id: jobId,
    runId: result.runId,
    ordinal: jobOrdinal,
    configuration: result.configuration,
    modelFileBytes: result.modelFileBytes,
    trials: listTrials(store, jobId).map((trial, index) => ({ trial, wallMs: wallMs[index]?.wall_ms ?? 0 })),
    result,
  };
}

/** A run as it leaves. */
export function readMovedRun(store: Store, id: string): MovedRun {
  const row = store.read((db) =>
    sql<{
      machine_id: string;
      request: string;
      plan: string;
      created_at: string;
      finished_at: string | null;
    }>(db, 'SELECT machine_id, request, plan, created_at, finished_at FROM runs WHERE id = ?').get(id),
  );
  if (row === undefined) throw new Error(`Run ${id} has results and no row.`);
  return {
    id,
    machineId: row.machine_id,
    request: fromJson<RunRequest>(row.request),
    plan: fromJson<SamplingPlan>(row.plan),
    createdAt: row.created_at,
    finishedAt: row.finished_at ?? row.created_at,
  };
}

/**
 * Takes rows of another store in, all or none; what is here already stays as it is. Throws BundleConflict where a result of
 * the same id differs. `onJob` is told how many jobs were written; what it throws undoes all of them.
 */
export function writeMoved(
  store: Store,
  { machines, models, runs, jobs }: MovedRows,
  at: string,
  onJob: (done: number, total: number) => void = () => undefined,
): MovedCounts {
  const fresh = jobs.filter(({ result }) => !isKnown(store, result));
  store.write((db) => {
    for (const machine of machines) {
      const row = sql(db, 'SELECT 1 FROM machines WHERE id = ?').get(machine.id);
      if (row === undefined) upsertMachine(store, machine, at);
    }
    for (const model of models) insertModel(db, model, at);
    for (const run of runs) insertRun(db, run);
    for (const [index, job] of fresh.entries()) {
      onJob(index, fresh.length);
      insertJob(db, job);
      job.trials.forEach(({ trial, wallMs }, ordinal) => insertTrial(db, job.id, ordinal, trial, wallMs));
      insertResult(db, job.id, job.result);
    }
  });
  const samples = fresh
    .flatMap(({ trials }) => trials)
    .reduce((sum, { trial }) => sum + trial.samplesMs.length, 0);
  return { results: fresh.length, samples, known: jobs.length - fresh.length };
}

/** Whether a result is here, deleted or not. */
function isKnown(store: Store, result: Result): boolean {
  const row = store.read((db) => sql(db, 'SELECT 1 FROM results WHERE id = ?').get(result.id));
  if (row === undefined) return false;
  const here = getResult(store, result.id);
  if (here !== null && sorted(here) !== sorted(result)) throw new BundleConflict(result.id);
  return true;
}

/** A value as JSON, whatever the order of its fields. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}

function insertModel(db: Sqlite, model: ModelRecord, at: string): void {
  sql(
    db,
    `INSERT OR IGNORE INTO models
       (name, use, input_size, origin, family, params, macs, activations, graph_hash, file_path, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)`,
  ).run(
    model.name,
    model.use,
    model.inputSize,
    model.origin,
    model.family,
    model.params,
    model.macs,
    model.activations,
    model.graphHash,
    at,
  );
}

function insertRun(db: Sqlite, run: MovedRun): void {
  sql(
    db,
    `INSERT OR IGNORE INTO runs (id, machine_id, state, request, plan, position, created_at, finished_at)
     VALUES (?, ?, 'done', ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM runs), ?, ?)`,
  ).run(
    run.id,
    run.machineId,
    JSON.stringify(run.request),
    JSON.stringify(run.plan),
    run.createdAt,
    run.finishedAt,
  );
}

function insertJob(
  db: Sqlite,
  { id, runId, ordinal, configuration, modelFileBytes, trials }: MovedJob,
): void {
  sql(
    db,
    `INSERT INTO jobs (id, run_id, ordinal, priority, state, processes_done, attempts, model_file_bytes,
       ${configurationColumns.join(', ')})
     VALUES (?, ?, ?, 0, 'done', ?, 0, ?, ${configurationColumns.map(() => '?').join(', ')})`,
  ).run(id, runId, ordinal, trials.length, modelFileBytes, ...configurationValues(configuration));
}
