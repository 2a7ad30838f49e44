import { assumedProcessDeviation, centreInterval } from './grandMedian.ts';
import { normalQuantile } from './medianInterval.ts';
import { medianOf, sorted } from './quantiles.ts';
import { shiftBetween, type Shift } from './rankSum.ts';
import { studentTQuantile } from '../analysis/studentT.ts';

export type Verdict = 'faster' | 'slower' | 'no difference found';

export interface LatencyComparison {
  /** Candidate's latency over the baseline's: 0.9 is 10 % faster. */
  readonly ratio: number;
  /** 95 % interval of the ratio. */
  readonly low: number;
  readonly high: number;
  /** What the candidate is, compared with the baseline. */
  readonly verdict: Verdict;
  /** The smallest slowdown, as a ratio, that a comparison of this precision finds nine times in ten. */
  readonly detectableRatio: number;
}

/**
 * Nominal level of one comparison: with results whose number of processes was itself decided by how they agreed, 3.3 %
 * keeps the share of A/A comparisons called "different" under 5 % (test/measure/coverage.test.ts).
 */
const comparisonLevel = 0.967;

/**
 * Compares two results by the median latencies of their processes, in ms.
 *
 * Unpaired: exact rank sums on the logarithms, pooled Student's t where there are too few processes for ranks (under
 * four each), an assumed deviation between processes under three. `paired`: the n-th processes ran next to each other
 * (one run, interleaved), and there are at least three; then their ratios are taken, and noise that both saw cancels.
 * Name the differences in conditions first: see `differences` in comparability.ts.
 */
export function compareLatency(
  baselineMs: readonly number[],
  candidateMs: readonly number[],
  { paired = false }: { paired?: boolean } = {},
): LatencyComparison {
  if (baselineMs.length === 0 || candidateMs.length === 0) {
    throw new RangeError('a comparison needs at least one process on each side');
  }
  const pairs = Math.min(baselineMs.length, candidateMs.length);
  if (paired && pairs >= 3) {
    const ratios = sorted(baselineMs.slice(0, pairs).map((ms, index) => (candidateMs[index] ?? ms) / ms));
    const { low, high } = centreInterval(ratios, 0.965);
    return concluded({ shift: Math.log(medianOf(ratios)), low: Math.log(low), high: Math.log(high) });
  }
  const x = baselineMs.map(Math.log);
  const y = candidateMs.map(Math.log);
  return concluded(
    pairs < 3 ? assumedShift(x, y) : (shiftBetween(x, y, comparisonLevel) ?? pooledShift(x, y)),
  );
}

function concluded({ shift, low, high }: Shift): LatencyComparison {
  // An effect is found nine times in ten when it lies z(0.9) standard errors beyond the interval's half width.
  const detectable = ((high - low) / 2) * (1 + normalQuantile(0.9) / normalQuantile(0.975));
  return {
    ratio: Math.exp(shift),
    low: Math.exp(low),
    high: Math.exp(high),
    verdict: low > 0 ? 'slower' : high < 0 ? 'faster' : 'no difference found',
    detectableRatio: Math.exp(detectable),
  };
}

/** Student's two-sample t with pooled variance: at three values a side, Welch's variant finds a third less. */
function pooledShift(x: readonly number[], y: readonly number[]): Shift {
  const degrees = x.length + y.length - 2;
  const variance = (squares(x) + squares(y)) / degrees;
  const shift = mean(y) - mean(x);
  const margin =
    studentTQuantile((1 + comparisonLevel) / 2, degrees) *
    Math.sqrt(variance * (1 / x.length + 1 / y.length));
  return { shift, low: shift - margin, high: shift + margin };
}

/** One or two processes on a side say nothing of how processes differ. */
function assumedShift(x: readonly number[], y: readonly number[]): Shift {
  const degrees = x.length + y.length - 2;
  const seen = degrees > 0 ? Math.sqrt((squares(x) + squares(y)) / degrees) : 0;
  const deviation = Math.max(assumedProcessDeviation, seen);
  const shift = medianOf(y) - medianOf(x);
  const margin =
    normalQuantile((1 + comparisonLevel) / 2) * deviation * Math.sqrt(1 / x.length + 1 / y.length);
  return { shift, low: shift - margin, high: shift + margin };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squares(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}
