import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kendall } from '../../main/analysis/rankCorrelation.ts';

const few = fc.integer({ min: 0, max: 6 });

test("Kendall's tau-b is that of all pairs looked at one by one, with ties", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(few, few), { maxLength: 40 }), (points) => {
      const [x, y] = [points.map(([value]) => value), points.map(([, value]) => value)];
      const expected = byAllPairs(points);
      const found = kendall(x, y);
      if (expected === null) expect(found).toBeNull();
      else expect(found).toBeCloseTo(expected, 12);
    }),
  );
});

function byAllPairs(points: readonly [number, number][]): number | null {
  let [balance, untiedX, untiedY] = [0, 0, 0];
  for (const [i, [x, y]] of points.entries()) {
    for (const [otherX, otherY] of points.slice(0, i)) {
      balance += Math.sign(x - otherX) * Math.sign(y - otherY);
      untiedX += Math.abs(Math.sign(x - otherX));
      untiedY += Math.abs(Math.sign(y - otherY));
    }
  }
  return untiedX === 0 || untiedY === 0 ? null : balance / Math.sqrt(untiedX * untiedY);
}
