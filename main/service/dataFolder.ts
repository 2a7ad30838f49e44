import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataFolder } from '../../preload/contract.ts';
import type { Store } from '../store/store.ts';
import type { ModelCache } from '../zoo/modelCache.ts';

/** What the data folder holds, and what is free on its drive. */
export async function dataFolder(store: Store, cache: ModelCache): Promise<DataFolder> {
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

/** Copies the database into the data folder's `backups`, under the time. */
export async function backUp(store: Store): Promise<{ path: string }> {
  const path = join(
    store.dataDir,
    'backups',
    `backbench-${new Date().toISOString().replaceAll(':', '-')}.sqlite`,
  );
  await store.backup(path);
  return { path };
}
