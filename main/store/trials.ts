import type { PowerSource, ProcessFigures, Reading } from '../../preload/contract.ts';
import { fromJson, sql, type Sqlite } from './database.ts';
import { decodeSamples, encodeSamples, SampleBlobDamaged } from './sampleBlob.ts';
import { StoreFailure } from './failure.ts';
import type { Store } from './store.ts';

/** One worker process's measurements as the measuring room hands them over. Durations in ms, memory in bytes. */
export interface TrialRecord {
  readonly startedAt: string;
  readonly samplesMs: Float64Array;
  readonly warmUpRuns: number;
  readonly steadyStateReached: boolean;
  readonly sessionCreationMs: number;
  readonly firstRunMs: number;
  readonly memory: {
    readonly baselineBytes: number | null;
    readonly peakBytes: Reading;
    readonly loadPeakBytes: Reading;
    readonly runPeakBytes: Reading;
    readonly steadyBytes: Reading;
    readonly gpuBytes: Reading;
  };
  readonly cpuUtilisation: Reading;
  readonly competingLoad: Reading;
  readonly energyPerInferenceJ: Reading;
  readonly overheadMs: number;
  readonly sensors: readonly SensorRecord[];
  readonly slept: boolean;
  readonly powerSource: PowerSource;
  /** What the latency mode tells beside the samples; null in single stream. */
  readonly modeFigures: ProcessFigures | null;
  readonly onnxruntime: string;
}

export interface SensorRecord {
  readonly atMs: number;
  readonly cpuClockMhz: number | null;
  readonly cpuTemperatureC: number | null;
  readonly gpuClockMhz: number | null;
  readonly gpuTemperatureC: number | null;
  readonly powerW: number | null;
  /** Absent in what older versions stored. */
  readonly cpuThrottleCount?: number | null;
  readonly gpuThrottling?: readonly string[] | null;
}

interface TrialRow {
  started_at: string;
  warm_up_runs: number;
  steady_state_reached: number;
  session_creation_ms: number;
  first_run_ms: number;
  overhead_ms: number;
  slept: number;
  power_source: PowerSource;
  mode_figures: string | null;
  onnxruntime: string;
  memory: string;
  cpu_utilisation: string;
  competing_load: string;
  energy_per_inference: string;
  sensors: string;
  data: Uint8Array;
}

/**
 * Stores a finished process of a running job: trial, samples and the job's count in one transaction. The job's count of
 * failed attempts begins anew. `ordinal`: how many of its processes were finished before; storing one twice throws.
 * `wallMs`: how long the process took from start to end.
 */
export function saveTrial(
  store: Store,
  jobId: string,
  ordinal: number,
  trial: TrialRecord,
  wallMs: number,
): void {
  store.write((db) => {
    insertTrial(db, jobId, ordinal, trial, wallMs);
    const { changes } = sql(
      db,
      `UPDATE jobs SET processes_done = processes_done + 1, attempts = 0, failure = NULL, not_before = NULL
       WHERE id = ? AND state = 'running' AND processes_done = ?`,
    ).run(jobId, ordinal);
    if (changes !== 1) throw new Error(`Process ${ordinal} of job ${jobId} does not follow what is stored.`);
  });
}

