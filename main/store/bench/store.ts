import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Configuration, Machine, Reading, Result } from '../../../preload/contract.ts';
import { presets } from '../../../preload/contract.ts';
import { sql } from '../database.ts';
import { upsertMachine } from '../machines.ts';
import { upsertModel } from '../models.ts';
import { countResults, measuredModels } from '../resultFacets.ts';
import { insertResult, listResults, type ResultQuery } from '../results.ts';
import { createRun, getRun, listRunIds, listRuns } from '../runs.ts';
import { encodeSamples } from '../sampleBlob.ts';
import { openStore, type Store } from '../store.ts';
import { getSamples, insertTrial, type TrialRecord } from '../trials.ts';

/**
 * `npm run bench:store [results]`: fills a database with results of 3 processes and 500 samples each (100,000 results
 * and 50 million samples unless told otherwise) and prints what the screens wait for. `--json` prints one document.
 * Medians of 15 calls; "first" is the first call on a newly opened store. `--folder` keeps the database there, or takes the one
 * that an earlier call left.
 */
const samplesPerProcess = [168, 166, 166] as const;
const resultsPerRun = 1000;
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
  const runIds = filled ? fill(store) : listRunIds(store, 'done');
  if (filled) {
    report(
      `filling: ${resultCount} results, ${(resultCount * 500) / 1e6} M samples`,
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

/** Results of 250 models × 8 batches × 2 providers on 2 machines, each configuration measured again and again. */
function fill(store: Store): string[] {
  for (const i of [0, 1]) upsertMachine(store, machine(`bench-${i}`), new Date(0).toISOString());
  for (let i = 0; i < 250; i++) {
    upsertModel(
      store,
      {
        name: `model-${i}`,
        use: 'classifier',
        inputSize: 224,
        origin: 'catalog',
        family: `family-${i % 20}`,
        params: 1e6 + i,
        macs: 1e9 + i,
        activations: 1e6,
        graphHash: null,
        filePath: null,
      },
      new Date(0).toISOString(),
    );
  }
  const runIds: string[] = [];
  for (let done = 0; done < resultCount; done += resultsPerRun) {
    const runId = `run-${done}`;
    runIds.push(runId);
    const machineId = `bench-${(done / resultsPerRun) % 2}`;
    const createdAt = new Date(1.7e12 + done * 1000).toISOString();
    const jobs = Array.from({ length: Math.min(resultsPerRun, resultCount - done) }, (_, i) => ({
      id: `${runId}-job-${i}`,
      configuration: configuration(done + i),
      priority: 0,
    }));
    createRun(store, {
      id: runId,
      machineId,
      request: { models: ['all'], batches: [1], provider: 'cpu' },
      plan: presets.standard,
      createdAt,
      jobs,
    });
    store.write((db) => {
      jobs.forEach((job, i) => {
        samplesPerProcess.forEach((samples, ordinal) =>
          insertTrial(db, job.id, ordinal, trial(done + i, samples), 9000),
        );
        sql(db, "UPDATE jobs SET state = 'done', processes_done = 3 WHERE id = ?").run(job.id);
        insertResult(db, job.id, result(done + i, runId, machineId, job.configuration));
      });
      sql(db, "UPDATE runs SET state = 'done', finished_at = created_at WHERE id = ?").run(runId);
    });
  }
  return runIds;
}

function configuration(i: number): Configuration {
  return {
    model: `model-${i % 250}`,
    use: 'classifier',
    precision: 'fp32',
    inputSize: 224,
    batch: 2 ** (Math.floor(i / 250) % 8),
    provider: Math.floor(i / 2000) % 2 === 0 ? 'cpu' : 'cuda',
    threads: 8,
    affinity: null,
    arena: true,
    powerSource: 'mains',
    providerOptions: {},
    mode: { kind: 'single-stream' },
  };
}

function trial(i: number, samples: number): TrialRecord {
  const bytes = (value: number): Reading => ({
    available: true,
    value,
    method: 'VmHWM of /proc/self/status',
  });
  const absent: Reading = { available: false, reason: 'no counter is readable without root on this machine' };
  return {
    startedAt: new Date(1.7e12 + i * 1000).toISOString(),
    samplesMs: Float64Array.from({ length: samples }, (_, k) => 5 + (i % 100) + Math.sin(i * 31 + k)),
    warmUpRuns: 12,
    steadyStateReached: true,
    sessionCreationMs: 120 + (i % 50),
    firstRunMs: 30,
    overheadMs: 0.05,
    memory: {
      baselineBytes: 8e7,
      peakBytes: bytes(2e8 + i),
      loadPeakBytes: bytes(2e8),
      runPeakBytes: bytes(1.5e8),
      steadyBytes: bytes(1e8),
      gpuBytes: absent,
    },
    cpuUtilisation: { available: true, value: 7.8, method: 'process.resourceUsage' },
    competingLoad: { available: true, value: 0.1, method: '/proc/stat' },
    energyPerInferenceJ: absent,
    sensors: [0, 4000, 8000].map((atMs) => ({
      atMs,
      cpuClockMhz: 3600,
      cpuTemperatureC: 61,
      gpuClockMhz: null,
      gpuTemperatureC: null,
      powerW: null,
    })),
    slept: false,
    powerSource: 'mains',
    modeFigures: null,
    onnxruntime: '1.30.0',
  };
}

function result(i: number, runId: string, machineId: string, c: Configuration): Result {
  const measured = trial(i, 1);
  const latency = 5 + ((i * 7919) % 100_000) / 1000;
  return {
    id: `result-${i}`,
    runId,
    machineId,
    configuration: c,
    latencyMs: {
      median: latency,
      low: latency * 0.99,
      high: latency * 1.01,
      mean: latency,
      sd: 0.1,
      min: latency * 0.9,
      p90: latency,
      p95: latency,
      p99: latency,
      p999: null,
      samples: 500,
      processes: 3,
      converged: true,
    },
    perImageMs: latency / c.batch,
    throughputPerSecond: (1000 * c.batch) / latency,
    modeFigures: null,
    modelLoadMs: measured.memory.gpuBytes,
    sessionCreationMs: 120,
    firstRunMs: 30,
    overheadMs: 0.05,
    memory: {
      peakBytes: measured.memory.peakBytes,
      loadPeakBytes: measured.memory.loadPeakBytes,
      runPeakBytes: measured.memory.runPeakBytes,
      steadyBytes: measured.memory.steadyBytes,
      gpuBytes: measured.memory.gpuBytes,
    },
    modelFileBytes: 1e8,
    cpuUtilisation: measured.cpuUtilisation,
    energyPerInferenceJ: measured.energyPerInferenceJ,
    assignment: null,
    flags: i % 10 === 0 ? [{ code: 'drift', message: 'The last third was 4 % slower than the first.' }] : [],
    measuredAt: new Date(1.7e12 + i * 1000).toISOString(),
  };
}

function machine(id: string): Machine {
  return {
    id,
    name: 'Bench',
    cpu: {
      model: 'Bench CPU',
      vendor: 'Bench',
      physicalCores: 8,
      logicalCores: 16,
      isa: ['AVX2'],
      maxClockMhz: 4000,
      l3CacheBytes: 3.2e7,
      virtualised: false,
    },
    memoryBytes: 3.2e10,
    gpus: [],
    os: { platform: 'linux', name: 'Linux', release: '6', arch: 'x64' },
    runtime: { onnxruntime: '1.30.0', node: '24', backbench: '0.1.0' },
    power: { source: 'mains', governor: null },
  };
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
