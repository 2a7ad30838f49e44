import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { median, pooledQuantiles, quantile, sorted } from '../../main/measure/quantiles.ts';

const latencies = fc.array(fc.double({ min: 1e-3, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 60 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('quantiles', () => {
  test('are those of R and NumPy', () => {
    // quantile(c(1, 2, 4, 8, 16), c(0.1, 0.25, 0.5, 0.9), type = 7)
    const values = sorted([16, 2, 8, 1, 4]);
    expect([0.1, 0.25, 0.5, 0.9].map((p) => quantile(values, p))).toEqual([1.4, 2, 4, 12.8]);
  });

  test('lie between the extremes and never fall as p rises', () => {
    fc.assert(
      fc.property(latencies, share, share, (values, p, q) => {
        const ordered = sorted(values);
        const [low, high] = [quantile(ordered, Math.min(p, q)), quantile(ordered, Math.max(p, q))];
        expect(low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(high).toBeLessThanOrEqual(Math.max(...values));
        expect(low).toBeLessThanOrEqual(high + 1e-9 * high);
      }),
    );
  });

  test('scale with their values', () => {
    fc.assert(
      fc.property(latencies, share, fc.double({ min: 0.1, max: 100, noNaN: true }), (values, p, factor) => {
        const scaled = quantile(sorted(values.map((value) => value * factor)), p);
        expect(scaled / (factor * quantile(sorted(values), p))).toBeCloseTo(1, 9);
      }),
    );
  });

  test('of no values is an error', () => {
    expect(() => median(sorted([]))).toThrow(RangeError);
  });
});

describe('quantiles pooled over processes', () => {
  test('of one process are its own', () => {
    fc.assert(
      fc.property(latencies, share, (values, p) => {
        expect(pooledQuantiles([sorted(values)], [p])).toEqual([quantile(sorted(values), p)]);
      }),
    );
  });

  test('of processes with different numbers of runs lie between the extremes', () => {
    fc.assert(
      fc.property(latencies, latencies, (one, other) => {
        const [a, b] = [sorted(one), sorted(other)];
        const [single = 0] = pooledQuantiles([a, b], [0.5]);
        const [low, high] = [Math.min(a[0] ?? 0, b[0] ?? 0), Math.max(a.at(-1) ?? 0, b.at(-1) ?? 0)];
        expect(single).toBeGreaterThanOrEqual(low * (1 - 1e-9));
        expect(single).toBeLessThanOrEqual(high * (1 + 1e-9));
      }),
    );
  });

  test('give a slow process with few runs the weight of a fast one with many', () => {
    const fast = sorted(Array.from({ length: 1000 }, (_, i) => 1 + i / 1e5));
    const slow = sorted([5, 5.1, 5.2]);
    const [quarter = 0, threeQuarters = 0] = pooledQuantiles([fast, slow], [0.25, 0.75]);
    expect(quarter).toBeLessThan(1.1);
    expect(threeQuarters).toBeGreaterThan(4.9);
  });
});
