import type { Sorted } from './quantiles.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Interval of the median of whatever distribution `values` (independent, sorted) came from, at confidence `level`.
 * Distribution-free: the median lies between the k-th lowest and the k-th highest of n values with a probability that
 * is binomial. Between two attainable levels it interpolates (Hettmansperger and Sheather, "Confidence intervals based
 * on interpolated order statistics", 1986). null where n is too small for the level: 95 % takes six values.
 */
export function medianInterval(values: Sorted, level: number): Interval | null {
  const n = values.length;
  const rank = intervalRank(n, level);
  if (rank === null) return null;
  return { low: atRank(values, rank), high: atRank(values, n + 1 - rank) };
}

const ranks = new Map<string, number | null>();

/** The (fractional) rank of the lower end, counted from 1; null where even the extremes do not reach the level. */
function intervalRank(n: number, level: number): number | null {
  const key = `${n} ${level}`;
  const known = ranks.get(key);
  if (known !== undefined) return known;
  const rank = n > 400 ? largeSampleRank(n, level) : exactRank(n, level);
  ranks.set(key, rank);
  return rank;
}

function exactRank(n: number, level: number): number | null {
  // Coverage of [k-th lowest, k-th highest] is 1 − 2 P(Binomial(n, ½) < k).
  let term = 0.5 ** n;
  let tail = 0;
  let coverage = 1;
  for (let k = 1; k <= n / 2; k++) {
    tail += term;
    term *= (n - k + 1) / k;
    const narrower = 1 - 2 * tail;
    if (narrower < level) {
      if (k === 1) return null;
      const depth = k - 1;
      const share = (coverage - level) / (coverage - narrower);
      return depth + ((n - depth) * share) / (depth + (n - 2 * depth) * share);
    }
    coverage = narrower;
  }
  return null;
}

/** Normal approximation of the same binomial, good to a hundredth of a rank at these sizes. */
function largeSampleRank(n: number, level: number): number {
  return (n + 1) / 2 - (normalQuantile((1 + level) / 2) * Math.sqrt(n)) / 2;
}

function atRank(values: Sorted, rank: number): number {
  const below = Math.floor(rank);
  const low = values[below - 1] ?? Number.NaN;
  if (rank === below) return low;
  return low + ((values[below] ?? Number.NaN) - low) * (rank - below);
}

/** Quantile of the standard normal to 4.5e-4 (Abramowitz and Stegun, 26.2.23), for p above one half. */
export function normalQuantile(p: number): number {
  const t = Math.sqrt(-2 * Math.log(1 - p));
  return (
    t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
  );
}
