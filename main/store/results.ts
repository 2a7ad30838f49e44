import type {
  Assignment,
  Configuration,
  Flag,
  MemorySummary,
  ModeFigures,
  Reading,
  Result,
} from '../../preload/contract.ts';
import {
  configurationColumns,
  type ConfigurationColumns,
  configurationValues,
  toConfiguration,
} from './configuration.ts';
import { fromJson, sql, type Sqlite } from './database.ts';
import {
  conditions,
  type MeasuredModel,
  orderBy,
  type ResultFilter,
  type ResultOrder,
} from './resultQuery.ts';
import type { Store } from './store.ts';

/** One page of results. */
export interface ResultQuery extends ResultFilter, ResultOrder {
  readonly limit: number;
  readonly offset?: number;
}

/** A result beside what was written down about its model then; null where nothing was. */
export interface StoredResult {
  readonly result: Result;
  readonly model: { readonly family: string; readonly params: number; readonly macs: number } | null;
}

interface ResultDbRow extends ConfigurationColumns {
  id: string;
  run_id: string;
  machine_id: string;
  measured_at: string;
  latency_median_ms: number;
  latency_low_ms: number;
  latency_high_ms: number;
  latency_mean_ms: number;
  latency_sd_ms: number;
  latency_min_ms: number;
  latency_p90_ms: number;
  latency_p95_ms: number;
  latency_p99_ms: number | null;
  latency_p999_ms: number | null;
  samples: number;
  processes: number;
  converged: number;
  per_image_ms: number;
  throughput_per_second: number;
  mode_figures: string | null;
  model_load: string;
  session_creation_ms: number;
  first_run_ms: number;
  overhead_ms: number;
  model_file_bytes: number;
  memory: string;
  cpu_utilisation: string;
  energy_per_inference: string;
  assignment: string | null;
  flags: string;
  family: string | null;
  params: number | null;
  macs: number | null;
}

/** The results of one configuration on one machine that were not deleted: machine, then `configurationValues`. */
const sameConfiguration = `machine_id = ? AND ${configurationColumns.map((column) => `${column} = ?`).join(' AND ')}
  AND deleted_at IS NULL`;

/** One page of the results that were not deleted, and how many there are on all pages. */
export function listResults(store: Store, query: ResultQuery): { total: number; rows: StoredResult[] } {
  const { sort = 'measuredAt', descending = true, limit, offset = 0 } = query;
  return store.read((db) => {
    const { where, values } = conditions(query);
    if (typeof sort === 'function') {
      const groups = modelGroups(db, query, sort, descending);
      const rows = pageOfGroups(groups, offset, limit).flatMap(({ group, skip, take }) =>
        page(
          db,
          `results WHERE model = ? AND use = ? AND input_size = ? AND ${where} ORDER BY seq`,
          [group.model, group.use, group.inputSize, ...values],
          { limit: take, offset: skip },
        ),
      );
      return { total: groups.reduce((sum, { count }) => sum + count, 0), rows };
    }
    const { index, clause } = orderBy(sort, descending);
    const count = sql<{ total: number }>(db, `SELECT count(*) AS total FROM results WHERE ${where}`).get(
      ...values,
    );
    const rows = page(db, `results ${index} WHERE ${where} ORDER BY ${clause}`, values, { limit, offset });
    return { total: count?.total ?? 0, rows };
  });
}

/** The page's rows are found by an index alone; the rows that the offset skips are never read. */
function page(
  db: Sqlite,
  from: string,
  values: readonly (string | number)[],
  { limit, offset }: { limit: number; offset: number },
): StoredResult[] {
  return sql<ResultDbRow>(
    db,
    `WITH page AS MATERIALIZED (SELECT seq AS page_seq FROM ${from} LIMIT ? OFFSET ?)
     SELECT r.*, m.family, m.params, m.macs FROM page JOIN results r ON r.seq = page_seq
     LEFT JOIN models m ON m.name = r.model AND m.use = r.use AND m.input_size = r.input_size`,
  )
    .all(...values, limit, offset)
    .map(toStoredResult);
}

interface ModelGroup extends MeasuredModel {
  readonly count: number;
}

