import fc from 'fast-check';
import { Configuration, type Backbone, type ProviderName, type ResultRow } from '../../preload/contract.ts';

/** A result row as the service sends it; the fields that a test speaks of are given. */
export function resultRow(given: {
  id?: string;
  model?: string;
  family?: string;
  machineId?: string;
  provider?: ProviderName;
  batch?: number;
  medianMs?: number;
  top1?: number | null;
  params?: number;
  macs?: number;
  memoryBytes?: number | null;
  flagged?: boolean;
}): ResultRow {
  const median = given.medianMs ?? 10;
  const batch = given.batch ?? 1;
  const absent = { available: false as const, reason: 'not read here' };
  const peak = given.memoryBytes === undefined ? 100e6 : given.memoryBytes;
  return {
    family: given.family ?? 'ResNet',
    top1: given.top1 === undefined ? 70 : given.top1,
    top5: null,
    top1Source: given.top1 === null ? null : 'a source',
    licence: null,
    params: given.params ?? 10e6,
    macs: given.macs ?? 1e9,
    result: {
      id: given.id ?? 'r1',
      runId: 'run1',
      machineId: given.machineId ?? 'm1',
      configuration: Configuration.parse({
        model: given.model ?? 'resnet18',
        use: 'classifier',
        precision: 'fp32',
        inputSize: 224,
        batch,
        provider: given.provider ?? 'cpu',
        threads: 4,
      }),
      latencyMs: {
        median,
        low: median * 0.98,
        high: median * 1.03,
        mean: median,
        sd: 0.1,
        min: median * 0.9,
        p90: median * 1.1,
        p95: median * 1.2,
        p99: null,
        p999: null,
        samples: 50,
        processes: 3,
        converged: true,
      },
      perImageMs: median / batch,
      throughputPerSecond: (batch * 1000) / median,
      modeFigures: null,
      modelLoadMs: absent,
      sessionCreationMs: 50,
      firstRunMs: 20,
      overheadMs: 0.02,
      memory: {
        peakBytes: peak === null ? absent : { available: true, value: peak, method: 'VmHWM' },
        loadPeakBytes: absent,
        runPeakBytes: absent,
        steadyBytes: absent,
        gpuBytes: absent,
      },
      modelFileBytes: 40e6,
      cpuUtilisation: absent,
      energyPerInferenceJ: absent,
      assignment: null,
      flags: given.flagged === true ? [{ code: 'drift', message: 'rose by 4 %' }] : [],
      measuredAt: '2026-11-23T12:00:00Z',
    },
  };
}

export function backbone(given: Partial<Backbone> & { name: string }): Backbone {
  return {
    family: 'ResNet',
    year: 2015,
    timm: null,
    torchvision: null,
    inputSize: 224,
    params: 10e6,
    macs: 1e9,
    activations: 2e6,
    top1: 70,
    source: 'a source',
    accuracy: [],
    ...given,
  };
}

const positive = (max: number): fc.Arbitrary<number> => fc.double({ min: 1e-3, max, noNaN: true });

/** Rows of any plausible or odd shape: charts must draw them all. */
export const anyResultRows: fc.Arbitrary<ResultRow[]> = fc.array(
  fc
    .record({
      id: fc.uuid(),
      model: fc.string({ maxLength: 12 }),
      family: fc.constantFrom('A', 'B', 'C', 'D', '<b>'),
      medianMs: positive(1e5),
      top1: fc.option(fc.double({ min: 0, max: 100, noNaN: true })),
      params: positive(1e10),
      macs: fc.oneof(fc.constant(0), positive(1e13)),
      memoryBytes: fc.option(positive(1e12)),
      batch: fc.integer({ min: 1, max: 64 }),
    })
    .map(resultRow),
  { maxLength: 40 },
);
