import { expect, test } from 'vitest';
import { normalCdf, studentT95, studentTCdf, studentTStrata } from '../../main/analysis/studentT.ts';

test("Student's t agrees with the printed tables", () => {
  for (const [degrees, quantile] of [
    [1, 12.7062],
    [2, 4.30265],
    [4, 2.77645],
    [9, 2.26216],
    [30, 2.04227],
    [Number.POSITIVE_INFINITY, 1.95996],
  ] as const) {
    expect(studentT95(degrees)).toBeCloseTo(quantile, 3);
    expect(studentTCdf(quantile, degrees)).toBeCloseTo(0.975, 5);
    expect(studentTCdf(-quantile, degrees)).toBeCloseTo(0.025, 5);
  }
  expect(studentTCdf(0, 7)).toBe(0.5);
  expect(normalCdf(1)).toBeCloseTo(0.8413447, 6);
});

test('strata are symmetrical and equally probable', () => {
  const strata = studentTStrata(5, 8);
  for (const [index, value] of strata.entries()) {
    expect(studentTCdf(value, 5)).toBeCloseTo((index + 0.5) / 8, 6);
    expect(value).toBeCloseTo(-(strata[7 - index] ?? Number.NaN), 6);
  }
});
