import type { Selection } from '../../preload/contract.ts';
import type { Observation } from './observation.ts';

/** Figures of a device, as analyses are given them. */
export interface Figures {
  readonly device: { readonly id: string; readonly name: string };
  readonly observations: readonly Observation[];
}

export interface Choice {
  readonly provider: string | null;
  readonly precision: string | null;
  readonly batch: number | null;
}

export interface Selected {
  readonly selection: Selection;
  readonly observations: readonly Observation[];
}

/**
 * The observations of one provider, precision and batch, as `Selection` describes the choice of what is left open. One
 * observation of each model and input size: of several (threads), the fastest. Models under several providers or
 * precisions are never mixed; with `anyBatch` all batches stay.
 */
export function select(
  { device, observations }: Figures,
  choice: Choice,
  { anyBatch = false, anyVariant = false } = {},
): Selected {
  const provider = anyVariant
    ? choice.provider
    : (choice.provider ?? commonest(observations.map((entry) => entry.provider)));
  const ofProvider = observations.filter((entry) => provider === null || entry.provider === provider);
  const precisions = ofProvider.map((entry) => entry.precision);
  const precision = anyVariant
    ? choice.precision
    : (choice.precision ?? (precisions.includes('fp32') ? 'fp32' : commonest(precisions)));
  const ofPrecision = ofProvider.filter((entry) => precision === null || entry.precision === precision);
  const batch = choice.batch ?? (ofPrecision.some((entry) => entry.batch === 1) ? 1 : null);
  const chosen =
    anyBatch || batch === null ? ofPrecision : ofPrecision.filter((entry) => entry.batch === batch);
  const fastest = fastestOfEach(chosen);
  const flagged = fastest.filter(({ flags }) => flags.length > 0);
  return {
    selection: {
      device: { id: device.id, name: device.name },
      provider,
      precision,
      batch: anyBatch ? null : batch,
      origin: originOf(fastest),
      flagged: [...new Set(flagged.map(labels(fastest)))].toSorted(),
    },
    observations: fastest,
  };
}

/** "resnet50", or "resnet50 at 288 px" where the same model stands there at several sizes. */
export function labels(observations: readonly Observation[]): (observation: Observation) => string {
  const sizes = new Map<string, number>();
  const several = new Set<string>();
  for (const { model, inputSize } of observations) {
    const known = sizes.get(model);
    if (known !== undefined && known !== inputSize) several.add(model);
    sizes.set(model, inputSize);
  }
  return ({ model, inputSize }) => (several.has(model) ? `${model} at ${inputSize} px` : model);
}

function fastestOfEach(observations: readonly Observation[]): Observation[] {
  const best = new Map<string, Observation>();
  for (const entry of observations) {
    const { model, inputSize, batch, provider, precision } = entry;
    const key = `${model}\n${inputSize}\n${batch}\n${provider}\n${precision}`;
    const known = best.get(key);
    if (known === undefined || entry.latencyMs.median < known.latencyMs.median) best.set(key, entry);
  }
  return [...best.values()];
}

function commonest(values: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const first = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0];
  return first?.[0] ?? null;
}

function originOf(observations: readonly Observation[]): Selection['origin'] {
  const origins = new Set(observations.map(({ origin }) => origin));
  const [only] = origins;
  return only === undefined ? 'none' : origins.size > 1 ? 'mixed' : only;
}
