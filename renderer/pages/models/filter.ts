import type { Backbone } from '../../../preload/contract.ts';
import { listField, numberField, textField, type Fields } from '../../urlState/fields.ts';

/** What the lists know of a model, be it of the catalog or a person's own. */
export interface ListedModel extends Pick<
  Backbone,
  'name' | 'family' | 'timm' | 'torchvision' | 'inputSize' | 'params' | 'macs' | 'top1'
> {
  /** null for a person's own model. */
  year: number | null;
}

/** What the lists of models can be narrowed by. null: no bound. */
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

/** The models that pass every bound that is set. One without a published accuracy fails any bound on it. */
export function filterBackbones<T extends ListedModel>(models: readonly T[], filter: BackboneFilter): T[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter((model) => {
    const text = `${model.name} ${model.family} ${model.timm ?? ''} ${model.torchvision ?? ''}`.toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      (filter.families.length === 0 || filter.families.includes(model.family)) &&
      (filter.maxParamsM === null || model.params <= filter.maxParamsM * 1e6) &&
      (filter.maxGmacs === null || model.macs <= filter.maxGmacs * 1e9) &&
      (filter.minTop1 === null || (model.top1 !== null && model.top1 >= filter.minTop1))
    );
  });
}

/** By family in the given order, each family's models from the cheapest to the dearest. */
export function groupByFamily<T extends ListedModel>(
  models: readonly T[],
  order: readonly string[],
): { family: string; backbones: T[] }[] {
  return order.flatMap((family) => {
    const members = models.filter((model) => model.family === family).sort((a, b) => a.macs - b.macs);
    return members.length === 0 ? [] : [{ family, backbones: members }];
  });
}
