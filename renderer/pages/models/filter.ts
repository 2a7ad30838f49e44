import type { Backbone } from '../../../preload/contract.ts';
import { listField, numberField, textField, type Fields } from '../../urlState/fields.ts';

/** What the lists of backbones can be narrowed by. null: no bound. */
export interface BackboneFilter {
  search: string;
  families: readonly string[];
  maxParamsM: number | null;
  maxGmacs: number | null;
  minTop1: number | null;
}

export const backboneFilterFields: Fields<BackboneFilter> = {
  search: textField(),
  families: listField(),
  maxParamsM: numberField(0, 1e5),
  maxGmacs: numberField(0, 1e5),
  minTop1: numberField(0, 100),
};

/** The backbones that pass every bound that is set. One without a published accuracy fails any bound on it. */
export function filterBackbones(backbones: readonly Backbone[], filter: BackboneFilter): Backbone[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  return backbones.filter((backbone) => {
    const text =
      `${backbone.name} ${backbone.family} ${backbone.timm ?? ''} ${backbone.torchvision ?? ''}`.toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      (filter.families.length === 0 || filter.families.includes(backbone.family)) &&
      (filter.maxParamsM === null || backbone.params <= filter.maxParamsM * 1e6) &&
      (filter.maxGmacs === null || backbone.macs <= filter.maxGmacs * 1e9) &&
      (filter.minTop1 === null || (backbone.top1 !== null && backbone.top1 >= filter.minTop1))
    );
  });
}

/** By family in the given order, each family's models from the cheapest to the dearest. */
export function groupByFamily(
  backbones: readonly Backbone[],
  order: readonly string[],
): { family: string; backbones: Backbone[] }[] {
  return order.flatMap((family) => {
    const members = backbones
      .filter((backbone) => backbone.family === family)
      .sort((a, b) => a.macs - b.macs);
    return members.length === 0 ? [] : [{ family, backbones: members }];
  });
}
