import type { Failure, JobLog, Reading } from '../../preload/contract.ts';
import { fromJson, sql, type Sqlite } from './database.ts';
import type { Store } from './store.ts';

/** A failed attempt as it is stored: with what its worker printed last, which only the job's log tells. */
export type KeptFailure = Failure & { readonly output?: string };

/** One that failed at a time (ISO), as which of its job's attempts that failed; the first version of this list did not count. */
type PastFailure = KeptFailure & { readonly at: string; readonly attempt?: number };

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

/** Attempts beyond these are forgotten, the oldest first: each may carry kilobytes of output. */
const mostFailures = 10;

/** Notes a failed attempt as the job's last one, and among those before it. Within a transaction of the caller's. */
export function keepFailure(db: Sqlite, jobId: string, failure: KeptFailure, at: string): void {
  const row = sql<{ failures: string }>(db, 'SELECT failures FROM jobs WHERE id = ?').get(jobId);
  const before = fromJson<PastFailure[]>(row?.failures ?? '[]');
  const attempt = (before.at(-1)?.attempt ?? before.length) + 1;
  const failures: PastFailure[] = [...before, { ...failure, at, attempt }].slice(-mostFailures);
  sql(db, 'UPDATE jobs SET failure = ?, failures = ? WHERE id = ?').run(
    JSON.stringify(failure),
    JSON.stringify(failures),
    jobId,
  );
}

/** What is kept of a job's attempts: when it may be tried again, and how those that failed ended, newest first; null: no such job. */
export function getAttempts(
  store: Store,
  jobId: string,
): { notBeforeMs: number | null; failures: JobLog['failures'] } | null {
  return store.read((db) => {
    const row = sql<{ not_before: number | null; failure: string | null; failures: string }>(
      db,
      'SELECT not_before, failure, failures FROM jobs WHERE id = ?',
    ).get(jobId);
    if (row === undefined) return null;
    const kept = fromJson<PastFailure[]>(row.failures).map((past, i) => ({
      ...past,
      attempt: past.attempt ?? i + 1,
    }));
    // A job that failed before failures were listed has its last one alone, of which nothing else is known.
    const alone =
      row.failure === null || kept.length > 0
        ? []
        : [{ ...fromJson<KeptFailure>(row.failure), at: null, attempt: null }];
    return {
      notBeforeMs: row.not_before,
      failures: [...kept, ...alone]
        .reverse()
        .map(({ at, attempt, output = null, ...failure }) => ({ at, attempt, failure, output })),
    };
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
