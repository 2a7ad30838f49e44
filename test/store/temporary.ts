import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { upsertMachine } from '../../main/store/machines.ts';
import { openStore, type Store } from '../../main/store/store.ts';
import { machine } from './sampleRows.ts';

const folders: string[] = [];
const stores: Store[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backbench-test-'));
  folders.push(folder);
  return folder;
}

/** An open store that is closed after the test, with the machine in it. */
export async function temporaryStore(dataDir = temporaryFolder()): Promise<Store> {
  const store = await openStore(dataDir);
  stores.push(store);
  upsertMachine(store, machine, '2026-11-01T09:00:00.000Z');
  return store;
}
