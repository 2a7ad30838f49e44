/**
 * The exact rank-sum test of Mann and Whitney (1947) and the shift interval that belongs to it (Hodges and Lehmann,
 * 1963; Bauer, 1972): distribution-free, 95 % as efficient as Student's t on normal values, and unmoved by the single
 * slow process that ruins a t-test.
 */
export interface Shift {
  /** Median of all differences y − x. */
  readonly shift: number;
  readonly low: number;
  readonly high: number;
}

/** By how much `y` lies above `x`, with an interval of at least `level`; null where there are too few values for it. */
export function shiftBetween(x: readonly number[], y: readonly number[], level: number): Shift | null {
  const critical = criticalU(x.length, y.length, 1 - level);
  if (critical === null) return null;
  const differences = Float64Array.from(x.flatMap((from) => y.map((to) => to - from))).sort();
  const count = differences.length;
  const middle = ((differences[(count - 1) >> 1] ?? 0) + (differences[count >> 1] ?? 0)) / 2;
  return {
    shift: middle,
    low: differences[critical] ?? Number.NaN,
    high: differences[count - 1 - critical] ?? Number.NaN,
  };
}

const criticalValues = new Map<string, number | null>();

/**
 * The largest u with 2 P(U ≤ u) ≤ alpha under no shift, where U counts the pairs with y below x: as many differences
 * may be left out at each end. null where even U = 0 is likelier than that.
 */
function criticalU(n: number, m: number, alpha: number): number | null {
  const key = `${n} ${m} ${alpha}`;
  const known = criticalValues.get(key);
  if (known !== undefined) return known;
  const counts = arrangementCounts(n, m);
  const total = Number(counts.reduce((sum, count) => sum + count, 0n));
  let tail = 0;
  let critical: number | null = null;
  for (const [u, count] of counts.entries()) {
    tail += Number(count) / total;
    if (2 * tail > alpha) break;
    critical = u;
  }
  criticalValues.set(key, critical);
  return critical;
}

/** Number of orders of n + m values for each value of U: the coefficients of the Gaussian binomial. */
function arrangementCounts(n: number, m: number): bigint[] {
  // Multiply by (1 − q^(m+i)) and divide by (1 − q^i) for i = 1 … n; every intermediate result is a polynomial.
  let counts = [1n];
  for (let i = 1; i <= n; i++) {
    const product = [...counts, ...new Array<bigint>(m + i).fill(0n)];
    counts.forEach((count, degree) => {
      product[degree + m + i] = (product[degree + m + i] ?? 0n) - count;
    });
    for (let degree = i; degree < product.length; degree++) {
      product[degree] = (product[degree] ?? 0n) + (product[degree - i] ?? 0n);
    }
    counts = product.slice(0, m * i + 1);
  }
  return counts;
}
