import {
  type Configuration,
  type Machine,
  presets,
  type Reading,
  type Result,
} from '../../preload/contract.ts';
import { completeJob, leaseJob, startJob } from '../../main/store/jobs.ts';
import { createRun } from '../../main/store/runs.ts';
import type { Store } from '../../main/store/store.ts';
import { saveTrial, type TrialRecord } from '../../main/store/trials.ts';

/** Rows with every field set, for tests of the store and the queue. */

export const machine: Machine = {
  id: 'machine-1',
  name: 'Test bench',
  cpu: {
    model: 'Test CPU',
    vendor: 'Test',
    physicalCores: 4,
    logicalCores: 8,
    isa: ['AVX2'],
    maxClockMhz: 4000,
    l3CacheBytes: 1.6e7,
    virtualised: false,
  },
  memoryBytes: 1.6e10,
  gpus: [],
  os: { platform: 'linux', name: 'Linux', release: '6.1', arch: 'x64' },
  runtime: { onnxruntime: '1.30.0', node: '24', backbench: '0.1.0' },
  power: { source: 'mains', governor: null },
};

export function configuration(changes: Partial<Configuration> = {}): Configuration {
  return {
    model: 'resnet18',
    use: 'classifier',
    precision: 'fp32',
    inputSize: 224,
    batch: 1,
    provider: 'cpu',
    threads: 4,
    affinity: null,
    arena: true,
    powerSource: 'mains',
    providerOptions: {},
    mode: { kind: 'single-stream' },
    ...changes,
  };
}

export const absent: Reading = { available: false, reason: 'not readable in this test' };
export const bytes = (value: number): Reading => ({ available: true, value, method: 'VmHWM' });

export function trial(
  samplesMs: ArrayLike<number> = [5, 5.1, 5.2],
  startedAt = '2026-11-01T10:00:00.000Z',
): TrialRecord {
  return {
    startedAt,
    samplesMs: Float64Array.from(samplesMs),
    warmUpRuns: 3,
    steadyStateReached: true,
    sessionCreationMs: 40,
    firstRunMs: 9,
    memory: {
      baselineBytes: 8e7,
      peakBytes: bytes(3e8),
      loadPeakBytes: bytes(3e8),
      runPeakBytes: bytes(2e8),
      steadyBytes: bytes(1.5e8),
      gpuBytes: absent,
    },
    cpuUtilisation: { available: true, value: 3.9, method: 'resourceUsage' },
    competingLoad: { available: true, value: 0.05, method: '/proc/stat' },
    energyPerInferenceJ: absent,
    overheadMs: 0.05,
    sensors: [
      {
        atMs: 0,
        cpuClockMhz: 3900,
        cpuTemperatureC: 50,
        gpuClockMhz: null,
        gpuTemperatureC: null,
        powerW: null,
      },
    ],
    slept: false,
    powerSource: 'unknown',
    modeFigures: null,
    onnxruntime: '1.30.0',
  };
}

export function result(id: string, runId: string, changes: Partial<Result> = {}): Result {
  const { memory } = trial();
  return {
    id,
    runId,
    machineId: machine.id,
    configuration: configuration(),
    latencyMs: {
      median: 5.1,
      low: 5,
      high: 5.2,
      mean: 5.1,
      sd: 0.1,
      min: 5,
      p90: 5.2,
      p95: 5.2,
      p99: null,
      p999: null,
      samples: 3,
      processes: 1,
      converged: true,
    },
    perImageMs: 5.1,
    throughputPerSecond: 1000 / 5.1,
    modeFigures: null,
    modelLoadMs: { available: false, reason: 'Backbench did not measure it then.' },
    sessionCreationMs: 40,
    firstRunMs: 9,
    overheadMs: 0.05,
    memory: {
      peakBytes: memory.peakBytes,
      loadPeakBytes: memory.loadPeakBytes,
      runPeakBytes: memory.runPeakBytes,
      steadyBytes: memory.steadyBytes,
      gpuBytes: memory.gpuBytes,
    },
    modelFileBytes: 4.6e7,
    cpuUtilisation: { available: true, value: 3.9, method: 'resourceUsage' },
    energyPerInferenceJ: absent,
    assignment: { nodeShare: 1, timeShare: 1, providers: { CPUExecutionProvider: 49 } },
    flags: [{ code: 'drift', message: 'The last third was 4 % slower than the first.' }],
    measuredAt: '2026-11-01T10:00:10.000Z',
    ...changes,
  };
}

/** A run of these configurations; its jobs are `<id>/0`, `<id>/1`, … */
export function storeRun(store: Store, id: string, configurations: readonly Configuration[]): void {
  createRun(store, {
    id,
    machineId: machine.id,
    request: { models: configurations.map(({ model }) => model), batches: [1], provider: 'cpu' },
    plan: presets.quick,
    createdAt: '2026-11-01T09:30:00.000Z',
    jobs: configurations.map((each, i) => ({ id: `${id}/${i}`, configuration: each, priority: 0 })),
  });
}

/** A run with one job that is done with one trial and this result. */
export function storeResult(store: Store, value: Result, samplesMs?: ArrayLike<number>): void {
  storeRun(store, value.runId, [value.configuration]);
  const jobId = `${value.runId}/0`;
  leaseJob(store, jobId, { ownerId: 'owner', expiresAtMs: 1 });
  startJob(store, jobId, value.modelFileBytes);
  saveTrial(store, jobId, 0, trial(samplesMs), 1000);
  completeJob(store, jobId, value);
}
