import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkInBackground } from '../../main/store/health.ts';
import { listResults } from '../../main/store/results.ts';
import { openStore } from '../../main/store/store.ts';
import { configuration, machine, result, storeResult, storeRun } from './sampleRows.ts';
import { temporaryFolder, temporaryStore } from './temporary.ts';
import { upsertMachine } from '../../main/store/machines.ts';
import { getRun } from '../../main/store/runs.ts';

const mounts: string[] = [];
afterEach(() => {
  for (const path of mounts.splice(0).reverse()) execFileSync('umount', ['-l', path]);
});

/** A file system of its own, of so many bytes; null (and why) where this process may not mount one. */
function mountTmpfs(size: string): string | null {
  const path = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path], { stdio: 'pipe' });
  } catch (error) {
    console.warn(`not run: no tmpfs can be mounted here (${String(error).split('\n')[0]})`);
    return null;
  }
  mounts.push(path);
  return path;
}

/** Fills a file system to the last page; returns the function that frees it again. */
function fillUp(path: string): () => void {
  const ballast = join(path, 'ballast');
  const { bavail, bsize } = statfsSync(path);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize));
  return () => rmSync(ballast);
}

describe('a full disk', () => {
  it('is said, nothing of the call is stored, reading goes on, and the same call works once there is room', async (context) => {
    const disk = mountTmpfs('4m');
    if (disk === null) return context.skip();
    const store = await temporaryStore(join(disk, 'data'));
    storeResult(store, result('before', 'run-before'));
    const free = fillUp(disk);
    const many = Array.from({ length: 2000 }, (_, i) => configuration({ batch: i + 1 }));
    for (let i = 0; i < 3; i++) {
      expect(() => storeRun(store, 'run-after', many)).toThrow(
        expect.objectContaining({
          code: 'disk-full',
          passing: true,
          remedy: expect.stringContaining('Free') as string,
        }) as Error,
      );
      expect(getRun(store, 'run-after')).toBeNull();
      expect(listResults(store, { limit: 10 }).total).toBe(1);
    }
    free();
    storeRun(store, 'run-after', many);
    expect(getRun(store, 'run-after')?.jobs).toHaveLength(2000);
    expect(store.integrityCheck()).toEqual([]);
  });

  it('at the first start leaves nothing behind that a later start would trip over', async (context) => {
    const disk = mountTmpfs('1m');
    if (disk === null) return context.skip();
    const free = fillUp(disk);
    await expect(openStore(join(disk, 'data'))).rejects.toMatchObject({ code: 'disk-full' });
    free();
    // Room for the folder, but not for the whole database.
    const ballast = join(disk, 'ballast');
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(ballast, Buffer.alloc((bavail - 12) * bsize));
    await expect(openStore(join(disk, 'data'))).rejects.toMatchObject({ code: 'disk-full' });
    rmSync(ballast);
    const store = await openStore(join(disk, 'data'));
    expect(store.recovered).toBeNull();
    expect(store.integrityCheck()).toEqual([]);
    store.close();
  });

  it('during the copy before a migration stops the migration, and the database stays at its version', async (context) => {
    const disk = mountTmpfs('2m');
    if (disk === null) return context.skip();
    const folder = join(disk, 'data');
    (await temporaryStore(folder)).close();
    const free = fillUp(disk);
    const { migrations } = await import('../../main/store/migrations/list.ts');
    const next = [
      ...migrations,
      { version: migrations.length + 1, name: 'next', sql: 'CREATE TABLE next (a) STRICT' },
    ];
    await expect(openStore(folder, { migrations: next })).rejects.toMatchObject({ code: 'disk-full' });
    free();
    const store = await openStore(folder);
    expect(store.integrityCheck()).toEqual([]);
    store.close();
  });
});

