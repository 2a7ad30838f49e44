import { setImmediate } from 'node:timers/promises';
import type { Precision } from '../../preload/contract.ts';
import type { Observation } from '../analysis/observation.ts';
import { fitPredictor, type Predictor } from '../analysis/predict/predictor.ts';
import { latencyColumns, memoryColumns } from '../analysis/predict/traits.ts';
import type { Architecture } from '../zoo/architecture.ts';
import { catalog } from '../zoo/catalog.ts';
import { rankingAccuracy } from '../zoo/published.ts';
import { featuresOf } from './graphFeatures.ts';
import { shippedDevice } from './referenceDevices.ts';
import { samplesFrom } from './samples.ts';

/** One way of running models, of which each model has a latency. */
export interface Variant {
  readonly provider: string;
  readonly precision: string;
  readonly threads: number | null;
}

export interface Predictors {
  readonly latency: Predictor;
  /** null where too few readings of memory are known. */
  readonly memory: Predictor | null;
}

/** Fewer measured models say nothing of others. */
const fewestModels = 4;
/** Normal quantile of the 95 % interval that observations carry. */
const z95 = 1.96;

const fitted = new Map<string, { readonly fingerprint: string; readonly predictors: Predictors | null }>();
const priors = new Map<string, Predictor | null>();

/**
 * Predictors of one variant on one device, from what is known of it there and, where that is little, from a shipped device
 * of the same kind; remembered until another observation is known. null under four models.
 */
export async function predictorsOf(
  deviceId: string,
  variant: Variant,
  observations: readonly Observation[],
): Promise<Predictors | null> {
  const key = [deviceId, variant.provider, variant.precision, variant.threads].join('|');
  const fingerprint = observations
    .map(({ model, batch, latencyMs }) => `${model}/${batch}/${latencyMs.median}`)
    .join();
  const known = fitted.get(key);
  if (known?.fingerprint === fingerprint) return known.predictors;
  await buildAllGraphs(observations);
  const latency = samplesFrom(observations, 'latency');
  const prior = await priorFor(deviceId, variant);
  const predictor = latency.length < fewestModels ? null : fitPredictor(latency, latencyColumns, prior);
  const memory = fitPredictor(samplesFrom(observations, 'memory'), memoryColumns);
  const predictors = predictor === null ? null : { latency: predictor, memory };
  fitted.set(key, { fingerprint, predictors });
  return predictors;
}

/** A shipped device of the same kind, whose predictor is where a device begins of which little is known. */
export async function priorFor(
  deviceId: string,
  { provider }: Pick<Variant, 'provider'>,
): Promise<Predictor | null> {
  const id = provider === 'cpu' ? 'timm-i7-12700h' : 'timm-rtx4090';
  if (id === deviceId) return null;
  const known = priors.get(id);
  if (known !== undefined) return known;
  const { observations = [] } = shippedDevice(id) ?? {};
  await buildAllGraphs(observations);
  const prior = fitPredictor(samplesFrom(observations, 'latency'), latencyColumns);
  priors.set(id, prior);
  return prior;
}

/** Graphs that are built before other work has its turn. */
const turn = 4;

/** Building a catalog's worth of graphs takes seconds, once: others get their turns in between. */
async function buildAllGraphs(models: readonly Pick<Observation, 'model' | 'inputSize'>[]): Promise<void> {
  for (const [index, model] of models.entries()) {
    featuresOf(model);
    if (index % turn === 0) await setImmediate();
  }
}

/**
 * Catalog models that were not measured, as observations with the 95 % interval of their prediction: for each variant that
 * `observations` hold, at each batch of `batches`.
 */
export async function predictedObservations(
  deviceId: string,
  observations: readonly Observation[],
  batches: readonly number[],
): Promise<Observation[]> {
  await buildAllGraphs(catalog.map(({ name, inputSize }) => ({ model: name, inputSize })));
  const predicted: Observation[] = [];
  for (const [, own] of Map.groupBy(observations, variantKey)) {
    const variant = own[0];
    if (variant === undefined) continue;
    const predictors = await predictorsOf(deviceId, variant, own);
    if (predictors === null) continue;
    for (const batch of batches) {
      const measured = new Set(own.filter((known) => known.batch === batch).map(({ model }) => model));
      for (const architecture of catalog) {
        if (measured.has(architecture.name)) continue;
        const observation = predictedObservation(architecture, variant, predictors, batch);
        if (observation !== null) predicted.push(observation);
      }
    }
  }
  return predicted;
}

function variantKey({ provider, precision, threads }: Variant): string {
  return [provider, precision, threads].join('|');
}

const bytesPerWeight: Readonly<Record<Precision, number>> = { fp32: 4, fp16: 2, int8: 1 };

/** One model's prediction as an observation; null where no accuracy is known, because it cannot be ranked then. */
export function predictedObservation(
  architecture: Architecture,
  { provider, precision, threads }: Variant,
  { latency, memory }: Predictors,
  batch: number,
): Observation | null {
  const { name: model, family, inputSize } = architecture;
  const accuracy = rankingAccuracy(architecture);
  const features = featuresOf({ model, inputSize });
  if (accuracy === null || features === null) return null;
  const ms = latency.predict(features, batch);
  const bytes = memory?.predict(features, batch);
  const weightBytes = bytesPerWeight[precision as Precision] as number | undefined;
  return {
    ...{ model, family, provider, precision, batch, inputSize, threads },
    origin: 'predicted',
    latencyMs: {
      median: ms.value,
      low: ms.value * Math.exp(-z95 * ms.spread),
      high: ms.value * Math.exp(z95 * ms.spread),
    },
    processes: null,
    sdMs: null,
    p99Ms: null,
    p99RelativeError: 0,
    memoryBytes: bytes?.value ?? null,
    memoryMethod: bytes === undefined ? 'memory of too few models is known to predict it' : 'predicted',
    memoryLogError: bytes?.spread ?? 0,
    gpuMemoryBytes: null,
    gpuMemoryMethod: 'not predicted',
    params: features.params,
    macs: features.macs,
    fileBytes: weightBytes === undefined ? null : weightBytes * features.params,
    energyJ: null,
    energyMethod: 'not predicted',
    top1: accuracy.top1,
    top5: accuracy.top5,
    accuracySource: `${accuracy.source}, ${accuracy.weights}`,
    licence: accuracy.licence,
    flags: [],
    resultId: null,
  };
}
