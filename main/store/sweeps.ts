import type { SweepOutcome, SweepRequest } from '../../preload/contract.ts';
import { fromJson, sql } from './database.ts';
import type { Store } from './store.ts';

/** A sweep as it is kept: what was asked, and what it came to once it has ended. */
export interface StoredSweep {
  readonly runId: string;
  readonly request: SweepRequest;
  readonly outcome: SweepOutcome | null;
}

/** Stores what a run's sweep was asked. */
export function createSweep(store: Store, runId: string, request: SweepRequest): void {
  store.write((db) => {
    sql(db, 'INSERT INTO sweeps (run_id, request) VALUES (?, ?)').run(runId, JSON.stringify(request));
  });
}

export function setSweepOutcome(store: Store, runId: string, outcome: SweepOutcome): void {
  store.write((db) => {
    sql(db, 'UPDATE sweeps SET outcome = ? WHERE run_id = ?').run(JSON.stringify(outcome), runId);
  });
}

export function getSweep(store: Store, runId: string): StoredSweep | null {
  const row = store.read((db) =>
    sql<{ request: string; outcome: string | null }>(
      db,
      'SELECT request, outcome FROM sweeps WHERE run_id = ?',
    ).get(runId),
  );
  if (row === undefined) return null;
  return {
    runId,
    request: fromJson<SweepRequest>(row.request),
    outcome: row.outcome === null ? null : fromJson<SweepOutcome>(row.outcome),
  };
}
