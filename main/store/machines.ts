import type { Machine } from '../../preload/contract.ts';
import { fromJson, sql } from './database.ts';
import type { Store } from './store.ts';

/** Writes down a machine, or that it was seen again. Its id is a fingerprint, so a changed machine is another row. */
export function upsertMachine(store: Store, machine: Machine, seenAt: string): void {
  store.write((db) =>
    sql(
      db,
      `INSERT INTO machines (id, name, details, first_seen_at, last_seen_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, details = excluded.details, last_seen_at = excluded.last_seen_at`,
    ).run(machine.id, machine.name, JSON.stringify(machine), seenAt, seenAt),
  );
}

export function getMachine(store: Store, id: string): Machine | null {
  const row = store.read((db) =>
    sql<{ details: string }>(db, 'SELECT details FROM machines WHERE id = ?').get(id),
  );
  return row === undefined ? null : fromJson<Machine>(row.details);
}

/** All machines whose results lie here, the one last seen first. */
export function listMachines(store: Store): { machine: Machine; firstSeenAt: string; lastSeenAt: string }[] {
  interface Row {
    details: string;
    first_seen_at: string;
    last_seen_at: string;
  }
  const rows = store.read((db) =>
    sql<Row>(db, 'SELECT * FROM machines ORDER BY last_seen_at DESC, id').all(),
  );
  return rows.map((row) => ({
    machine: fromJson<Machine>(row.details),
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
  }));
}
