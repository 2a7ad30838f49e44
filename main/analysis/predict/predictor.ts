import { quantile } from '../lineFit.ts';
import { GaussianProcess, type Kernel } from './gaussianProcess.ts';
import type { GraphFeatures } from './graphFeatures.ts';
import { NormalEquations, nonNegativeWeights } from './nonNegative.ts';
import { traitsOf, type Columns } from './traits.ts';

/** One known value (a latency in ms, a memory in bytes) of one model at one batch size. */
export interface Sample {
  readonly family: string;
  readonly features: GraphFeatures;
  readonly batch: number;
  readonly value: number;
  /** Relative standard error of the value; 0 where not known. */
  readonly relativeError: number;
}

export interface Prediction {
  readonly value: number;
  /** Standard deviation of the value's logarithm, calibrated on families that were left out. */
  readonly spread: number;
}

/** How far off predictions are for families that the predictor has not seen (leave one family out). */
export interface Validation {
  readonly samples: number;
  readonly families: number;
  readonly medianError: number;
  readonly p90Error: number;
  /** Share of samples that are predicted to within 10 %. */
  readonly withinTenth: number;
  /** log(predicted / known) of each sample, in the order given. */
  readonly logErrors: readonly number[];
}

/**
 * Predicts a positive quantity of any backbone on one device from its graph: the product of a mean (what the work should
 * cost, or what another device suggests) and a correction learned from models that are alike.
 */
export interface Predictor {
  predict(features: GraphFeatures, batch: number): Prediction;
  /** The value alone, which takes far less time; remembered. */
  value(features: GraphFeatures, batch: number): number;
  readonly validation: Validation;
  /** How traits are brought to one scale, for a predictor that builds on this one. */
  readonly scale: Scale;
}

interface Scale {
  readonly centre: Float64Array;
  readonly width: Float64Array;
}

/** The mean before correction, as a logarithm; `leftOut`: with these samples unseen. */
interface Mean {
  log(features: GraphFeatures, batch: number): number;
  logWithout(leftOut: readonly number[]): (index: number) => number;
}

/** Samples from which the cost of each kind of work can be told. */
const enoughForWork = { samples: 40, families: 8 };
/** Variances of a sample's own error that are tried: 4 % and 13 %, a quiet machine and a busy one. */
const noiseLevels = [0.0016, 0.016];
/** A trait that hardly varies tells little: it is not blown up beyond this. */
const narrowest = 0.15;

/**
 * Fits a predictor. `prior`: one of another device, which is the mean where there are too few samples for a mean of one's
 * own, or where it predicts better. null where there are too few samples and no prior, or fewer than two samples.
 */
export function fitPredictor(
  samples: readonly Sample[],
  columns: Columns,
  prior: Predictor | null = null,
): Predictor | null {
  const families = familiesOf(samples);
  const means: Mean[] = [];
  if (samples.length >= enoughForWork.samples && families.length >= enoughForWork.families)
    means.push(workMean(samples, columns));
  if (prior !== null && samples.length >= 2) means.push(priorMean(samples, prior));
  const scale = prior !== null && samples.length < enoughForWork.samples ? prior.scale : scaleOf(samples);
  const fits = means.flatMap((mean) =>
    noiseLevels.map((noise) => fitCorrection(samples, families, mean, scale, noise)),
  );
  return fits.reduce<Predictor | null>(
    (best, fit) => (best === null || fit.validation.medianError < best.validation.medianError ? fit : best),
    null,
  );
}

/** Indices of the samples of each family; of each sample where there are hardly any families. */
function familiesOf(samples: readonly Sample[]): number[][] {
  const groups = [...Map.groupBy(samples.keys(), (index) => samples[index]?.family).values()];
  return groups.length >= 3 ? groups : samples.map((_, index) => [index]);
}

function workMean(samples: readonly Sample[], columns: Columns): Mean {
  const rows = samples.map(({ features, batch, value }) =>
    columns(features, batch).map((column) => column / value),
  );
  const width = rows[0]?.length ?? 0;
  const equations = new NormalEquations(width);
  // Rows over their value: errors count as shares, so that a slow model weighs no more than a fast one.
  for (const row of rows) equations.add(row, 1);
  const weights = nonNegativeWeights(equations);
  return {
    log: (features, batch) => logSum(columns(features, batch), weights),
    logWithout: (leftOut) => {
      for (const index of leftOut) equations.add(rows[index] ?? [], 1, -1);
      const others = nonNegativeWeights(equations, weights);
      for (const index of leftOut) equations.add(rows[index] ?? [], 1);
      return (index) => logSum(rows[index] ?? [], others) + Math.log(samples[index]?.value ?? 1);
    },
  };
}

function logSum(columns: readonly number[], weights: Float64Array): number {
  const sum = columns.reduce((total, column, index) => total + column * (weights[index] ?? 0), 0);
  return Math.log(Math.max(sum, 1e-12));
}

function priorMean(samples: readonly Sample[], prior: Predictor): Mean {
  const logs = samples.map(({ features, batch }) => Math.log(prior.value(features, batch)));
  const ratios = samples.map(({ value }, index) => Math.log(value) - (logs[index] ?? 0));
  const middle = medianOf(ratios);
  return {
    log: (features, batch) => Math.log(prior.value(features, batch)) + middle,
    logWithout: (leftOut) => {
      const others = medianOf(ratios.filter((_, index) => !leftOut.includes(index)));
      return (index) => (logs[index] ?? 0) + (Number.isFinite(others) ? others : middle);
    },
  };
}

