import { describe, expect, test } from 'vitest';
import { normals, seededRandom } from '../../main/measure/random.ts';
import { isSteady } from '../../main/measure/steadyState.ts';

/** Latencies around `level(run)` ms with 2 % of noise. */
function series(runs: number, seed: number, level: (run: number) => number): Float64Array {
  const normal = normals(seededRandom(seed));
  return Float64Array.from({ length: runs }, (_, run) => level(run) * Math.exp(0.02 * normal()));
}

/** How many of 200 seeds call such a series steady. */
function steadyShare(runs: number, level: (run: number) => number): number {
  const seeds = Array.from({ length: 200 }, (_, seed) => seed);
  return seeds.filter((seed) => isSteady(series(runs, seed, level), 0.02)).length / seeds.length;
}

describe('the steady state', () => {
  test('is seen at once where nothing changes', () => {
    for (const runs of [16, 40, 300, 5000]) expect(steadyShare(runs, () => 10)).toBeGreaterThan(0.93);
  });

  test('is not seen while the latency still falls', () => {
    for (const runs of [30, 100, 1000]) {
      expect(steadyShare(runs, (run) => 10 + 6 * Math.exp((-2 * run) / runs))).toBeLessThan(0.05);
    }
  });

  test('is not seen right after a step', () => {
    expect(steadyShare(100, (run) => (run < 75 ? 12 : 10))).toBe(0);
  });

  test('is seen once the step lies behind', () => {
    expect(steadyShare(100, (run) => (run < 30 ? 12 : 10))).toBeGreaterThan(0.93);
  });

  test('is not put off by a lone spike', () => {
    expect(steadyShare(100, (run) => (run === 80 ? 300 : 10))).toBeGreaterThan(0.93);
  });

  test('cannot be told from a handful of runs', () => {
    expect(
      isSteady(
        series(12, 1, () => 10),
        0.02,
      ),
    ).toBe(false);
  });

  test('is not put off by a step too small to matter', () => {
    expect(steadyShare(5000, (run) => (run < 4000 ? 10.05 : 10))).toBe(1);
  });
});
