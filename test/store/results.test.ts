import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { upsertModel } from '../../main/store/models.ts';
import {
  deleteResults,
  getResult,
  listResults,
  purgeDeletedResults,
  type ResultQuery,
  undeleteResults,
} from '../../main/store/results.ts';
import { getRun } from '../../main/store/runs.ts';
import { getSetting, setSetting } from '../../main/store/settings.ts';
import type { Store } from '../../main/store/store.ts';
import { getSamples } from '../../main/store/trials.ts';
import { configuration, result, storeResult } from './sampleRows.ts';
import { temporaryStore } from './temporary.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 1, 10, minute)).toISOString();

/** Results r0, r1, … of these (model, batch, minute). */
function fill(store: Store, rows: readonly (readonly [string, number, number])[]): void {
  rows.forEach(([model, batch, minute], i) => {
    const latency = { ...result('', '').latencyMs, median: ((i * 37) % 100) + 1 };
    const value = result(`r${i}`, `run-${i}`, {
      configuration: configuration({ model, batch }),
      latencyMs: latency,
      throughputPerSecond: (1000 * batch) / latency.median,
      measuredAt: at(minute),
    });
    storeResult(store, value);
  });
}

const ids = (store: Store, query: Partial<ResultQuery> = {}): string[] =>
  listResults(store, { limit: 100, ...query }).rows.map(({ result: { id } }) => id);

describe('results', () => {
  it('come back exactly as they were stored, with what is known of their model', async () => {
    const store = await temporaryStore();
    const stored = result('a', 'run-a');
    storeResult(store, stored, [1, 2]);
    upsertModel(
      store,
      {
        name: 'resnet18',
        use: 'classifier',
        inputSize: 224,
        origin: 'catalog',
        family: 'ResNet',
        params: 11_689_512,
        macs: 1.8e9,
        activations: 2.5e6,
        graphHash: null,
        filePath: null,
      },
      at(0),
    );
    expect(listResults(store, { limit: 10 })).toEqual({
      total: 1,
      rows: [{ result: stored, model: { family: 'ResNet', params: 11_689_512, macs: 1.8e9 } }],
    });
    expect(getResult(store, 'a')).toEqual(stored);
    expect(getSamples(store, 'a').map(({ samplesMs }) => [...samplesMs])).toEqual([[1, 2]]);
  });

  it('are shown once for each configuration when only the newest is asked for, whatever order they came in', async () => {
    const store = await temporaryStore();
    fill(store, [
      ['a', 1, 3],
      ['a', 1, 1],
      ['a', 8, 2],
      ['b', 1, 0],
      ['a', 1, 2],
    ]);
    expect(ids(store, { newestOnly: true })).toEqual(['r0', 'r2', 'r3']);
    expect(ids(store)).toEqual(['r0', 'r4', 'r2', 'r1', 'r3']);
  });

  it('that are deleted uncover the one before them, and cover it again when brought back', async () => {
    const store = await temporaryStore();
    fill(store, [
      ['a', 1, 1],
      ['a', 1, 2],
    ]);
    expect(deleteResults(store, ['r1', 'r1', 'unknown'], at(9))).toBe(1);
    expect(ids(store, { newestOnly: true })).toEqual(['r0']);
    expect(getResult(store, 'r1')).toBeNull();
    expect(getRun(store, 'run-1')?.jobs[0]).toMatchObject({ state: 'done', resultId: null });
    expect(undeleteResults(store, ['r1'])).toBe(1);
    expect(ids(store, { newestOnly: true })).toEqual(['r1']);
    expect(undeleteResults(store, ['r1'])).toBe(0);
  });

  it('are gone with their samples only when purged', async () => {
    const store = await temporaryStore();
    fill(store, [
      ['a', 1, 1],
      ['b', 1, 2],
    ]);
    deleteResults(store, ['r0'], at(5));
    expect(purgeDeletedResults(store, at(5))).toBe(0);
    expect(getSamples(store, 'r0')).toHaveLength(1);
    expect(purgeDeletedResults(store, at(6))).toBe(1);
    expect(undeleteResults(store, ['r0'])).toBe(0);
    expect(store.read((db) => db.prepare('SELECT count(*) FROM samples').pluck().get())).toBe(1);
    expect(store.integrityCheck()).toEqual([]);
  });

  it('agree with a plain filter, sort and slice for any query', async () => {
    const store = await temporaryStore();
    const rows = Array.from(
      { length: 60 },
      (_, i) => [`m${(i * 7) % 5}`, [1, 4, 16][i % 3] ?? 1, (i * 11) % 29] as const,
    );
    fill(store, rows);
    deleteResults(store, ['r3', 'r17', 'r40'], at(1));
    const all = listResults(store, { limit: 1000 }).rows.map(({ result: each }) => each);
    const value = {
      measuredAt: (r: (typeof all)[0]) => r.measuredAt,
      model: (r: (typeof all)[0]) => r.configuration.model,
      latency: (r: (typeof all)[0]) => r.latencyMs.median,
      throughput: (r: (typeof all)[0]) => r.throughputPerSecond,
    };
    const query = fc.record({
      models: fc.option(fc.subarray(['m0', 'm1', 'm2', 'm3', 'm4'])),
      batches: fc.option(fc.subarray([1, 4, 16])),
      runId: fc.option(fc.constantFrom('run-1', 'run-3', 'nowhere')),
      machineId: fc.option(fc.constantFrom('machine-1', 'elsewhere')),
      newestOnly: fc.boolean(),
      sort: fc.constantFrom(
        'measuredAt' as const,
        'model' as const,
        'latency' as const,
        'throughput' as const,
      ),
      descending: fc.boolean(),
      limit: fc.integer({ min: 1, max: 70 }),
      offset: fc.nat(70),
    });
    fc.assert(
      fc.property(query, (q) => {
        const newest = new Map<string, string>();
        for (const r of [...all].reverse()) newest.set(JSON.stringify(r.configuration), r.id);
        const expected = all.filter(
          (r) =>
            (q.models?.includes(r.configuration.model) ?? true) &&
            (q.batches?.includes(r.configuration.batch) ?? true) &&
            (q.runId === null || q.runId === r.runId) &&
            (q.machineId === null || q.machineId === r.machineId) &&
            (!q.newestOnly || newest.get(JSON.stringify(r.configuration)) === r.id),
        );
        const page = listResults(store, q);
        expect(page.total).toBe(expected.length);
        const keys = expected.map((r): string | number => value[q.sort](r));
        keys.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        if (q.descending) keys.reverse();
        expect(page.rows.map(({ result: r }) => value[q.sort](r))).toEqual(
          keys.slice(q.offset, q.offset + q.limit),
        );
        expect(page.rows.every(({ result: r }) => expected.some(({ id }) => id === r.id))).toBe(true);
      }),
    );
  });

  it('are paged without a gap or a repetition even among equals', async () => {
    const store = await temporaryStore();
    fill(
      store,
      Array.from({ length: 30 }, () => ['same', 1, 5] as const),
    );
    const seen = [0, 7, 14, 21, 28].flatMap((offset) => ids(store, { sort: 'model', limit: 7, offset }));
    expect(new Set(seen).size).toBe(30);
  });
});

describe('settings', () => {
  it('keep JSON values and forget on null', async () => {
    const store = await temporaryStore();
    expect(getSetting(store, 'theme')).toBeNull();
    setSetting(store, 'theme', { dark: true });
    setSetting(store, 'theme', { dark: false });
    expect(getSetting(store, 'theme')).toEqual({ dark: false });
    setSetting(store, 'theme', null);
    expect(getSetting(store, 'theme')).toBeNull();
  });
});
