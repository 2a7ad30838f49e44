import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrations, type Migration } from '../../main/store/migrations/list.ts';
import { acquireQueueLock } from '../../main/store/queueLock.ts';
import { listResults } from '../../main/store/results.ts';
import { getRun } from '../../main/store/runs.ts';
import { databaseName, openStore } from '../../main/store/store.ts';
import { getSamples, listTrials } from '../../main/store/trials.ts';
import { configuration, result, trial } from './sampleRows.ts';
import { temporaryFolder } from './temporary.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
const latest = migrations.at(-1)?.version ?? 0;

/** A data folder with the database of a fixture in it. */
function folderOf(version: number): string {
  const folder = temporaryFolder();
  const db = new Database(join(folder, databaseName));
  db.pragma('journal_mode = WAL');
  db.exec(readFileSync(join(fixtures, `version-${version}.sql`), 'utf8'));
  db.close();
  return folder;
}

/** Steps that come after the released ones, to try the mechanism with. */
function further(...steps: string[]): Migration[] {
  return [...migrations, ...steps.map((sql, i) => ({ version: latest + 1 + i, name: `step ${i}`, sql }))];
}

function backupsIn(folder: string): string[] {
  return existsSync(join(folder, 'backups')) ? readdirSync(join(folder, 'backups')).sort() : [];
}

describe('migrations', () => {
  it('are numbered without gaps, and each released schema is kept as a fixture', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, i) => i + 1));
    const kept = readdirSync(fixtures).filter((name) => name.endsWith('.sql'));
    expect(kept.sort()).toEqual(migrations.map(({ version }) => `version-${version}.sql`).sort());
  });

  it.each(migrations.map(({ version }) => version))(
    'bring version %i to the newest with everything in it',
    async (version) => {
      const store = await openStore(folderOf(version));
      expect(store.integrityCheck()).toEqual([]);
      expect(store.recovered).toBeNull();
      expect(store.migrationBackup === null).toBe(version === latest);
      const expected = result('result-1', 'run-1');
      expect(listResults(store, { limit: 10 }).rows).toEqual([
        { result: expected, model: { family: 'ResNet', params: 11689512, macs: 1814073344 } },
      ]);
      expect(getRun(store, 'run-1')).toMatchObject({
        state: 'done',
        jobs: [{ state: 'done', configuration: configuration(), processesDone: 1, resultId: 'result-1' }],
      });
      expect(getSamples(store, 'result-1').map(({ samplesMs }) => [...samplesMs])).toEqual([
        [5.25, 5.5, 5.75],
      ]);
      expect(listTrials(store, 'run-1/0')).toEqual([trial([5.25, 5.5, 5.75])]);
      store.close();
    },
  );

  it('make the same schema as a fresh database has', async () => {
    const schema = async (folder: string): Promise<unknown[]> => {
      const store = await openStore(folder);
      const rows = store.read((db) =>
        db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all(),
      );
      store.close();
      return rows;
    };
    expect(await schema(folderOf(1))).toEqual(await schema(temporaryFolder()));
  });

  it('copy the database first, and the copy opens as it was', async () => {
    const folder = folderOf(latest);
    const store = await openStore(folder, {
      migrations: further('ALTER TABLE machines ADD COLUMN note TEXT'),
    });
    const backup = store.migrationBackup ?? '';
    store.close();
    const copy = new Database(backup, { readonly: true });
    expect(copy.pragma('user_version', { simple: true })).toBe(latest);
    expect(copy.prepare('SELECT count(*) FROM results').pluck().get()).toBe(1);
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
    copy.close();
  });

  it('keep the newest three copies', async () => {
    const folder = folderOf(latest);
    const steps: string[] = [];
    for (let i = 0; i < 5; i++) {
      steps.push(`ALTER TABLE machines ADD COLUMN note${i} TEXT`);
      const now = () => new Date(Date.UTC(2026, 10, 3 + i));
      (await openStore(folder, { migrations: further(...steps), now })).close();
    }
    expect(backupsIn(folder)).toEqual(
      [2, 3, 4].map((i) => `backbench-2026110${3 + i}T000000000Z-schema-${latest + i}.sqlite`),
    );
  });

  it('that fail leave the version before them, whole', async () => {
    const folder = folderOf(latest);
    const broken = further(
      'ALTER TABLE machines ADD COLUMN note TEXT',
      'DELETE FROM machines; CREATE TABLE oops (',
    );
    await expect(openStore(folder, { migrations: broken })).rejects.toThrow(/incomplete input/);
    const store = await openStore(folder, { migrations: broken.slice(0, latest + 1) });
    expect(listResults(store, { limit: 1 }).total).toBe(1);
    expect(store.read((db) => db.prepare('SELECT note FROM machines').pluck().all())).toEqual([null]);
    store.close();
  });

  it('that would leave a dangling reference are undone', async () => {
    const folder = folderOf(latest);
    await expect(openStore(folder, { migrations: further('DELETE FROM runs') })).rejects.toThrow(
      /broke \d+ references/,
    );
    const store = await openStore(folder);
    expect(getRun(store, 'run-1')).not.toBeNull();
    store.close();
  });

  it('wait for nobody who measures: another process on the folder is named instead', async () => {
    const folder = folderOf(latest);
    const lock = acquireQueueLock(folder);
    const opening = openStore(folder, { migrations: further('ALTER TABLE machines ADD COLUMN note TEXT') });
    await expect(opening).rejects.toMatchObject({ code: 'queue-in-use' });
    lock.release();
  });
});