/** Matérn's with ν = ½ for what neighbours share, a linear part for trends, a constant for the level. */
const kernel: Kernel = (a, b) => {
  let square = 0;
  let product = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    square += (x - y) ** 2;
    product += x * y;
  }
  return 0.1 * Math.exp(-Math.sqrt(square / a.length) / 2) + (0.2 * product) / a.length + 0.02;
};

function fitCorrection(
  samples: readonly Sample[],
  families: readonly (readonly number[])[],
  mean: Mean,
  scale: Scale,
  noise: number,
): Predictor {
  const inputs = samples.map(({ features, batch }) => scaled(traitsOf(features, batch), scale));
  const own = samples.map(({ relativeError }) => noise + relativeError ** 2);
  const targets = samples.map(({ features, batch, value }) => Math.log(value) - mean.log(features, batch));
  const noises = outlierNoise(inputs, own, targets);
  const process = new GaussianProcess(inputs, noises, kernel);
  const logErrors = new Array<number>(samples.length).fill(0);
  const standardised: number[] = [];
  for (const family of families) {
    const logMean = mean.logWithout(family);
    const unseen = samples.map(({ value }, index) => Math.log(value) - logMean(index));
    process.without(family, unseen).forEach(({ error, variance }, position) => {
      const index = family[position] ?? 0;
      logErrors[index] = -error;
      const expected = variance - (noises[index] ?? 0) + (own[index] ?? 0);
      standardised.push(Math.abs(error) / Math.sqrt(expected));
    });
  }
  const calibration = calibrationOf(standardised);
  const weights = process.weights(targets);
  const valueOf = remembered((features, batch) =>
    Math.exp(mean.log(features, batch) + process.mean(weights, scaled(traitsOf(features, batch), scale))),
  );
  return {
    scale,
    validation: validationOf(logErrors, families.length),
    value: valueOf,
    predict: (features, batch) => ({
      value: valueOf(features, batch),
      spread: calibration * Math.sqrt(process.variance(scaled(traitsOf(features, batch), scale)) + noise),
    }),
  };
}

/** A function of a graph and a batch that is worked out once for each. */
function remembered(
  of: (features: GraphFeatures, batch: number) => number,
): (features: GraphFeatures, batch: number) => number {
  const known = new WeakMap<GraphFeatures, Map<number, number>>();
  return (features, batch) => {
    const byBatch = known.get(features) ?? new Map<number, number>();
    known.set(features, byBatch);
    const value = byBatch.get(batch) ?? of(features, batch);
    byBatch.set(batch, value);
    return value;
  };
}

/**
 * More noise for samples that the others contradict: a model that was measured in a bad moment must not bend its
 * neighbours. Cauchy's weights at twice the usual residual, after one plain fit.
 */
function outlierNoise(
  inputs: readonly Float64Array[],
  noise: readonly number[],
  targets: readonly number[],
): number[] {
  const weights = new GaussianProcess(inputs, noise, kernel).weights(targets);
  const residuals = noise.map((variance, index) => variance * (weights[index] ?? 0));
  const usual = Math.max(1e-6, 1.4826 * medianOf(residuals.map(Math.abs)));
  return noise.map((variance, index) => variance * (1 + ((residuals[index] ?? 0) / (2 * usual)) ** 2));
}

/**
 * What the process's own deviations must be multiplied by so that 90 and 95 % of the errors on unseen families lie within
 * 1.645 and 1.96 of them (split conformal, Vovk et al., 2005, with the rank rounded up). Few samples cannot show their
 * tails, so there it is at least 1 + 3 / n.
 */
function calibrationOf(standardised: readonly number[]): number {
  const sorted = standardised.toSorted((a, b) => a - b);
  const n = sorted.length;
  const atLevel = (level: number) => sorted[Math.min(n, Math.ceil((n + 1) * level)) - 1] ?? 1;
  const least = n < 20 ? 1 + 3 / n : 0;
  return Math.max(atLevel(0.9) / 1.645, atLevel(0.95) / 1.96, least);
}

function validationOf(logErrors: readonly number[], families: number): Validation {
  const shares = logErrors.map((error) => Math.abs(Math.exp(error) - 1)).toSorted((a, b) => a - b);
  return {
    samples: logErrors.length,
    families,
    medianError: quantile(shares, 0.5),
    p90Error: quantile(shares, 0.9),
    withinTenth: shares.filter((share) => share <= 0.1).length / shares.length,
    logErrors,
  };
}

function scaleOf(samples: readonly Sample[]): Scale {
  const traits = samples.map(({ features, batch }) => traitsOf(features, batch));
  const length = traits[0]?.length ?? 0;
  const centre = Float64Array.from(
    { length },
    (_, i) => traits.reduce((sum, values) => sum + (values[i] ?? 0), 0) / traits.length,
  );
  const width = Float64Array.from(
    { length },
    (_, i) =>
      narrowest +
      Math.sqrt(
        traits.reduce((sum, values) => sum + ((values[i] ?? 0) - (centre[i] ?? 0)) ** 2, 0) / traits.length,
      ),
  );
  return { centre, width };
}

function scaled(traits: Float64Array, { centre, width }: Scale): Float64Array {
  return traits.map((value, i) => (value - (centre[i] ?? 0)) / (width[i] ?? 1));
}

function medianOf(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}
