import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from '../database.ts';
import { countResults, measuredModels } from '../resultFacets.ts';
import { listResults, type ResultQuery } from '../results.ts';
import { getRun, listRunIds, listRuns } from '../runs.ts';
import { encodeSamples } from '../sampleBlob.ts';
import { openStore } from '../store.ts';
import { getSamples } from '../trials.ts';
import { fillWithResults, resultsPerRun, samplesPerResult } from './manyResults.ts';

/**
 * `npm run bench:store [results]`: fills a database with results of 3 processes and 500 samples each (100,000 results
 * and 50 million samples unless told otherwise) and prints what the screens wait for. `--json` prints one document.
 * Medians of 15 calls; "first" is the first call on a newly opened store. `--folder` keeps the database there, or takes the one
 * that an earlier call left.
 */
const repeats = 15;

const asJson = process.argv.includes('--json');
const resultCount = Number(process.argv.slice(2).find((argument) => /^\d+$/.test(argument)) ?? 100_000);
const kept = /--folder=(.+)/.exec(process.argv.join('\n'))?.[1];
const folder = kept ?? mkdtempSync(join(tmpdir(), 'backbench-bench-store-'));
try {
  await bench();
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}

interface Line {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: number | null;
}

async function bench(): Promise<void> {
  const lines: Line[] = [];
  const report = (what: string, value: number, unit: string, goal: number | null = null): void => {
    lines.push({ what, value, unit, goal });
    if (asJson) return;
    const verdict =
      goal === null ? '' : value < goal ? `  (goal < ${goal}: kept)` : `  (goal < ${goal}: MISSED)`;
    console.log(`${what.padEnd(62)} ${value.toFixed(2).padStart(10)} ${unit}${verdict}`);
  };

  const million = Float64Array.from({ length: 1_000_000 }, (_, i) => 5 + Math.sin(i) + i * 1e-9);
  report('1,000,000 samples as stored', encodeSamples(million).length / 1e6, 'MB', 10);

  const store = await openStore(folder);
  const fillStart = performance.now();
  const filled = listResults(store, { limit: 1 }).total === 0;
  const runIds = filled ? fillWithResults(store, resultCount) : listRunIds(store, 'done');
  if (filled) {
    report(
      `filling: ${resultCount} results, ${(resultCount * samplesPerResult) / 1e6} M samples`,
      (performance.now() - fillStart) / 1000,
      's',
    );
  }
  const commits = median(
    Array.from({ length: repeats }, () =>
      timed(() =>
        store.write((db) => sql(db, 'UPDATE runs SET position = position WHERE id = ?').run(runIds[0])),
      ),
    ),
  );
  report('one commit, flushed to the drive', commits, 'ms');
  store.close();
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  report('size on disk', bytes / 1e6, 'MB');

  const starts: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    const opened = await openStore(folder);
    listRuns(opened, 1);
    starts.push(performance.now() - start);
    opened.close();
  }
  report('start-up: open, inspect, first query', median(starts), 'ms', 300);

  const opened = await openStore(folder);
  const checkStart = performance.now();
  await opened.check();
  report('quick_check of the whole file, in the background', performance.now() - checkStart, 'ms');
  opened.close();

  const pages: readonly (readonly [string, ResultQuery])[] = [
    ['newest of each configuration', { newestOnly: true, limit: 100 }],
    ['all, newest first', { limit: 100 }],
    ['all, page at the end', { limit: 100, offset: resultCount - 100 }],
    ['by latency', { sort: 'latency', descending: false, limit: 100 }],
    [
      'by latency, newest only, this machine',
      { sort: 'latency', newestOnly: true, machineId: 'bench-0', limit: 100 },
    ],
    [
      'by peak memory, one provider, batch 1',
      { sort: 'peakMemory', providers: ['cpu'], batches: [1], limit: 100 },
    ],
    ['by model, two models', { sort: 'model', models: ['model-3', 'model-7'], limit: 100 }],
    ['one run', { runId: runIds[0] ?? '', limit: 100 }],
    ['1,000 rows by throughput', { sort: 'throughput', limit: 1000 }],
    ['page in the middle, by latency', { sort: 'latency', limit: 100, offset: resultCount / 2 }],
    ['by latency upwards, flagged only', { sort: 'latency', descending: false, flagged: true, limit: 100 }],
    ['newest first, one flag, 40 models', { flags: ['drift'], models: modelNames(40), limit: 100 }],
    ['by batch', { sort: 'batch', limit: 100 }],
    ['by batch, page in the middle', { sort: 'batch', limit: 100, offset: resultCount / 2 }],
    ['by p95, page in the middle', { sort: 'p95', limit: 100, offset: resultCount / 2 }],
    ['by memory of the run, upwards', { sort: 'runMemory', descending: false, limit: 100 }],
    [
      'by a worth of the model, page in the middle',
      { sort: ({ model }) => model.slice(-3), limit: 100, offset: resultCount / 2 },
    ],
  ];
  for (const [name, query] of pages) {
    const fresh = await openStore(folder);
    const first = timed(() => listResults(fresh, query));
    report(`results page, ${name}: first`, first, 'ms');
    report(
      `results page, ${name}`,
      median(Array.from({ length: repeats }, () => timed(() => listResults(fresh, query)))),
      'ms',
      50,
    );
    fresh.close();
  }

  const last = await openStore(folder);
  report(
    'counts of everything to filter by',
    median(Array.from({ length: repeats }, () => timed(() => countResults(last, { newestOnly: true })))),
    'ms',
  );
  report(
    'the measured models',
    median(Array.from({ length: repeats }, () => timed(() => measuredModels(last)))),
    'ms',
  );
  const someId = listResults(last, { limit: 1 }).rows[0]?.result.id ?? '';
  report(
    'samples of one result',
    median(Array.from({ length: repeats }, () => timed(() => getSamples(last, someId)))),
    'ms',
  );
  report(
    `a run of ${resultsPerRun} jobs`,
    median(Array.from({ length: repeats }, () => timed(() => getRun(last, runIds[0] ?? '')))),
    'ms',
  );
  last.close();
  if (asJson) console.log(JSON.stringify({ results: resultCount, lines }, null, 2));
}

function modelNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `model-${i}`);
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
