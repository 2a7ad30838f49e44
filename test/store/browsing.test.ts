import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calls, flagCodes, resultSorts, type ResultRow } from '../../preload/contract.ts';
import { resultFacets, resultPage } from '../../main/service/resultRows.ts';
import { upsertMachine } from '../../main/store/machines.ts';
import { upsertModel } from '../../main/store/models.ts';
import { deleteResults } from '../../main/store/results.ts';
import { openStore, type Store } from '../../main/store/store.ts';
import { absent, bytes, configuration, machine, result, storeResult } from './sampleRows.ts';

/** What a reader asks of the results page, over the real contract and the real database. */

let store: Store;
let all: readonly ResultRow[];

const names = ['resnet18', 'mobilenet_v2', 'vgg16', 'mine'];
const page = (request: object = {}) =>
  resultPage(store, calls.listResults.input.parse({ newestOnly: false, ...request }));

const folder = mkdtempSync(join(tmpdir(), 'backbench-browsing-'));
afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true });
});
beforeAll(async () => {
  store = await openStore(folder);
  upsertMachine(store, machine, '2026-11-01T10:00:00.000Z');
  for (let i = 0; i < 48; i++) {
    const { latencyMs, memory } = result('', '');
    const median = ((i * 37) % 101) + 1;
    const value = result(`r${i}`, `run-${i}`, {
      configuration: configuration({
        model: names[i % 4] ?? '',
        batch: [1, 4, 16][i % 3] ?? 1,
        precision: i % 5 === 0 ? 'fp16' : 'fp32',
      }),
      latencyMs: { ...latencyMs, median, p95: median * 1.5, p99: i % 7 === 0 ? null : median * 2 },
      perImageMs: median / 2,
      modelLoadMs: i % 8 === 0 ? absent : bytes((i * 29) % 53),
      memory: {
        ...memory,
        peakBytes: i % 6 === 0 ? absent : bytes(i * 1e6),
        runPeakBytes: bytes(((i * 13) % 17) * 1e6),
      },
      flags: flagCodes.slice(0, i % 3).map((code) => ({ code, message: 'a reason' })),
      measuredAt: new Date(Date.UTC(2026, 10, 1, 10, (i * 11) % 29)).toISOString(),
    });
    storeResult(store, value);
  }
  upsertModel(
    store,
    {
      ...{ name: 'mine', use: 'classifier', inputSize: 224, origin: 'own', family: 'own models' },
      ...{ params: 5, macs: 7, activations: 1, graphHash: null, filePath: '/mine.onnx' },
    },
    '2026-11-01T10:00:00.000Z',
  );
  deleteResults(store, ['r9', 'r33'], '2026-11-02T10:00:00.000Z');
  all = page({ limit: 1000 }).rows;
});

const valueOf: Record<(typeof resultSorts)[number], (row: ResultRow) => string | number | null> = {
  measuredAt: ({ result: r }) => r.measuredAt,
  model: ({ result: r }) => r.configuration.model,
  family: ({ family }) => family,
  provider: ({ result: r }) => r.configuration.provider,
  precision: ({ result: r }) => r.configuration.precision,
  batch: ({ result: r }) => r.configuration.batch,
  inputSize: ({ result: r }) => r.configuration.inputSize,
  threads: ({ result: r }) => r.configuration.threads,
  mode: ({ result: r }) => r.configuration.mode.kind,
  machine: ({ result: r }) => r.machineId,
  latency: ({ result: r }) => r.latencyMs.median,
  latencyLow: ({ result: r }) => r.latencyMs.low,
  latencyHigh: ({ result: r }) => r.latencyMs.high,
  p95: ({ result: r }) => r.latencyMs.p95,
  p99: ({ result: r }) => r.latencyMs.p99,
  perImage: ({ result: r }) => r.perImageMs,
  throughput: ({ result: r }) => r.throughputPerSecond,
  peakMemory: ({ result: r }) => (r.memory.peakBytes.available ? r.memory.peakBytes.value : null),
  runMemory: ({ result: r }) => (r.memory.runPeakBytes.available ? r.memory.runPeakBytes.value : null),
  top1: ({ top1 }) => top1,
  // The test's database has written down one model only.
  params: ({ params }) => (params === 0 ? null : params),
  macs: ({ macs }) => (macs === 0 ? null : macs),
  modelFile: ({ result: r }) => r.modelFileBytes,
  modelLoad: ({ result: r }) => (r.modelLoadMs.available ? r.modelLoadMs.value : null),
  sessionCreation: ({ result: r }) => r.sessionCreationMs,
  firstRun: ({ result: r }) => r.firstRunMs,
  samples: ({ result: r }) => r.latencyMs.samples,
  flags: ({ result: r }) => r.flags.map(({ code }) => code).join(' '),
};