/** The rows of one trial, without its job's count; the caller's transaction holds both together. */
export function insertTrial(
  db: Sqlite,
  jobId: string,
  ordinal: number,
  trial: TrialRecord,
  wallMs: number,
): void {
  const { lastInsertRowid } = sql(
    db,
    `INSERT INTO trials (job_id, ordinal, started_at, wall_ms, sample_count, warm_up_runs, steady_state_reached,
       session_creation_ms, first_run_ms, overhead_ms, slept, onnxruntime, memory, cpu_utilisation, competing_load,
       energy_per_inference, sensors, power_source, mode_figures)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    jobId,
    ordinal,
    trial.startedAt,
    wallMs,
    trial.samplesMs.length,
    trial.warmUpRuns,
    Number(trial.steadyStateReached),
    trial.sessionCreationMs,
    trial.firstRunMs,
    trial.overheadMs,
    Number(trial.slept),
    trial.onnxruntime,
    JSON.stringify(trial.memory),
    JSON.stringify(trial.cpuUtilisation),
    JSON.stringify(trial.competingLoad),
    JSON.stringify(trial.energyPerInferenceJ),
    JSON.stringify(trial.sensors),
    trial.powerSource,
    trial.modeFigures === null ? null : JSON.stringify(trial.modeFigures),
  );
  sql(db, 'INSERT INTO samples (trial_id, data) VALUES (?, ?)').run(
    lastInsertRowid,
    encodeSamples(trial.samplesMs),
  );
}

/** The finished processes of a job, in order, with every sample. */
export function listTrials(store: Store, jobId: string): TrialRecord[] {
  return store.read((db) =>
    sql<TrialRow>(db, 'SELECT * FROM trials JOIN samples ON trial_id = id WHERE job_id = ? ORDER BY ordinal')
      .all(jobId)
      .map(toTrial),
  );
}

/** The samples behind a result, one block a worker process. */
export function getSamples(store: Store, resultId: string): { startedAt: string; samplesMs: Float64Array }[] {
  return store.read((db) =>
    sql<{ startedAt: string; data: Uint8Array }>(
      db,
      `SELECT t.started_at AS startedAt, s.data FROM results r
       JOIN trials t ON t.job_id = r.job_id JOIN samples s ON s.trial_id = t.id
       WHERE r.id = ? ORDER BY t.ordinal`,
    )
      .all(resultId)
      .map(({ startedAt, data }) => ({ startedAt, samplesMs: unpack(data) })),
  );
}

/** The sensors behind a result, a list for each worker process. */
export function getSensors(store: Store, resultId: string): SensorRecord[][] {
  return store.read((db) =>
    sql<{ sensors: string }>(
      db,
      'SELECT t.sensors FROM results r JOIN trials t ON t.job_id = r.job_id WHERE r.id = ? ORDER BY t.ordinal',
    )
      .all(resultId)
      .map(({ sensors }) => fromJson<SensorRecord[]>(sensors)),
  );
}

/** How long the finished processes of a run's jobs took, in ms from start to end. */
export function trialDurations(store: Store, runId: string): { jobId: string; wallMs: number }[] {
  return store.read((db) =>
    sql<{ jobId: string; wallMs: number }>(
      db,
      `SELECT t.job_id AS jobId, t.wall_ms AS wallMs FROM trials t JOIN jobs j ON j.id = t.job_id
       WHERE j.run_id = ? ORDER BY t.id`,
    ).all(runId),
  );
}

function toTrial(row: TrialRow): TrialRecord {
  return {
    startedAt: row.started_at,
    samplesMs: unpack(row.data),
    warmUpRuns: row.warm_up_runs,
    steadyStateReached: row.steady_state_reached === 1,
    sessionCreationMs: row.session_creation_ms,
    firstRunMs: row.first_run_ms,
    overheadMs: row.overhead_ms,
    memory: fromJson<TrialRecord['memory']>(row.memory),
    cpuUtilisation: fromJson<Reading>(row.cpu_utilisation),
    competingLoad: fromJson<Reading>(row.competing_load),
    energyPerInferenceJ: fromJson<Reading>(row.energy_per_inference),
    sensors: fromJson<SensorRecord[]>(row.sensors),
    slept: row.slept === 1,
    powerSource: row.power_source,
    modeFigures: row.mode_figures === null ? null : fromJson<ProcessFigures>(row.mode_figures),
    onnxruntime: row.onnxruntime,
  };
}

/** SQLite does not notice a flipped bit inside a blob: it costs what hangs on this blob, not the whole database. */
function unpack(data: Uint8Array): Float64Array {
  try {
    return decodeSamples(data);
  } catch (error) {
    if (!(error instanceof SampleBlobDamaged)) throw error;
    throw new StoreFailure('samples-damaged', error.message, 'Measure this configuration again.', error);
  }
}
