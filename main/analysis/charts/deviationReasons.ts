import type { GraphFeatures } from '../predict/graphFeatures.ts';

interface Trait {
  readonly of: (features: GraphFeatures) => number;
  /** Where the value is high, the model is slow for its multiply-adds. */
  readonly slow: (value: number, usual: number) => string;
  readonly fast: (value: number, usual: number) => string;
  /** Least difference from the usual value that is worth naming. */
  readonly isNotable: (value: number, usual: number) => boolean;
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
const far = (value: number, usual: number) => value > 1.5 * usual || value < usual / 1.5;

const traits: readonly Trait[] = [
  {
    of: ({ memoryBoundShare }) => memoryBoundShare,
    slow: (value, usual) =>
      `${percent(value)} of its traffic is in memory-bound kernels (usual here: ${percent(usual)})`,
    fast: (value, usual) =>
      `only ${percent(value)} of its traffic is in memory-bound kernels (usual here: ${percent(usual)})`,
    isNotable: (value, usual) => Math.abs(value - usual) > 0.1,
  },
  {
    of: ({ work, macs }) => work['depthwise-conv'].macs / macs,
    slow: (value, usual) =>
      `${percent(value)} of its multiply-adds are depthwise (usual here: ${percent(usual)})`,
    fast: (_, usual) => `none of its multiply-adds are depthwise (usual here: ${percent(usual)})`,
    isNotable: (value, usual) => Math.abs(value - usual) > 0.03 && far(value, usual),
  },
  {
    of: ({ work, macs }) => work['grouped-conv'].macs / macs,
    slow: (value) => `${percent(value)} of its multiply-adds are in convolutions over narrow groups`,
    fast: (_, usual) => `no convolutions over narrow groups (usual here: ${percent(usual)})`,
    isNotable: (value, usual) => Math.abs(value - usual) > 0.1,
  },
  {
    of: ({ kernels, macs }) => kernels / (macs / 1e9),
    slow: (value, usual) => `${value.toFixed(0)} kernels per GMAC (usual here: ${usual.toFixed(0)})`,
    fast: (value, usual) => `only ${value.toFixed(0)} kernels per GMAC (usual here: ${usual.toFixed(0)})`,
    isNotable: far,
  },
  {
    of: ({ work, macs }) => Object.values(work).reduce((sum, { weightBytes }) => sum + weightBytes, 0) / macs,
    slow: (value, usual) =>
      `${(1000 * value).toFixed(0)} bytes of weights per 1,000 multiply-adds (usual here: ${(1000 * usual).toFixed(0)})`,
    fast: (value, usual) =>
      `only ${(1000 * value).toFixed(0)} bytes of weights per 1,000 multiply-adds (usual here: ${(1000 * usual).toFixed(0)})`,
    isNotable: far,
  },
];

/** What is usual among some graphs in each trait: the medians, found once for all that are held against them. */
export function usualTraits(graphs: readonly GraphFeatures[]): readonly number[] {
  return traits.map(({ of }) => medianOf(Float64Array.from(graphs, of).toSorted()));
}

function medianOf(sorted: Float64Array): number {
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

/** Why a model may be slower or faster than its multiply-adds: where its graph differs from the usual in that direction. */
export function deviationReasons(
  features: GraphFeatures,
  usualOf: readonly number[],
  isSlow: boolean,
): string[] {
  return traits.flatMap(({ of, slow, fast, isNotable }, index) => {
    const value = of(features);
    const usual = usualOf[index] ?? Number.NaN;
    if (!Number.isFinite(value) || !isNotable(value, usual) || value > usual !== isSlow) return [];
    return [isSlow ? slow(value, usual) : fast(value, usual)];
  });
}
