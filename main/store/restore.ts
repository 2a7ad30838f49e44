import { existsSync, rmSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backupPath, type BackupWatch } from './backup.ts';
import { openDatabase } from './database.ts';
import { asStoreFailure, StoreFailure } from './failure.ts';
import { checkInBackground, inspectDatabase } from './health.ts';
import { migrate } from './migrate.ts';
import { migrations as released, type Migration } from './migrations/list.ts';
import type { Store } from './store.ts';

export interface RestoreOptions extends BackupWatch {
  readonly migrations?: readonly Migration[];
  readonly now: Date;
}

/** The backup is copied and checked, and what is there is copied: about the same work, whose last part tells its progress. */
const steps = 3;

/**
 * Puts the content of a backup in the place of the open database, through SQLite's online backup: other processes that have it open
 * see either all of the old content or all of the new one, and so does the next start after a crash. What was there before is
 * copied first; returns that copy's path. The backup itself is not touched: an older one is migrated, and each is checked, in a copy.
 * The caller holds the queue lock, so that no run is going on. Rejects with a StoreFailure, or with the signal's reason where that
 * was aborted, and then nothing was changed.
 */
export async function restoreBackup(store: Store, backup: string, options: RestoreOptions): Promise<string> {
  const copy = join(store.dataDir, `.restoring-${process.pid}.sqlite`);
  try {
    await copyDatabase(backup, copy);
    startStep(1, options);
    await bringUpToDate(copy, backup, options);
    startStep(2, options);
    const previous = backupPath(store.dataDir, options.now, '-before-restore');
    const onProgress = (done: number, total: number) => options.onProgress?.(2 + done / total, steps);
    await store.backup(previous, { ...options, onProgress });
    await store.replaceContent(copy);
    return previous;
  } catch (error) {
    throw asStoreFailure(error, store.dataDir);
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(copy + suffix, { force: true });
  }
}

function startStep(done: number, { signal, onProgress }: BackupWatch): void {
  signal?.throwIfAborted();
  onProgress?.(done, steps);
}

async function copyDatabase(from: string, to: string): Promise<void> {
  if (statSync(from, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new StoreFailure(
      'backup-unusable',
      `There is no file ${from}.`,
      'List the copies there are with: backbench backups',
    );
  }
  await copyFile(from, to);
  // A database that was moved aside may have its newest part in its log.
  if (existsSync(`${from}-wal`)) await copyFile(`${from}-wal`, `${to}-wal`);
}

async function bringUpToDate(copy: string, backup: string, options: RestoreOptions): Promise<void> {
  const migrations = options.migrations ?? released;
  const newest = migrations.at(-1)?.version ?? 0;
  const inspection = inspectDatabase(copy, newest, backup);
  if (inspection.state === 'absent') throw unusable(backup, 'is no database of Backbench, or an empty one');
  if (inspection.state === 'damaged') throw unusable(backup, `is damaged (${inspection.reason})`);
  if (!inspection.fullyChecked) {
    const check = checkInBackground(copy);
    options.signal?.addEventListener('abort', () => check.stop(), { once: true });
    const [problem] = await check.problems;
    options.signal?.throwIfAborted();
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
