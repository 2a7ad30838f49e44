import type { Failure, JobLog, Reading } from '../../preload/contract.ts';
import { fromJson, sql } from './database.ts';
import type { Store } from './store.ts';

/** A failed attempt as it is stored: with what its worker printed last, which only the job's log tells. */
export type KeptFailure = Failure & { readonly output?: string };

/** A finished process of a job, its samples left out. */
export interface StoredProcess extends Omit<JobLog['processes'][number], 'medianMs' | 'peakBytes'> {
  readonly memory: { readonly peakBytes: Reading };
}

interface ProcessRow {
  started_at: string;
  wall_ms: number;
  sample_count: number;
  warm_up_runs: number;
  steady_state_reached: number;
  session_creation_ms: number;
  first_run_ms: number;
  slept: number;
  memory: string;
  competing_load: string;
}

/** What is kept of a job's attempts: when it may be tried again, and what the last failed worker printed; null: no such job. */
export function getAttempts(
  store: Store,
  jobId: string,
): { notBeforeMs: number | null; output: string | null } | null {
  return store.read((db) => {
    const row = sql<{ not_before: number | null; failure: string | null }>(
      db,
      'SELECT not_before, failure FROM jobs WHERE id = ?',
    ).get(jobId);
    if (row === undefined) return null;
    const failure = row.failure === null ? null : fromJson<KeptFailure>(row.failure);
    return { notBeforeMs: row.not_before, output: failure?.output ?? null };
  });
}

/** The finished processes of a job in order; none once its result was purged. */
export function listProcesses(store: Store, jobId: string): StoredProcess[] {
  return store.read((db) =>
    sql<ProcessRow>(db, 'SELECT * FROM trials WHERE job_id = ? ORDER BY ordinal')
      .all(jobId)
      .map((row) => ({
        startedAt: row.started_at,
        wallMs: row.wall_ms,
        samples: row.sample_count,
        warmUpRuns: row.warm_up_runs,
        steadyStateReached: row.steady_state_reached === 1,
        sessionCreationMs: row.session_creation_ms,
        firstRunMs: row.first_run_ms,
        slept: row.slept === 1,
        memory: fromJson<StoredProcess['memory']>(row.memory),
        competingLoad: fromJson<Reading>(row.competing_load),
      })),
  );
}
