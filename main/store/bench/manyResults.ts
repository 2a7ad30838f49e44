import type { Configuration, Machine, Reading, Result } from '../../../preload/contract.ts';
import { presets } from '../../../preload/contract.ts';
import { sql } from '../database.ts';
import { upsertMachine } from '../machines.ts';
import { upsertModel } from '../models.ts';
import { insertResult } from '../results.ts';
import { createRun } from '../runs.ts';
import type { Store } from '../store.ts';
import { insertTrial, type TrialRecord } from '../trials.ts';

/** Samples of each result, by process. */
const samplesPerProcess = [168, 166, 166] as const;
export const samplesPerResult = samplesPerProcess.reduce((sum, count) => sum + count, 0);
export const resultsPerRun = 1000;

/**
 * Made-up results for benchmarks of the store and the screens: 250 models × 8 batches × 2 providers on 2 machines, each configuration
 * measured again and again. Gives the runs' ids.
 */
export function fillWithResults(store: Store, resultCount: number): string[] {
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
