import { fromJson, sql } from './database.ts';
import type { Store } from './store.ts';

/** A setting as it was stored, or null. The caller checks its shape: another version may have written it. */
export function getSetting(store: Store, key: string): unknown {
  const row = store.read((db) =>
    sql<{ value: string }>(db, 'SELECT value FROM settings WHERE key = ?').get(key),
  );
  return row === undefined ? null : fromJson<unknown>(row.value);
}

/** Stores a JSON value; null removes the setting. */
export function setSetting(store: Store, key: string, value: unknown): void {
  store.write((db) => {
    if (value === null) sql(db, 'DELETE FROM settings WHERE key = ?').run(key);
    else
      sql(db, 'INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)').run(key, JSON.stringify(value));
  });
}
