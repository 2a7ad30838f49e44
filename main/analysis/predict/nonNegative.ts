/** Sums of products of rows (x, y): all that a least-squares fit needs of them. Rows can be taken out again. */
export class NormalEquations {
  readonly columns: number;
  readonly products: Float64Array;
  readonly targets: Float64Array;
  rows = 0;

  constructor(columns: number) {
    this.columns = columns;
    this.products = new Float64Array(columns * columns);
    this.targets = new Float64Array(columns);
  }

  /** Adds a row; with `sign` −1 takes it out. */
  add(x: readonly number[], y: number, sign: 1 | -1 = 1): void {
    for (let i = 0; i < this.columns; i++) {
      const value = sign * (x[i] ?? 0);
      if (value === 0) continue;
      this.targets[i] = (this.targets[i] ?? 0) + value * y;
      for (let j = 0; j < this.columns; j++) {
        const at = i * this.columns + j;
        this.products[at] = (this.products[at] ?? 0) + value * (x[j] ?? 0);
      }
    }
    this.rows += sign;
  }
}

const mostSweeps = 300;
/** Shrinkage as a share of each column's own size: columns that say the same share the weight instead of fighting for it. */
const ridge = 1e-3;

/**
 * Weights ≥ 0 with the least squared error, by coordinate descent on the normal equations (Franc, Hlaváč and Navara,
 * "Sequential coordinate-wise algorithm for the non-negative least squares problem", 2005). `start` shortens the way
 * where a similar problem was solved before.
 */
export function nonNegativeWeights(equations: NormalEquations, start?: Float64Array): Float64Array {
  const { columns, products, targets } = equations;
  const weights = start === undefined ? new Float64Array(columns) : start.slice();
  const diagonal = (j: number): number => (products[j * columns + j] ?? 0) * (1 + ridge);
  // gradient = (A + ridge) w − b, kept up to date as single weights change.
  const gradient = new Float64Array(columns);
  for (let i = 0; i < columns; i++) {
    let sum = ridge * (products[i * columns + i] ?? 0) * (weights[i] ?? 0) - (targets[i] ?? 0);
    for (let j = 0; j < columns; j++) sum += (products[i * columns + j] ?? 0) * (weights[j] ?? 0);
    gradient[i] = sum;
  }
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let largest = 0;
    for (let j = 0; j < columns; j++) {
      const scale = diagonal(j);
      if (scale <= 0) continue;
      const before = weights[j] ?? 0;
      const after = Math.max(0, before - (gradient[j] ?? 0) / scale);
      const change = after - before;
      if (change === 0) continue;
      weights[j] = after;
      largest = Math.max(largest, Math.abs(change) * Math.sqrt(scale));
      gradient[j] = (gradient[j] ?? 0) + change * ridge * (products[j * columns + j] ?? 0);
      for (let i = 0; i < columns; i++)
        gradient[i] = (gradient[i] ?? 0) + change * (products[i * columns + j] ?? 0);
    }
    if (largest < 1e-7 * Math.sqrt(Math.max(1, equations.rows))) break;
  }
  return weights;
}
