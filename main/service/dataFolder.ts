import { stat, statfs } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DataFolder, Restored } from '../../preload/contract.ts';
import { backupPath, type BackupWatch } from '../store/backup.ts';
import { restoreBackup } from '../store/restore.ts';
import { listResults } from '../store/results.ts';
import { countRuns } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import type { ModelCache } from '../zoo/modelCache.ts';

/** What the data folder holds, and what is free on its drive. */
export async function dataFolder(store: Store, cache: ModelCache): Promise<DataFolder> {
  store.probe({ writing: false });
  const [database, modelBytes, drive] = await Promise.all([
    stat(store.file),
    cache.usedBytes(),
    statfs(store.dataDir),
  ]);
  return {
    path: store.dataDir,
    databaseBytes: database.size,
    modelBytes,
    freeBytes: drive.bavail * drive.bsize,
  };
}

/** Copies the database to a file, or into the data folder's `backups` under the time. */
export async function backUp(
  store: Store,
  path: string | null,
  watch: BackupWatch,
): Promise<{ path: string }> {
  const destination = path === null ? backupPath(store.dataDir, new Date(), '') : resolve(path);
  await store.backup(destination, watch);
  return { path: destination };
}

/** Puts a backup in the database's place. The caller sees to it that nothing is being measured. */
export async function restore(store: Store, path: string, watch: BackupWatch): Promise<Restored> {
  const previous = await restoreBackup(store, resolve(path), { now: new Date(), ...watch });
  const { total } = listResults(store, { limit: 1 });
  return { results: total, runs: countRuns(store), previous };
}
