import type { Backbone } from '../../../preload/contract.ts';

/** Beyond these a model takes seconds a run on a processor and gigabytes of disk: no part of a first look. */
const largestMacs = 20e9;
const largestParams = 100e6;

/**
 * A handful of backbones that cover the range of costs: MACs, up to what a quick look can afford, are cut into equal
 * ratios, and each cut gives its most accurate member. Any limit then falls between two measured neighbours.
 */
export function sweepModels(backbones: readonly Backbone[], count: number): string[] {
  const known = backbones.filter(
    ({ top1, macs, params }) => top1 !== null && macs > 0 && macs <= largestMacs && params <= largestParams,
  );
  if (known.length <= count) return byCost(known);
  const low = Math.log(Math.min(...known.map(({ macs }) => macs)));
  const high = Math.log(Math.max(...known.map(({ macs }) => macs)));
  const best = new Map<number, Backbone>();
  for (const backbone of known) {
    const share = high === low ? 0 : (Math.log(backbone.macs) - low) / (high - low);
    const cut = Math.min(count - 1, Math.floor(share * count));
    const before = best.get(cut);
    if (before === undefined || (backbone.top1 ?? 0) > (before.top1 ?? 0)) best.set(cut, backbone);
  }
  // Cuts without a member leave room for the most accurate of the others.
  const chosen = new Set(best.values());
  const others = known
    .filter((backbone) => !chosen.has(backbone))
    .sort((a, b) => (b.top1 ?? 0) - (a.top1 ?? 0));
  for (const backbone of others.slice(0, count - chosen.size)) chosen.add(backbone);
  return byCost([...chosen]);
}

function byCost(backbones: readonly Backbone[]): string[] {
  return [...backbones].sort((a, b) => a.macs - b.macs).map(({ name }) => name);
}
