import { copyFileSync, existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { backupPath } from './backup.ts';
import { openDatabase } from './database.ts';
import { asStoreFailure, StoreFailure } from './failure.ts';
import { checkInBackground, inspectDatabase } from './health.ts';
import { migrate } from './migrate.ts';
import { migrations as released, type Migration } from './migrations/list.ts';
import type { Store } from './store.ts';

export interface RestoreOptions {
  readonly migrations?: readonly Migration[];
  readonly now: Date;
}

/**
 * Puts the content of a backup in the place of the open database, through SQLite's online backup: other processes that have it open
 * see either all of the old content or all of the new one, and so does the next start after a crash. What was there before is
 * copied first; returns that copy's path. The backup itself is not touched: an older one is migrated, and each is checked, in a copy.
 * The caller holds the queue lock, so that no run is going on. Throws a StoreFailure, and then nothing was changed.
 */
export async function restoreBackup(store: Store, backup: string, options: RestoreOptions): Promise<string> {
  const copy = join(store.dataDir, `.restoring-${process.pid}.sqlite`);
  try {
    copyDatabase(backup, copy);
    await bringUpToDate(copy, backup, options);
    const previous = backupPath(store.dataDir, options.now, '-before-restore');
    await store.backup(previous);
    await store.replaceContent(copy);
    return previous;
  } catch (error) {
    throw asStoreFailure(error, store.dataDir);
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(copy + suffix, { force: true });
  }
}

function copyDatabase(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new StoreFailure(
      'backup-unusable',
      `There is no file ${from}.`,
      'List the copies there are with: backbench backups',
    );
  }
  copyFileSync(from, to);
  // A database that was moved aside may have its newest part in its log.
  if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${to}-wal`);
}

async function bringUpToDate(copy: string, backup: string, options: RestoreOptions): Promise<void> {
  const migrations = options.migrations ?? released;
  const newest = migrations.at(-1)?.version ?? 0;
  const inspection = inspectDatabase(copy, newest, backup);
  if (inspection.state === 'absent') throw unusable(backup, 'is no database of Backbench, or an empty one');
  if (inspection.state === 'damaged') throw unusable(backup, `is damaged (${inspection.reason})`);
  if (!inspection.fullyChecked) {
    const [problem] = await checkInBackground(copy).problems;
    if (problem !== undefined) throw unusable(backup, `is damaged (${problem})`);
  }
  const db = openDatabase(copy, { mustExist: true });
  try {
    await migrate(db, null, migrations, options.now);
  } finally {
    db.close();
  }
}

function unusable(backup: string, why: string): StoreFailure {
  return new StoreFailure(
    'backup-unusable',
    `${backup} ${why}; nothing was changed.`,
    'Choose another copy; list them with: backbench backups',
  );
}
