import fc from 'fast-check';
import type { Observation } from '../../main/analysis/observation.ts';

/** An observation with plain values, of which a test states those that matter to it. */
export function observation(
  stated: Partial<Omit<Observation, 'latencyMs'>> & { model: string; latencyMs?: number; halfWidth?: number },
): Observation {
  const { latencyMs = 10, halfWidth = 0.02, ...rest } = stated;
  const known = rest.origin !== 'published';
  return {
    family: 'test',
    provider: 'cpu',
    precision: 'fp32',
    batch: 1,
    inputSize: 224,
    threads: 2,
    origin: 'measured',
    latencyMs: {
      median: latencyMs,
      low: known ? latencyMs / (1 + halfWidth) : null,
      high: known ? latencyMs * (1 + halfWidth) : null,
    },
    processes: known ? 5 : null,
    sdMs: known ? latencyMs * halfWidth : null,
    p99Ms: known ? latencyMs * 1.1 : null,
    p99RelativeError: known ? 0.02 : 0,
    memoryBytes: 100 * 2 ** 20,
    memoryMethod: 'VmHWM',
    memoryLogError: 0,
    gpuMemoryBytes: null,
    gpuMemoryMethod: 'no GPU was used',
    params: 10e6,
    macs: 2e9,
    fileBytes: 40e6,
    energyJ: null,
    energyMethod: 'no counter can be read',
    top1: 70,
    top5: 90,
    accuracySource: 'test',
    licence: null,
    flags: [],
    resultId: null,
    ...rest,
  };
}

/** No two values that differ by rounding alone. */
function thousandths(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min: min * 1000, max: max * 1000 }).map((value) => value / 1000);
}

/** Devices full of models: ties, absent readings, intervals from none to wide, several variants of one model. */
export const observationList: fc.Arbitrary<Observation[]> = fc
  .uniqueArray(
    fc.record({
      name: fc.integer({ min: 0, max: 25 }),
      precision: fc.constantFrom('fp32', 'int8'),
      latencyMs: thousandths(1, 100),
      halfWidth: thousandths(0, 0.5),
      processes: fc.integer({ min: 1, max: 12 }),
      origin: fc.constantFrom('measured' as const, 'measured' as const, 'published' as const),
      memoryMb: fc.option(fc.integer({ min: 10, max: 1000 })),
      params: fc.integer({ min: 1, max: 100 }),
      top1: fc.integer({ min: 50, max: 60 }),
    }),
    { selector: ({ name, precision }) => `${name} ${precision}`, maxLength: 40 },
  )
  .map((rows) =>
    rows.map(({ name, memoryMb, params, ...row }) =>
      observation({
        ...row,
        model: `model${name}`,
        // A model has one accuracy and one parameter count, whatever its variants.
        top1: 50 + ((name * 7) % 11),
        params: (params + name) * 1e6,
        memoryBytes: memoryMb === null ? null : memoryMb * 2 ** 20,
        memoryMethod: memoryMb === null ? 'this platform gives none' : 'VmHWM',
      }),
    ),
  );

export const limitsList = fc.record({
  maxLatencyMs: fc.option(fc.double({ min: 1, max: 100, noNaN: true })),
  minFps: fc.option(fc.double({ min: 10, max: 500, noNaN: true })),
  maxP99Ms: fc.option(fc.double({ min: 1, max: 100, noNaN: true })),
  maxMemoryBytes: fc.option(fc.double({ min: 10 * 2 ** 20, max: 1000 * 2 ** 20, noNaN: true })),
  maxParams: fc.option(fc.double({ min: 1e6, max: 125e6, noNaN: true })),
  minTop1: fc.option(fc.double({ min: 40, max: 62, noNaN: true })),
});
