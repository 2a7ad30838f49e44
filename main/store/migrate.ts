import { backUpBeforeMigration } from './backup.ts';
import type { Sqlite } from './database.ts';
import { applicationId } from './health.ts';
import type { Migration } from './migrations/list.ts';

/**
 * Brings a database to the newest schema, each step in a transaction of its own, so that a crash leaves it at a whole
 * version. One that already holds data is copied first, into `dataDir`; null: it is itself a copy. The caller holds the queue lock:
 * nobody works with it.
 */
export async function migrate(
  db: Sqlite,
  dataDir: string | null,
  migrations: readonly Migration[],
  now: Date,
): Promise<{ backup: string | null }> {
  const version = schemaVersion(db);
  const pending = migrations.filter((migration) => migration.version > version);
  if (pending.length === 0) return { backup: null };
  const backup =
    version === 0 || dataDir === null ? null : await backUpBeforeMigration(db, dataDir, version, now);
  for (const migration of pending) apply(db, migration);
  return { backup };
}

export function schemaVersion(db: Sqlite): number {
  return db.pragma('user_version', { simple: true }) as number;
}

function apply(db: Sqlite, migration: Migration): void {
  // SQLite's recipe for altering a table drops and renames it, which foreign keys would take as a deletion; the pragma
  // has no effect inside a transaction, and the check at its end says whether all references still hold.
  db.pragma('foreign_keys = OFF');
  try {
    db.transaction(() => {
      db.exec(migration.sql);
      const dangling = db.pragma('foreign_key_check') as unknown[];
      if (dangling.length > 0)
        throw new Error(
          `Migration ${migration.version} (${migration.name}) broke ${dangling.length} references.`,
        );
      db.pragma(`application_id = ${applicationId}`);
      db.pragma(`user_version = ${migration.version}`);
    }).immediate();
  } finally {
    db.pragma('foreign_keys = ON');
  }
}
