import type { Observation } from '../analysis/observation.ts';
import type { Sample } from '../analysis/predict/predictor.ts';
import { architectureOf, featuresOf } from './graphFeatures.ts';

/** What a predictor learns from. */
export type Quantity = 'latency' | 'memory';

/**
 * The observations of which the catalog has the graph, as samples: of each model at each size and batch the first. timm's
 * RepVGG rows are of the training form, another graph than ours, and are left out.
 */
export function samplesFrom(observations: readonly Observation[], quantity: Quantity): Sample[] {
  const seen = new Set<string>();
  return observations.flatMap((observation) => {
    const { batch, inputSize, provider, latencyMs, memoryBytes } = observation;
    const architecture = architectureOf(observation.model);
    const features = featuresOf(observation);
    if (architecture === null || features === null) return [];
    if (provider === 'pytorch' && architecture.family === 'RepVGG') return [];
    const key = `${architecture.name}@${inputSize}×${batch}`;
    if (seen.has(key)) return [];
    seen.add(key);
    const value = quantity === 'latency' ? latencyMs.median : memoryBytes;
    if (value === null || value <= 0) return [];
    const relativeError = quantity === 'latency' ? errorOf(latencyMs) : 0;
    return [{ family: architecture.family, features, batch, value, relativeError }];
  });
}

/** Relative standard error behind a 95 % interval; 0 where none is known. */
function errorOf({ low, high }: Observation['latencyMs']): number {
  return low === null || high === null || low <= 0 ? 0 : Math.log(high / low) / 2 / 1.96;
}
