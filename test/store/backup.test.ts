import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { backupPath, listBackups } from '../../main/store/backup.ts';
import { restoreBackup } from '../../main/store/restore.ts';
import { listResults } from '../../main/store/results.ts';
import { databaseName, openStore, type Store } from '../../main/store/store.ts';
import { result, storeResult } from './sampleRows.ts';
import { temporaryFolder, temporaryStore } from './temporary.ts';

const now = new Date('2026-11-03T10:15:00Z');
const ids = (store: Store): string[] =>
  listResults(store, { limit: 100 })
    .rows.map(({ result: { id } }) => id)
    .sort();

describe('a backup', () => {
  it.each(['/dev/null/copies/a.sqlite', '/proc/copies/a.sqlite'])(
    'to a place where no folder can be (%s) is refused at once by that place, not by the data folder',
    async (destination) => {
      const store = await temporaryStore();
      await expect(store.backup(destination)).rejects.toMatchObject({
        code: 'backup-unusable',
        message: expect.stringContaining(dirname(destination)) as string,
      });
    },
  );

  it('brings back what there was, in the same open store and in others, and keeps what was replaced', async () => {
    const store = await temporaryStore();
    storeResult(store, result('a', 'run-a'));
    const backup = backupPath(store.dataDir, now, '');
    await store.backup(backup);
    storeResult(store, result('b', 'run-b'));
    const other = await openStore(store.dataDir);
    expect(ids(other)).toEqual(['a', 'b']);
    const previous = await restoreBackup(store, backup, { now });
    expect(ids(store)).toEqual(['a']);
    expect(ids(other)).toEqual(['a']);
    storeResult(store, result('c', 'run-c'));
    expect(ids(other)).toEqual(['a', 'c']);
    expect(store.integrityCheck()).toEqual([]);
    await restoreBackup(store, previous, { now: new Date(now.getTime() + 1000) });
    expect(ids(other)).toEqual(['a', 'b']);
    other.close();
    expect(
      listBackups(store.dataDir)
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['asked', 'before-restore', 'before-restore']);
    expect(readdirSync(store.dataDir).filter((name) => name.includes('restoring'))).toEqual([]);
  });

  it('of an older version is brought up to date, and stays as it was', async () => {
    const store = await temporaryStore();
    const old = join(temporaryFolder(), 'old.sqlite');
    const db = new Database(old);
    db.exec(readFileSync(join(import.meta.dirname, 'fixtures', 'version-1.sql'), 'utf8'));
    db.close();
    const before = readFileSync(old);
    await restoreBackup(store, old, { now });
    expect(ids(store)).toEqual(['result-1']);
    expect(readFileSync(old).equals(before)).toBe(true);
    expect(store.integrityCheck()).toEqual([]);
  });

  it.each([
    [
      'is damaged',
      (file: string) => writeFileSync(file, readFileSync(file).fill(0xa5, 4096, 3 * 4096)),
      'backup-unusable',
    ],
    [
      'is cut off',
      (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 30_000)),
      'backup-unusable',
    ],
    ['is no database', (file: string) => writeFileSync(file, 'a text'.repeat(1000)), 'backup-unusable'],
    ['is empty', (file: string) => writeFileSync(file, ''), 'backup-unusable'],
    [
      'is of a newer Backbench',
      (file: string) => {
        const db = new Database(file);
        db.pragma('user_version = 99');
        db.close();
      },
      'newer-database',
    ],
  ])('that %s is refused by its name, and nothing is changed', async (_what, harm, code) => {
    const store = await temporaryStore();
    storeResult(store, result('a', 'run-a'), new Float64Array(9000).fill(1.5));
    const backup = join(temporaryFolder(), 'copy.sqlite');
    await store.backup(backup);
    storeResult(store, result('b', 'run-b'));
    harm(backup);
    await expect(restoreBackup(store, backup, { now })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(backup) as string,
    });
    expect(ids(store)).toEqual(['a', 'b']);
    expect(readdirSync(store.dataDir).filter((name) => /restoring|backups/.test(name))).toEqual([]);
  });

  it('that is not there is said, and an existing file is never written over', async () => {
    const store = await temporaryStore();
    await expect(restoreBackup(store, '/nowhere/copy.sqlite', { now })).rejects.toMatchObject({
      code: 'backup-unusable',
      remedy: expect.stringContaining('backbench backups') as string,
    });
    const mine = join(temporaryFolder(), 'mine.txt');
    writeFileSync(mine, 'mine');
    await expect(store.backup(mine)).rejects.toMatchObject({ code: 'file-exists' });
    expect(readFileSync(mine, 'utf8')).toBe('mine');
    expect(existsSync(join(store.dataDir, databaseName))).toBe(true);
  });
});
