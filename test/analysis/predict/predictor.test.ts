import { describe, expect, test } from 'vitest';
import { fitPredictor, type Sample } from '../../../main/analysis/predict/predictor.ts';
import { latencyColumns } from '../../../main/analysis/predict/traits.ts';
import { NormalEquations, nonNegativeWeights } from '../../../main/analysis/predict/nonNegative.ts';
import { GaussianProcess } from '../../../main/analysis/predict/gaussianProcess.ts';
import { featuresOf } from '../../../main/service/graphFeatures.ts';
import { catalog } from '../../../main/zoo/catalog.ts';

/** Latencies of a machine that is known: so many GMAC/s for each kind of work, so long per kernel, and noise. */
function machineOf(gmacsPerMs: number, noise: number, seed: number) {
  const random = randomOf(seed);
  return (every: number): Sample[] =>
    catalog
      .filter((_, index) => index % every === 0)
      .flatMap(({ name, family, inputSize }) => {
        const features = featuresOf({ model: name, inputSize });
        if (features === null) return [];
        const { work, kernels } = features;
        const slow = work['depthwise-conv'].macs * 6 + work['grouped-conv'].macs * 2;
        const ms = ((features.macs + slow) / 1e9) * gmacsPerMs + 0.01 * kernels;
        const value = ms * Math.exp(noise * normal(random));
        return [{ family, features, batch: 1, value, relativeError: 0 }];
      });
}

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / 2 ** 32;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
}

describe('a predictor', () => {
  const machine = machineOf(12, 0.03, 7);
  const samples = machine(2);

  test('is within the noise of a machine that spends its time as the columns say, for families it has not seen', () => {
    const { validation } = fitPredictor(samples, latencyColumns)!;
    expect(validation.samples).toBe(samples.length);
    expect(validation.medianError).toBeLessThan(0.05);
    expect(validation.withinTenth).toBeGreaterThan(0.85);
  });

  test('states 90 % intervals that cover 85 to 97 % of families it has not seen', () => {
    const families = [...new Set(samples.map(({ family }) => family))];
    let inside = 0;
    for (let fold = 0; fold < 4; fold++) {
      const held = ({ family }: Sample) => families.indexOf(family) % 4 === fold;
      const predictor = fitPredictor(
        samples.filter((sample) => !held(sample)),
        latencyColumns,
      )!;
      for (const { features, batch, value } of samples.filter(held)) {
        const predicted = predictor.predict(features, batch);
        if (Math.abs(Math.log(predicted.value / value)) <= 1.645 * predicted.spread) inside += 1;
      }
    }
    expect(inside / samples.length).toBeGreaterThan(0.85);
    expect(inside / samples.length).toBeLessThan(0.97);
  });

  test('is not bent by one measurement in ten that was five times too slow', () => {
    const spoilt = samples.map((sample, index) =>
      index % 10 === 3 ? { ...sample, value: 5 * sample.value } : sample,
    );
    const predictor = fitPredictor(spoilt, latencyColumns)!;
    const errors = samples
      .filter((_, index) => index % 10 !== 3)
      .map(({ features, value }) => Math.abs(Math.log(predictor.predict(features, 1).value / value)))
      .toSorted((a, b) => a - b);
    expect(errors[Math.floor(errors.length / 2)]).toBeLessThan(0.1);
  });

  test('takes a dozen probes on top of another device’s predictor where it knows nothing of its own', () => {
    const prior = fitPredictor(samples, latencyColumns)!;
    const other = machineOf(36, 0.03, 11)(2);
    const probes = other.filter((_, index) => index % Math.ceil(other.length / 12) === 0);
    const transferred = fitPredictor(probes, latencyColumns, prior)!;
    const errors = other
      .map(({ features, value }) => Math.abs(Math.log(transferred.predict(features, 1).value / value)))
      .toSorted((a, b) => a - b);
    expect(errors[Math.floor(errors.length / 2)]).toBeLessThan(0.15);
    expect(fitPredictor(probes, latencyColumns)).toBeNull();
  });
});

test('weights that may not be negative solve the problem where the plain solution is positive, and stop at 0 else', () => {
  const rows = Array.from({ length: 50 }, (_, i) => [1, i / 50, ((i * 7) % 11) / 11]);
  const solve = (truth: number[]) => {
    const equations = new NormalEquations(3);
    for (const row of rows)
      equations.add(
        row,
        row.reduce((sum, x, i) => sum + x * (truth[i] ?? 0), 0),
      );
    return [...nonNegativeWeights(equations)];
  };
  solve([2, 3, 0.5]).forEach((weight, i) => expect(weight).toBeCloseTo([2, 3, 0.5][i] ?? 0, 1));
  expect(Math.min(...solve([2, -3, 0.5]))).toBe(0);
});

test('leaving a block out by the identity is fitting without it', () => {
  const inputs = Array.from({ length: 9 }, (_, i) => Float64Array.of(i / 3, Math.sin(i)));
  const targets = inputs.map(([x = 0, y = 0]) => x + y * y);
  const kernel = (a: Float64Array, b: Float64Array) =>
    Math.exp(-(((a[0] ?? 0) - (b[0] ?? 0)) ** 2) - ((a[1] ?? 0) - (b[1] ?? 0)) ** 2);
  const noise = inputs.map(() => 0.1);
  const left = [2, 5, 6];
  const rest = inputs.map((_, i) => i).filter((i) => !left.includes(i));
  const pick = <T>(values: readonly T[], at: readonly number[]) => at.map((i) => values[i]!);
  const other = new GaussianProcess(pick(inputs, rest), pick(noise, rest), kernel);
  const weights = other.weights(pick(targets, rest));
  new GaussianProcess(inputs, noise, kernel).without(left, targets).forEach(({ error, variance }, index) => {
    const at = left[index]!;
    expect(error).toBeCloseTo(targets[at]! - other.mean(weights, inputs[at]!), 9);
    expect(variance).toBeCloseTo(other.variance(inputs[at]!) + 0.1, 9);
  });
});