/** The models of the results that a filter leaves, in the order of what they are worth, with how many results each has. */
function modelGroups(
  db: Sqlite,
  filter: ResultFilter,
  worth: (model: MeasuredModel) => number | string | null,
  descending: boolean,
): ModelGroup[] {
  const { where, values } = conditions(filter);
  const direction = descending ? -1 : 1;
  return sql<ModelGroup>(
    db,
    `SELECT model, use, input_size AS inputSize, count(*) AS count FROM results INDEXED BY results_by_model
     WHERE ${where} GROUP BY 1, 2, 3`,
  )
    .all(...values)
    .map((group) => ({ group, value: worth(group) }))
    .toSorted((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      return direction * (a.value < b.value ? -1 : a.value > b.value ? 1 : 0);
    })
    .map(({ group }) => group);
}

/** Which rows of which groups make up a page. */
function pageOfGroups(
  groups: readonly ModelGroup[],
  offset: number,
  limit: number,
): { group: ModelGroup; skip: number; take: number }[] {
  const parts: { group: ModelGroup; skip: number; take: number }[] = [];
  let begin = 0;
  for (const group of groups) {
    const skip = Math.max(0, offset - begin);
    const take = Math.min(group.count, offset + limit - begin) - skip;
    if (take > 0) parts.push({ group, skip, take });
    begin += group.count;
  }
  return parts;
}

/** One result, or null where there is none or it was deleted. */
export function getResult(store: Store, id: string): Result | null {
  const row = store.read((db) =>
    sql<ResultDbRow>(
      db,
      'SELECT *, NULL AS family, NULL AS params, NULL AS macs FROM results WHERE id = ? AND deleted_at IS NULL',
    ).get(id),
  );
  return row === undefined ? null : toStoredResult(row).result;
}

/** Median latency and its interval of the newest result of a configuration on a machine, or null. */
export function newestLatency(
  store: Store,
  machineId: string,
  configuration: Configuration,
): { median: number; low: number; high: number } | null {
  const row = store.read((db) =>
    sql<{ median: number; low: number; high: number }>(
      db,
      `SELECT latency_median_ms AS median, latency_low_ms AS low, latency_high_ms AS high FROM results
       WHERE ${sameConfiguration} AND superseded = 0`,
    ).get(machineId, ...configurationValues(configuration)),
  );
  return row ?? null;
}

/** Marks results as deleted; they can be brought back until they are purged. Returns how many were. */
export function deleteResults(store: Store, ids: readonly string[], at: string): number {
  return setDeleted(store, ids, at);
}

/** Brings deleted results back. Returns how many were. */
export function undeleteResults(store: Store, ids: readonly string[]): number {
  return setDeleted(store, ids, null);
}

/** Removes for good, with their samples, the results that were deleted before `deletedBefore`. Returns how many. */
export function purgeDeletedResults(store: Store, deletedBefore: string): number {
  return store.write((db) => {
    sql(db, 'DELETE FROM trials WHERE job_id IN (SELECT job_id FROM results WHERE deleted_at < ?)').run(
      deletedBefore,
    );
    return sql(db, 'DELETE FROM results WHERE deleted_at < ?').run(deletedBefore).changes;
  });
}