describe('a read-only folder', () => {
  it('is refused by name with a remedy, and changed by nothing', async (context) => {
    const disk = mountTmpfs('4m');
    if (disk === null) return context.skip();
    (await temporaryStore(join(disk, 'data'))).close();
    const before = readdirSync(join(disk, 'data'));
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    for (const folder of [join(disk, 'data'), join(disk, 'new')]) {
      await expect(openStore(folder)).rejects.toMatchObject({
        code: 'read-only',
        message: expect.stringContaining(folder) as string,
        remedy: expect.stringContaining('writable') as string,
      });
    }
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    expect(readdirSync(join(disk, 'data'))).toEqual(before);
    expect(readdirSync(disk)).toEqual(['data']);
  });

  it('that became so while open is said, and writing works again after', async (context) => {
    const disk = mountTmpfs('4m');
    if (disk === null) return context.skip();
    const folder = join(disk, 'data');
    const store = await temporaryStore(folder);
    store.close();
    const again = await openStore(folder);
    storeResult(again, result('kept', 'run-kept'));
    // A file system in use cannot be remounted read-only; a drive that fails is unmounted and comes back so.
    again.close();
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    await expect(openStore(folder)).rejects.toMatchObject({ code: 'read-only' });
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    const third = await openStore(folder);
    expect(listResults(third, { limit: 1 }).total).toBe(1);
    third.close();
  });
});

describe('a lost folder', () => {
  it('is said by every call, no second database is begun, and all is there when it is back', async () => {
    const parent = temporaryFolder();
    const folder = join(parent, 'drive');
    const store = await temporaryStore(folder);
    storeResult(store, result('kept', 'run-kept'));
    renameSync(folder, join(parent, 'unplugged'));
    const lost = expect.objectContaining({
      code: 'folder-lost',
      passing: true,
      remedy: expect.stringContaining('Connect') as string,
    }) as Error;
    expect(() => upsertMachine(store, machine, '2026-11-01T10:00:00.000Z')).toThrow(lost);
    expect(() => listResults(store, { limit: 1 })).toThrow(lost);
    mkdirSync(folder);
    expect(() => listResults(store, { limit: 1 })).toThrow(lost);
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
    renameSync(join(parent, 'unplugged'), folder);
    expect(listResults(store, { limit: 1 }).total).toBe(1);
    storeResult(store, result('more', 'run-more'));
    expect(store.integrityCheck()).toEqual([]);
  });

  it('never has its writes go into another drive’s database that came in its place', async () => {
    const parent = temporaryFolder();
    const folder = join(parent, 'drive');
    const store = await temporaryStore(folder);
    storeResult(store, result('first', 'run-first'));
    renameSync(folder, join(parent, 'first'));
    const second = await temporaryStore(folder);
    storeResult(second, result('second', 'run-second'));
    // The store follows the path: what it reads and writes from now on is the drive that is there.
    expect(listResults(store, { limit: 9 }).rows.map(({ result: { id } }) => id)).toEqual(['second']);
    storeResult(store, result('third', 'run-third'));
    const first = await temporaryStore(join(parent, 'first'));
    expect(listResults(first, { limit: 9 }).rows.map(({ result: { id } }) => id)).toEqual(['first']);
    expect(first.integrityCheck()).toEqual([]);
    expect(second.integrityCheck()).toEqual([]);
  });
});

describe('the check in the background', () => {
  it('finds nothing in a sound database and the damage in another', async () => {
    const store = await temporaryStore();
    for (let i = 0; i < 20; i++)
      storeResult(store, result(`r${i}`, `run-${i}`), new Float64Array(3000).fill(1.5));
    expect(await checkInBackground(store.file).problems).toEqual([]);
    store.close();
    const { readFileSync } = await import('node:fs');
    const content = readFileSync(store.file);
    content.fill(0xa5, 30 * 4096, 31 * 4096);
    writeFileSync(store.file, content);
    expect(statSync(store.file).size).toBe(content.length);
    expect((await checkInBackground(store.file).problems).length).toBeGreaterThan(0);
  });
});
