import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { inspectDatabase } from '../../main/store/health.ts';
import { migrations } from '../../main/store/migrations/list.ts';
import { listResults } from '../../main/store/results.ts';
import { databaseName, openStore } from '../../main/store/store.ts';
import { result, storeResult } from './sampleRows.ts';
import { temporaryFolder, temporaryStore } from './temporary.ts';

const latest = migrations.at(-1)?.version ?? 0;

/** A closed data folder with some results in it; returns the database's path. */
async function filledDatabase(): Promise<string> {
  const store = await temporaryStore();
  for (let i = 0; i < 12; i++)
    storeResult(store, result(`result-${i}`, `run-${i}`), new Float64Array(6000).fill(i + 1.5));
  store.close();
  return store.file;
}

/** Overwrites part of a file with bytes that look like nothing. */
function scribble(file: string, at: number, length: number): void {
  const content = readFileSync(file);
  let state = 12345;
  for (let i = at; i < Math.min(at + length, content.length); i++) {
    state = (state * 1103515245 + 12345) % 2147483648;
    content[i] = state >> 16;
  }
  writeFileSync(file, content);
}

describe('opening a database', () => {
  it('makes a fresh one in a fresh folder, with write-ahead log and foreign keys', async () => {
    const store = await temporaryStore(join(temporaryFolder(), 'new'));
    const pragma = (name: string): unknown => store.read((db) => db.pragma(name, { simple: true }));
    expect(pragma('journal_mode')).toBe('wal');
    expect(pragma('foreign_keys')).toBe(1);
    expect(pragma('synchronous')).toBe(2);
    expect(store.recovered).toBeNull();
    expect(store.integrityCheck()).toEqual([]);
  });

  it('finds everything again after closing', async () => {
    const file = await filledDatabase();
    const again = await temporaryStore(dirname(file));
    expect(listResults(again, { limit: 100 }).total).toBe(12);
    expect(await again.check()).toEqual([]);
  });

  it('can be done by two at the same time, also for the first time', async () => {
    const folder = temporaryFolder();
    const [one, two] = await Promise.all([temporaryStore(folder), temporaryStore(folder)]);
    storeResult(one, result('a', 'run-a'));
    expect(listResults(two, { limit: 1 }).total).toBe(1);
  });

  it('politely refuses one of a newer version and changes nothing in it', async () => {
    const file = await filledDatabase();
    const db = new Database(file);
    db.pragma(`user_version = ${latest + 1}`);
    db.close();
    const before = readFileSync(file);
    await expect(openStore(dirname(file))).rejects.toMatchObject({
      code: 'newer-database',
      message: expect.stringContaining('newer Backbench') as string,
      remedy: expect.stringContaining('Update') as string,
    });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(dirname(file)).filter((name) => name.includes('damaged'))).toEqual([]);
  });

  it('leaves a database of another program alone', async () => {
    const folder = temporaryFolder();
    const db = new Database(join(folder, databaseName));
    db.exec('CREATE TABLE notes (text); INSERT INTO notes VALUES (1)');
    db.close();
    const before = readFileSync(join(folder, databaseName));
    await expect(openStore(folder)).rejects.toMatchObject({ code: 'foreign-database' });
    expect(readFileSync(join(folder, databaseName)).equals(before)).toBe(true);
  });

  const damages: readonly (readonly [string, (file: string) => void])[] = [
    ['random bytes instead of a database', (file) => scribble(file, 0, statSync(file).size)],
    ['a text file', (file) => writeFileSync(file, 'Dear diary,\n'.repeat(500))],
    ['a damaged magic number', (file) => scribble(file, 0, 16)],
    ['a damaged header behind the magic number', (file) => scribble(file, 16, 84)],
    ['a damaged schema page', (file) => scribble(file, 100, 4000)],
    ['a scribbled page in the middle', (file) => scribble(file, 40 * 4096, 4096)],
    ['half of the file', (file) => truncateSync(file, Math.floor(statSync(file).size / 2))],
    ['a few bytes only', (file) => truncateSync(file, 50)],
    ['the last page cut off', (file) => truncateSync(file, statSync(file).size - 100)],
  ];
  it.each(damages)(
    'moves a damaged database aside, keeps it, says where, and starts afresh: %s',
    async (_, damage) => {
      const file = await filledDatabase();
      damage(file);
      const damaged = readFileSync(file);
      const store = await temporaryStore(dirname(file));
      const movedTo = store.recovered?.movedTo ?? '';
      expect(movedTo).toMatch(/backbench-damaged-\d{8}T\d+Z\.sqlite$/);
      expect(readFileSync(movedTo).equals(damaged)).toBe(true);
      expect(listResults(store, { limit: 10 }).total).toBe(0);
      expect(store.integrityCheck()).toEqual([]);
      store.close();
      const again = await temporaryStore(dirname(file));
      expect(again.recovered).toBeNull();
    },
  );

  it('moves the write-ahead log of a damaged database aside with it, unchanged', async () => {
    const source = await temporaryStore();
    storeResult(source, result('a', 'run-a'));
    const folder = temporaryFolder();
    const file = join(folder, databaseName);
    // As a crash leaves them: copied while open, so that the log was never folded in.
    copyFileSync(source.file, file);
    copyFileSync(`${source.file}-wal`, `${file}-wal`);
    scribble(file, 0, 16);
    const wal = readFileSync(`${file}-wal`);
    const store = await temporaryStore(folder);
    expect(readFileSync(`${store.recovered?.movedTo}-wal`).equals(wal)).toBe(true);
    expect(listResults(store, { limit: 10 }).total).toBe(0);
  });

  it('takes up what lies in the write-ahead log of a process that was killed', async () => {
    const source = await temporaryStore();
    storeResult(source, result('a', 'run-a'));
    const folder = temporaryFolder();
    copyFileSync(source.file, join(folder, databaseName));
    copyFileSync(`${source.file}-wal`, join(folder, `${databaseName}-wal`));
    const store = await temporaryStore(folder);
    expect(store.recovered).toBeNull();
    expect(listResults(store, { limit: 10 }).rows[0]?.result.id).toBe('a');
  });

  it('does not lose the first damaged database to a second one found in the same second', async () => {
    const folder = temporaryFolder();
    const now = () => new Date('2026-11-03T10:15:00Z');
    for (const text of ['first', 'second']) {
      writeFileSync(join(folder, databaseName), text.repeat(1000));
      const store = await openStore(folder, { now });
      store.close();
    }
    const kept = readdirSync(folder).filter((name) => name.includes('damaged'));
    expect(kept.map((name) => readFileSync(join(folder, name), 'utf8').slice(0, 5)).sort()).toEqual([
      'first',
      'secon',
    ]);
  });

  it('reads a small database through completely, and a large one as well after a session met damage', async () => {
    const file = await filledDatabase();
    expect(inspectDatabase(file, latest)).toMatchObject({ state: 'sound', fullyChecked: true });
    writeFileSync(`${file}.suspect`, 'a page did not read back');
    expect(inspectDatabase(file, latest)).toMatchObject({ state: 'sound', fullyChecked: true });
    expect(existsSync(`${file}.suspect`)).toBe(false);
  });
});