describe('the results page', () => {
  it.each(resultSorts)(
    'is sorted by %s both ways, what lacks it last, and paged without gap or repetition',
    (sort) => {
      for (const descending of [false, true]) {
        const seen: ResultRow[] = [];
        for (let offset = 0; offset < all.length; offset += 10)
          seen.push(...page({ sort, descending, limit: 10, offset }).rows);
        expect(new Set(seen.map(({ result: r }) => r.id)).size).toBe(46);
        const known = all.map(valueOf[sort]).filter((value) => value !== null);
        known.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0) * (descending ? -1 : 1));
        const missing = Array.from({ length: all.length - known.length }, () => null);
        expect(seen.map(valueOf[sort])).toEqual([...known, ...missing]);
      }
    },
  );

  it('shows and counts just what any combination of filters leaves', () => {
    const some = <T>(values: readonly T[]) => fc.option(fc.subarray([...values]));
    const filter = fc.record({
      search: fc.option(fc.constantFrom('', 'NET', 'resnet 18', 'vgg', 'own', 'mobile net', "x' OR 1", '%')),
      families: some(['ResNet', 'MobileNet', 'VGG', 'own models', 'unknown', 'none such']),
      models: some(names),
      precisions: some(['fp32', 'fp16', 'int8']),
      batches: some([1, 4, 16, 3]),
      flagged: fc.option(fc.boolean()),
      flags: some(flagCodes.slice(0, 3)),
    });
    fc.assert(
      fc.property(filter, (asked) => {
        const left = all.filter(({ result: r, family }) => {
          const text = `${r.configuration.model} ${family}`.toLowerCase();
          return (
            (asked.search ?? '')
              .toLowerCase()
              .split(/\s+/)
              .every((word) => text.includes(word)) &&
            (asked.families?.includes(family) ?? true) &&
            (asked.models?.includes(r.configuration.model) ?? true) &&
            (asked.precisions?.includes(r.configuration.precision) ?? true) &&
            (asked.batches?.includes(r.configuration.batch) ?? true) &&
            (asked.flagged === null || asked.flagged === r.flags.length > 0) &&
            (asked.flags === null || r.flags.some(({ code }) => asked.flags?.includes(code)))
          );
        });
        const { total, rows } = page(asked);
        expect(total).toBe(left.length);
        expect(rows.map(({ result: r }) => r.id).sort()).toEqual(left.map(({ result: r }) => r.id).sort());
        const facets = resultFacets(store, calls.resultFacets.input.parse({ newestOnly: false, ...asked }));
        expect(facets.total).toBe(left.length);
        for (const { value, models, count } of facets.families) {
          const own = left.filter(({ family }) => family === value);
          expect(count).toBe(own.length);
          expect(models).toBe(new Set(own.map(({ result: r }) => r.configuration.model)).size);
        }
        for (const { value, count } of facets.flags)
          expect(count).toBe(
            left.filter(({ result: r }) => r.flags.some(({ code }) => code === value)).length,
          );
        expect(facets.batches.reduce((sum, { count }) => sum + count, 0)).toBe(left.length);
      }),
    );
  });

  it('finds results by their ids, whatever else is asked, and no deleted one', () => {
    const ids = ['r3', 'r9', 'r14', 'r40', 'none such'];
    for (const sort of ['measuredAt', 'model', 'family', 'modelLoad'] as const) {
      const { total, rows } = page({ ids, sort });
      expect(total).toBe(3);
      expect(rows.map(({ result: r }) => r.id).sort()).toEqual(['r14', 'r3', 'r40']);
    }
    expect(page({ ids, models: ['vgg16'] }).rows.map(({ result: r }) => r.id)).toEqual(['r14']);
    expect(page({ ids: [] }).total).toBe(0);
    expect(resultFacets(store, calls.resultFacets.input.parse({ newestOnly: false, ids })).total).toBe(3);
  });

  it('says which machines there are, by name', () => {
    const facets = resultFacets(store, calls.resultFacets.input.parse({ newestOnly: false }));
    expect(facets.machines).toEqual([{ value: 'machine-1', name: 'Test bench', count: 46 }]);
    expect(calls.resultFacets.output.parse(facets)).toEqual(facets);
  });
});
