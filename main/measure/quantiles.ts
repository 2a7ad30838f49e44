/** Values in ascending order. */
export type Sorted = Float64Array;

/** A sorted copy; NaN is a bug of the caller. */
export function sorted(values: ArrayLike<number>): Sorted {
  return Float64Array.from(values).sort();
}

/**
 * Quantile `p` (0 … 1) of sorted values: type 7 of Hyndman and Fan ("Sample quantiles in statistical packages", 1996),
 * the linear interpolation that R, NumPy and spreadsheets use by default. Throws where there are no values.
 */
export function quantile(values: Sorted, p: number): number {
  const last = values.length - 1;
  const position = last * p;
  const below = Math.floor(position);
  const low = at(values, below);
  return low + (at(values, Math.min(below + 1, last)) - low) * (position - below);
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: Sorted): number {
  return quantile(values, 0.5);
}

/** Median of values in any order. */
export function medianOf(values: ArrayLike<number>): number {
  return median(sorted(values));
}

/** A value and its share of the whole. */
interface Weighted {
  readonly value: number;
  readonly weight: number;
}

/**
 * Quantiles of several processes' samples taken together, each process with the same weight however many runs it made:
 * a slow process that fitted few runs into its time counts as much as a fast one. Type 7 with weights (Akinshin,
 * "Weighted quantile estimators", arXiv 2304.07265, with Kish's effective size); with equal counts it is type 7 of all
 * samples pooled.
 */
export function pooledQuantiles(processes: readonly Sorted[], probabilities: readonly number[]): number[] {
  const first = processes[0];
  if (first !== undefined && processes.every((process) => process.length === first.length)) {
    const pooled = concatenated(processes).sort();
    return probabilities.map((p) => quantile(pooled, p));
  }
  const all: Weighted[] = processes
    .flatMap((process) =>
      Array.from(process, (value) => ({ value, weight: 1 / (process.length * processes.length) })),
    )
    .sort((x, y) => x.value - y.value);
  const effectiveSize = 1 / all.reduce((sum, { weight }) => sum + weight ** 2, 0);
  return probabilities.map((p) => weightedQuantile(all, effectiveSize, p));
}

function weightedQuantile(all: readonly Weighted[], effectiveSize: number, p: number): number {
  // The quantile is the mean over a window of width 1/n* of the cumulated weight, placed as type 7 places it.
  const start = ((effectiveSize - 1) * p) / effectiveSize;
  const width = 1 / effectiveSize;
  const shareBefore = (cumulated: number): number => Math.min(1, Math.max(0, (cumulated - start) / width));
  let cumulated = 0;
  let total = 0;
  let covered = 0;
  for (const { value, weight } of all) {
    const before = shareBefore(cumulated);
    cumulated += weight;
    const share = shareBefore(cumulated) - before;
    total += share * value;
    covered += share;
  }
  return total / covered;
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function at(values: Sorted, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no value at ${index} of ${values.length}`);
  return value;
}
