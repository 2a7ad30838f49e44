import type { GraphTrait, Statement } from '../../../preload/contract.ts';
import type { GraphFeatures } from '../predict/graphFeatures.ts';

interface Trait {
  /** Where its value is high, a model is slow for its multiply-adds. */
  readonly name: GraphTrait;
  readonly of: (features: GraphFeatures) => number;
  /** Least difference from the usual value that is worth naming. */
  readonly isNotable: (value: number, usual: number) => boolean;
}

const far = (value: number, usual: number) => value > 1.5 * usual || value < usual / 1.5;

const traits: readonly Trait[] = [
  {
    name: 'memory-bound',
    of: ({ memoryBoundShare }) => memoryBoundShare,
    isNotable: (value, usual) => Math.abs(value - usual) > 0.1,
  },
  {
    name: 'depthwise',
    of: ({ work, macs }) => work['depthwise-conv'].macs / macs,
    isNotable: (value, usual) => Math.abs(value - usual) > 0.03 && far(value, usual),
  },
  {
    name: 'narrow-groups',
    of: ({ work, macs }) => work['grouped-conv'].macs / macs,
    isNotable: (value, usual) => Math.abs(value - usual) > 0.1,
  },
  {
    name: 'kernels',
    of: ({ kernels, macs }) => kernels / (macs / 1e9),
    isNotable: far,
  },
  {
    name: 'weight-bytes',
    of: ({ work, macs }) => Object.values(work).reduce((sum, { weightBytes }) => sum + weightBytes, 0) / macs,
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
): Statement[] {
  return traits.flatMap(({ name: trait, of, isNotable }, index) => {
    const value = of(features);
    const usual = usualOf[index] ?? Number.NaN;
    if (!Number.isFinite(value) || !isNotable(value, usual) || value > usual !== isSlow) return [];
    return [{ code: 'differs-in' as const, values: { trait, value, usual, isSlow } }];
  });
}
