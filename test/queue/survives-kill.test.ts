import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { getResult, listResults } from '../../main/store/results.ts';
import { listRuns } from '../../main/store/runs.ts';
import { databaseName, openStore, type Store } from '../../main/store/store.ts';
import { writeConvolution } from '../measure/tinyModels.ts';
import { warmCompileCache } from './compileCache.ts';

const folder = mkdtempSync(join(tmpdir(), 'backbench-kill-'));
const env = warmCompileCache(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Line {
  readonly ready?: number;
  readonly began?: string;
  readonly ordinal?: number;
  readonly done?: string;
  readonly result?: string;
  readonly median?: number;
}

/** One data folder, and the log of what the app that works in it has told. */
class Series {
  readonly #data: string;
  readonly #log: string;
  readonly #model: string;

  constructor(name: string, model: string) {
    this.#data = join(folder, name, 'data');
    this.#log = join(folder, name, 'told.jsonl');
    this.#model = model;
    mkdirSync(join(folder, name));
  }

  start(...flags: string[]): ChildProcess {
    const app = join(import.meta.dirname, 'fixtures', 'app.ts');
    return spawn(process.execPath, [app, this.#data, this.#log, this.#model, ...flags], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env,
    });
  }

  told(): Line[] {
    if (!existsSync(this.#log)) return [];
    return readFileSync(this.#log, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  }

  /** Kills the app at a random moment: while it starts, or so long after it began to work. */
  async killOnce(workMs: number): Promise<void> {
    const lives = this.told().filter(({ ready }) => ready !== undefined).length;
    const app = this.start();
    const exit = once(app, 'exit') as Promise<[number | null, string | null]>;
    if (Math.random() < 0.1) {
      await sleep(Math.random() * 300);
    } else {
      while (app.exitCode === null && this.told().filter(({ ready }) => ready !== undefined).length === lives)
        await sleep(5);
      await sleep(Math.random() * workMs);
    }
    app.kill('SIGKILL');
    const [code, signal] = await exit;
    expect([code, signal]).toEqual([null, 'SIGKILL']);
  }

  /** Looks at a copy of what the killed app left, so that recovering is left to the next app. */
  async check(): Promise<void> {
    if (!existsSync(join(this.#data, databaseName))) return;
    const copy = mkdtempSync(join(folder, 'copy-'));
    for (const suffix of ['', '-wal']) {
      const file = join(this.#data, databaseName + suffix);
      if (existsSync(file)) copyFileSync(file, join(copy, databaseName + suffix));
    }
    const store = await openStore(copy);
    expect(store.recovered).toBeNull();
    expect(store.integrityCheck()).toEqual([]);
    this.#nothingLostOrDoubled(store);
    store.close();
    rmSync(copy, { recursive: true });
  }

  async finish(): Promise<Store> {
    const [code] = (await once(this.start('--finish'), 'exit')) as [number | null];
    expect(code).toBe(0);
    const store = await openStore(this.#data);
    this.#nothingLostOrDoubled(store);
    return store;
  }

  #nothingLostOrDoubled(store: Store): void {
    const told = this.told();
    for (const { done, result, median } of told.filter((line) => line.done !== undefined)) {
      const kept = getResult(store, result ?? '');
      expect(kept, `the result of ${done} that was reported`).not.toBeNull();
      expect(kept?.latencyMs.median).toBe(median);
    }
    const jobs = listRuns(store, 100_000).flatMap((run) => run.jobs);
    const results = listResults(store, { limit: 100_000 }).rows.map(({ result }) => result.id);
    expect(new Set(results).size).toBe(results.length);
    expect(results.toSorted()).toEqual(jobs.flatMap(({ resultId }) => resultId ?? []).toSorted());
    const done = new Map(jobs.map((job) => [job.configuration.model, job.processesDone]));
    const begun = new Map<string, number>();
    for (const { began, ordinal = -1 } of told) {
      if (began === undefined) continue;
      // A process that was followed by the next one is never begun again, and nobody skips one.
      const last = begun.get(began);
      if (last !== undefined) expect([last, last + 1], began).toContain(ordinal);
      begun.set(began, ordinal);
      expect(done.get(began)).toBeGreaterThanOrEqual(ordinal);
    }
  }
}

/** So many kills in each of two data folders side by side: starting a process is most of the time. */
async function killInTwoLanes(name: string, kills: number, model: string, workMs: number): Promise<Series[]> {
  const lanes = ['left', 'right'].map(async (side) => {
    const series = new Series(`${name}-${side}`, model);
    for (let kill = 0; kill < kills; kill++) {
      await series.killOnce(workMs);
      await series.check();
    }
    const store = await series.finish();
    expect(store.integrityCheck()).toEqual([]);
    expect(listResults(store, { limit: 1 }).total).toBeGreaterThan(0);
    const runs = listRuns(store, 100_000);
    expect(runs.every(({ state }) => state === 'done' || state === 'cancelled')).toBe(true);
    for (const { state, jobs } of runs) {
      for (const job of jobs) {
        if (state === 'done' && job.state !== 'done') expect(job.failure?.code).toBe('app-died');
      }
    }
    store.close();
    return series;
  });
  return Promise.all(lanes);
}

// With the kills of workers in worker-killed.test.ts these are 260.
describe('kill -9 of the app: the database stays sound, no result that was reported is lost, none is there twice', () => {
  it('at 100 random moments while real workers measure a small model', async () => {
    const all = await killInTwoLanes('real', 50, writeConvolution(folder), 900);
    for (const series of all)
      expect(series.told().filter((line) => line.began !== undefined).length).toBeGreaterThan(20);
  }, 600_000);

  // A process by script takes milliseconds: more of the kills meet a write.
  it('at 60 random moments of a queue that hardly does anything but write', async () => {
    const all = await killInTwoLanes('scripted', 30, '-', 120);
    for (const series of all)
      expect(series.told().filter((line) => line.done !== undefined).length).toBeGreaterThan(0);
  }, 600_000);
});
