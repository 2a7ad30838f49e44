/** Similarity of two models by their traits. */
export type Kernel = (a: Float64Array, b: Float64Array) => number;

/**
 * Regression by a Gaussian process with mean 0 (Rasmussen and Williams, "Gaussian Processes for Machine Learning", 2006,
 * algorithm 2.1), for inputs that stay and targets that change: the inverse is computed once.
 */
export class GaussianProcess {
  readonly #inputs: readonly Float64Array[];
  readonly #kernel: Kernel;
  /** (K + noise)⁻¹, row by row. */
  readonly #inverse: readonly Float64Array[];

  /** `noise`: variance of each target's error. */
  constructor(inputs: readonly Float64Array[], noise: readonly number[], kernel: Kernel) {
    this.#inputs = inputs;
    this.#kernel = kernel;
    const matrix = inputs.map((a, i) =>
      Float64Array.from({ length: i + 1 }, (_, j) => {
        const b = inputs[j] ?? a;
        return kernel(a, b) + (i === j ? (noise[i] ?? 0) : 0);
      }),
    );
    this.#inverse = inverseOf(matrix);
  }

  /** What prediction needs of the targets: (K + noise)⁻¹ y. */
  weights(targets: readonly number[]): Float64Array {
    return Float64Array.from(this.#inverse, (row) => dot(row, targets));
  }

  mean(weights: Float64Array, input: Float64Array): number {
    return dot(
      weights,
      this.#inputs.map((known) => this.#kernel(known, input)),
    );
  }

  /** Variance of the function at `input`, without the noise of an observation there. */
  variance(input: Float64Array): number {
    const similar = this.#inputs.map((known) => this.#kernel(known, input));
    const explained = this.#inverse.reduce((sum, row, i) => sum + (similar[i] ?? 0) * dot(row, similar), 0);
    return Math.max(1e-9, this.#kernel(input, input) - explained);
  }

  /**
   * What the process would say of the inputs `left` had it never seen them, given all targets (those of `left` do not
   * matter): the block form of the leave-one-out identity (section 5.4.2 there). Errors are of an observation, noise included.
   */
  without(left: readonly number[], targets: readonly number[]): { error: number; variance: number }[] {
    const block = left.map((i, row) =>
      Float64Array.from({ length: row + 1 }, (_, column) => this.#inverse[i]?.[left[column] ?? i] ?? 0),
    );
    const inverse = inverseOf(block);
    const pulls = left.map((i) => dot(this.#inverse[i] ?? new Float64Array(0), targets));
    return inverse.map((row, index) => ({ error: dot(row, pulls), variance: row[index] ?? 0 }));
  }
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Inverse of a symmetric positive definite matrix given by its lower rows, by Cholesky's decomposition. */
function inverseOf(lower: readonly Float64Array[]): Float64Array[] {
  const n = lower.length;
  const factor = lower.map((row) => row.slice());
  for (let i = 0; i < n; i++) {
    const row = factor[i] ?? new Float64Array(0);
    for (let j = 0; j <= i; j++) {
      const other = factor[j] ?? row;
      let sum = row[j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (row[k] ?? 0) * (other[k] ?? 0);
      row[j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (other[j] ?? 1);
    }
  }
  // The factor's inverse, again lower; then L⁻ᵀ L⁻¹.
  const inverse = Array.from({ length: n }, (_, i) => new Float64Array(i + 1));
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      const row = factor[i] ?? new Float64Array(0);
      let sum = i === j ? 1 : 0;
      for (let k = j; k < i; k++) sum -= (row[k] ?? 0) * (inverse[k]?.[j] ?? 0);
      const target = inverse[i];
      if (target !== undefined) target[j] = sum / (row[i] ?? 1);
    }
  }
  const full = Array.from({ length: n }, () => new Float64Array(n));
  for (let k = 0; k < n; k++) {
    const row = inverse[k] ?? new Float64Array(0);
    for (let i = 0; i <= k; i++) {
      const target = full[i];
      const value = row[i] ?? 0;
      if (target === undefined || value === 0) continue;
      for (let j = 0; j <= k; j++) target[j] = (target[j] ?? 0) + value * (row[j] ?? 0);
    }
  }
  return full;
}
