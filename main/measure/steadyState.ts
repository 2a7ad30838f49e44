import { medianOf } from './quantiles.ts';

/** Blocks that a warm-up is condensed to: enough to see a step, few enough to test in microseconds. */
const blockCount = 48;
/** Fewer runs than this show no steady state. */
export const fewestSteadyRuns = 8;

/**
 * Whether the second half of a warm-up (durations in order, without the very first run) is steady: Pettitt's rank test
 * for a change-point (Applied Statistics 28, 1979, 126–135) on the running median finds none at the 5 % level, or the
 * step that it finds is smaller than `tolerance` (a share). Ranks and medians, so that a lone spike is no change.
 */
export function isSteady(durationsMs: Float64Array, tolerance: number): boolean {
  const half = durationsMs.subarray(durationsMs.length >> 1);
  if (half.length < fewestSteadyRuns) return false;
  const level = runningMedian(half);
  const { at, probability } = changePoint(level);
  if (probability > 0.05) return true;
  const before = medianOf(level.subarray(0, at));
  const after = medianOf(level.subarray(at));
  return Math.abs(after - before) <= tolerance * Math.min(before, after);
}

/** Medians of consecutive blocks of equal length; the values themselves where there are few. */
function runningMedian(durations: Float64Array): Float64Array {
  const size = Math.ceil(durations.length / blockCount);
  if (size === 1) return durations;
  return Float64Array.from({ length: Math.floor(durations.length / size) }, (_, block) =>
    medianOf(durations.subarray(block * size, (block + 1) * size)),
  );
}

/** The likeliest change-point (index of the first value after it) and the probability of such a step by chance. */
function changePoint(values: Float64Array): { at: number; probability: number } {
  const n = values.length;
  let at = 1;
  let largest = 0;
  let running = 0;
  for (let split = 1; split < n; split++) {
    // U(t) = U(t − 1) + Σ_j sign(x_t − x_j)
    const value = values[split - 1] ?? 0;
    for (const other of values) running += Math.sign(value - other);
    if (Math.abs(running) > largest) {
      largest = Math.abs(running);
      at = split;
    }
  }
  return { at, probability: 2 * Math.exp((-6 * largest * largest) / (n ** 3 + n ** 2)) };
}
