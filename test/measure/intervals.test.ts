import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grandMedian, lookLevel } from '../../main/measure/grandMedian.ts';
import { medianInterval, normalQuantile } from '../../main/measure/medianInterval.ts';
import { sorted } from '../../main/measure/quantiles.ts';
import { seededRandom } from '../../main/measure/random.ts';
import { shiftBetween } from '../../main/measure/rankSum.ts';
import { studentTQuantile } from '../../main/analysis/studentT.ts';

const positive = fc.double({ min: 1e-3, max: 1e4, noNaN: true });

describe('quantiles of the distributions behind the intervals', () => {
  test("Student's t is the table's", () => {
    expect(studentTQuantile(0.975, 1)).toBeCloseTo(12.7062, 3);
    expect(studentTQuantile(0.975, 4)).toBeCloseTo(2.77645, 4);
    expect(studentTQuantile(0.95, 10)).toBeCloseTo(1.81246, 4);
    expect(studentTQuantile(0.025, 10)).toBeCloseTo(-2.22814, 4);
    expect(studentTQuantile(0.975, 1e6)).toBeCloseTo(1.95997, 3);
  });

  test("the normal is the table's", () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.95996, 3);
    expect(normalQuantile(0.9)).toBeCloseTo(1.28155, 3);
  });

  test('the same seed gives the same numbers, evenly spread', () => {
    const [one, again] = [seededRandom(5), seededRandom(5)];
    const numbers = Array.from({ length: 10_000 }, one);
    expect(Array.from({ length: 10_000 }, again)).toEqual(numbers);
    expect(numbers.every((number) => number > 0 && number < 1)).toBe(true);
    expect(numbers.reduce((sum, number) => sum + number, 0) / numbers.length).toBeCloseTo(0.5, 1);
  });
});

describe('the interval of a median by order statistics', () => {
  test('cannot be had from five values', () => {
    expect(medianInterval(sorted([1, 2, 3, 4, 5]), 0.95)).toBeNull();
  });

  test('of ten values is that of the textbook: between the 2nd and 3rd from either end', () => {
    // Hettmansperger and Sheather: 97.85 % at depth 2, 89.06 % at depth 3.
    const interval = medianInterval(sorted([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), 0.95);
    const share = ((10 - 2) * 0.3242) / (2 + (10 - 4) * 0.3242);
    expect(interval?.low).toBeCloseTo(2 + share, 2);
    expect(interval?.high).toBeCloseTo(9 - share, 2);
  });

  test('holds the median, lies within the values, and widens with the level', () => {
    fc.assert(
      fc.property(fc.array(positive, { minLength: 8, maxLength: 500 }), (values) => {
        const ordered = sorted(values);
        const narrow = medianInterval(ordered, 0.9);
        const wide = medianInterval(ordered, 0.96);
        const middle = ordered[values.length >> 1] ?? 0;
        if (narrow === null || wide === null) throw new Error('no interval');
        expect(wide.low).toBeLessThanOrEqual(narrow.low * (1 + 1e-9));
        expect(wide.high).toBeGreaterThanOrEqual(narrow.high * (1 - 1e-9));
        expect(narrow.low).toBeLessThanOrEqual(middle);
        expect(wide.low).toBeGreaterThanOrEqual(ordered[0] ?? 0);
        expect(wide.high).toBeLessThanOrEqual(ordered.at(-1) ?? 0);
      }),
    );
  });

  test('changes little where the exact ranks give way to their approximation', () => {
    const values = sorted(Array.from({ length: 402 }, (_, index) => index + 1));
    const exact = medianInterval(values.subarray(0, 400), 0.95);
    const approximate = medianInterval(values, 0.95);
    expect(Math.abs((approximate?.low ?? 0) - (exact?.low ?? 0))).toBeLessThan(2);
  });
});

describe('the grand median', () => {
  const processes = fc.array(fc.array(positive, { minLength: 5, maxLength: 30 }).map(sorted), {
    minLength: 1,
    maxLength: 20,
  });

  test('lies in its interval, whatever the processes', () => {
    fc.assert(
      fc.property(processes, fc.constantFrom(0.95 as const, 0.965 as const), (samples, level) => {
        const { median, low, high } = grandMedian(samples, level);
        expect(low).toBeLessThanOrEqual(median * (1 + 1e-9));
        expect(high).toBeGreaterThanOrEqual(median * (1 - 1e-9));
      }),
    );
  });

  test('scales with the samples, interval and all', () => {
    fc.assert(
      fc.property(processes, fc.double({ min: 0.01, max: 100, noNaN: true }), (samples, factor) => {
        const before = grandMedian(samples, 0.95);
        const after = grandMedian(
          samples.map((process) => process.map((ms) => ms * factor)),
          0.95,
        );
        for (const end of ['median', 'low', 'high'] as const) {
          expect(after[end] / (before[end] * factor)).toBeCloseTo(1, 6);
        }
      }),
    );
  });

  test('does not depend on the order of the processes', () => {
    fc.assert(
      fc.property(processes, (samples) => {
        expect(grandMedian([...samples].reverse(), 0.95)).toEqual(grandMedian(samples, 0.95));
      }),
    );
  });

  test('of one process is never surer than processes were seen to agree', () => {
    const { low, high } = grandMedian([sorted(Array.from({ length: 1000 }, () => 10))], 0.965);
    expect(high / low).toBeGreaterThan(1.07);
  });

  test('is looked at with a surer level where looking decides when to stop', () => {
    expect(lookLevel({ minProcesses: 5, maxProcesses: 5 })).toBe(0.95);
    expect(lookLevel({ minProcesses: 3, maxProcesses: 10 })).toBe(0.965);
  });
});

describe('the shift between two groups by ranks', () => {
  test('leaves out as many differences as the exact test allows', () => {
    // Critical value of U at 5 % (two-sided) for 5 and 5 is 2: the third difference from each end.
    const x = [1, 2, 3, 4, 5];
    const y = [11.1, 12.2, 13.3, 14.4, 15.5];
    const differences = x.flatMap((from) => y.map((to) => to - from)).sort((a, b) => a - b);
    const shift = shiftBetween(x, y, 0.95);
    expect(shift?.low).toBeCloseTo(differences[2] ?? 0, 12);
    expect(shift?.high).toBeCloseTo(differences[22] ?? 0, 12);
    expect(shift?.shift).toBeCloseTo(differences[12] ?? 0, 12);
  });

  test('cannot be had from three and three', () => {
    expect(shiftBetween([1, 2, 3], [4, 5, 6], 0.95)).toBeNull();
  });

  test('turns round when the groups are exchanged', () => {
    const group = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 4, maxLength: 20 });
    fc.assert(
      fc.property(group, group, (x, y) => {
        const there = shiftBetween(x, y, 0.95);
        const back = shiftBetween(y, x, 0.95);
        expect(there === null).toBe(back === null);
        if (there === null || back === null) return;
        expect(back.shift).toBeCloseTo(-there.shift, 9);
        expect(back.low).toBeCloseTo(-there.high, 9);
      }),
    );
  });
});