/** The row of a result. Belongs into the transaction that ends its job. */
export function insertResult(db: Sqlite, jobId: string, result: Result): void {
  const { latencyMs: latency, memory } = result;
  const columns: Record<string, string | number | null> = {
    id: result.id,
    job_id: jobId,
    run_id: result.runId,
    machine_id: result.machineId,
    measured_at: result.measuredAt,
    superseded: 0,
    latency_median_ms: latency.median,
    latency_low_ms: latency.low,
    latency_high_ms: latency.high,
    latency_mean_ms: latency.mean,
    latency_sd_ms: latency.sd,
    latency_min_ms: latency.min,
    latency_p90_ms: latency.p90,
    latency_p95_ms: latency.p95,
    latency_p99_ms: latency.p99,
    latency_p999_ms: latency.p999,
    samples: latency.samples,
    processes: latency.processes,
    converged: Number(latency.converged),
    per_image_ms: result.perImageMs,
    throughput_per_second: result.throughputPerSecond,
    mode_figures: result.modeFigures === null ? null : JSON.stringify(result.modeFigures),
    model_load: JSON.stringify(result.modelLoadMs),
    session_creation_ms: result.sessionCreationMs,
    first_run_ms: result.firstRunMs,
    overhead_ms: result.overheadMs,
    model_file_bytes: result.modelFileBytes,
    peak_memory_bytes: memory.peakBytes.available ? memory.peakBytes.value : null,
    run_peak_memory_bytes: memory.runPeakBytes.available ? memory.runPeakBytes.value : null,
    memory: JSON.stringify(memory),
    cpu_utilisation: JSON.stringify(result.cpuUtilisation),
    energy_per_inference: JSON.stringify(result.energyPerInferenceJ),
    assignment: result.assignment === null ? null : JSON.stringify(result.assignment),
    flags: JSON.stringify(result.flags),
    flag_codes: result.flags.map(({ code }) => code).join(' '),
  };
  const names = [...configurationColumns, ...Object.keys(columns)];
  sql(db, `INSERT INTO results (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`).run(
    ...configurationValues(result.configuration),
    ...Object.values(columns),
  );
  markNewest(db, result.machineId, result.configuration);
}

/**
 * `superseded` is kept in the row, so that "the newest of each configuration" is an index away among any number of
 * rows. Every change of what exists calls this.
 */
function markNewest(db: Sqlite, machineId: string, configuration: Configuration): void {
  const values = [machineId, ...configurationValues(configuration)];
  const newest = sql<{ seq: number }>(
    db,
    `SELECT seq FROM results WHERE ${sameConfiguration} ORDER BY measured_at DESC, seq DESC LIMIT 1`,
  ).get(...values);
  if (newest === undefined) return;
  sql(
    db,
    `UPDATE results SET superseded = (seq <> ?) WHERE ${sameConfiguration} AND superseded <> (seq <> ?)`,
  ).run(newest.seq, ...values, newest.seq);
}

function setDeleted(store: Store, ids: readonly string[], at: string | null): number {
  return store.write((db) => {
    let changed = 0;
    for (const id of ids) {
      const row = sql<ConfigurationColumns & { machine_id: string }>(
        db,
        `UPDATE results SET deleted_at = ? WHERE id = ? AND (deleted_at IS NULL) = ?
         RETURNING machine_id, ${configurationColumns.join(', ')}`,
      ).get(at, id, Number(at !== null));
      if (row === undefined) continue;
      changed++;
      markNewest(db, row.machine_id, toConfiguration(row));
    }
    return changed;
  });
}

function toStoredResult(row: ResultDbRow): StoredResult {
  return {
    result: {
      id: row.id,
      runId: row.run_id,
      machineId: row.machine_id,
      configuration: toConfiguration(row),
      latencyMs: {
        median: row.latency_median_ms,
        low: row.latency_low_ms,
        high: row.latency_high_ms,
        mean: row.latency_mean_ms,
        sd: row.latency_sd_ms,
        min: row.latency_min_ms,
        p90: row.latency_p90_ms,
        p95: row.latency_p95_ms,
        p99: row.latency_p99_ms,
        p999: row.latency_p999_ms,
        samples: row.samples,
        processes: row.processes,
        converged: row.converged === 1,
      },
      perImageMs: row.per_image_ms,
      throughputPerSecond: row.throughput_per_second,
      modeFigures: row.mode_figures === null ? null : fromJson<ModeFigures>(row.mode_figures),
      modelLoadMs: fromJson<Reading>(row.model_load),
      sessionCreationMs: row.session_creation_ms,
      firstRunMs: row.first_run_ms,
      overheadMs: row.overhead_ms,
      memory: fromJson<MemorySummary>(row.memory),
      modelFileBytes: row.model_file_bytes,
      cpuUtilisation: fromJson<Reading>(row.cpu_utilisation),
      energyPerInferenceJ: fromJson<Reading>(row.energy_per_inference),
      assignment: row.assignment === null ? null : fromJson<Assignment>(row.assignment),
      flags: fromJson<Flag[]>(row.flags),
      measuredAt: row.measured_at,
    },
    model:
      row.family === null || row.params === null || row.macs === null
        ? null
        : { family: row.family, params: row.params, macs: row.macs },
  };
}
