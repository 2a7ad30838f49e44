import { TimmIndex } from '../analysis/reference/timm.ts';
import { publishedRows, sawExtraData } from '../zoo/published.ts';

let index: TimmIndex | undefined;

/** timm's accuracies and costs, read once. */
export function timmIndex(): TimmIndex {
  return (index ??= new TimmIndex({
    accuracy: publishedRows('timm/accuracy.csv'),
    costs: publishedRows('timm/costs.csv'),
    sawExtraData,
  }));
}
