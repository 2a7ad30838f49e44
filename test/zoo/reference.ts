import type { Architecture } from '../../main/zoo/architecture.ts';
import { publishedRows } from '../../main/zoo/published.ts';

/** A published cost of an architecture, under its source's own convention. */
export interface ReferenceCost {
  readonly source: string;
  readonly inputSize: number;
  /** Exact where `paramsTolerance` is 0. */
  readonly params: number;
  readonly paramsTolerance: number;
  readonly macs: number | null;
  /** True where the MACs hold two operations a batch-norm element and five a layer-norm element (timm's counter). */
  readonly macsWithNorms: boolean;
  /** Half of the last printed digit: a rounded figure cannot be nearer. */
  readonly macsRounding: number;
  readonly activations: number | null;
}

const torchvision = Map.groupBy(publishedRows('torchvision.csv'), (row) => row.model);
const timmCosts = Map.groupBy(publishedRows('timm/costs.csv'), (row) => row.model);
const timmParams = Map.groupBy(publishedRows('timm/accuracy.csv'), (row) => row.model?.split('.')[0]);

/** All published costs of an architecture. */
export function referenceCosts({ torchvision: tv, timm }: Architecture): ReferenceCost[] {
  const exact = (torchvision.get(tv ?? '') ?? []).map((row) => ({
    source: `torchvision ${row.model} ${row.weights}`,
    inputSize: Number(row.crop_px),
    params: Number(row.num_params),
    paramsTolerance: 0,
    macs: Number(row.gmacs) * 1e9,
    macsWithNorms: false,
    macsRounding: 0.0005e9,
    activations: null,
  }));
  const costs = (timmCosts.get(timm ?? '') ?? []).map((row) => ({
    source: `timm costs ${row.model}`,
    inputSize: Number(row.img_size),
    params: Number(row.params_m) * 1e6,
    paramsTolerance: 0.01e6,
    macs: Number(row.gmacs) * 1e9,
    macsWithNorms: true,
    macsRounding: 0.005e9,
    activations: Number(row.activations_m) * 1e6,
  }));
  const params = (timmParams.get(timm ?? '') ?? []).slice(0, 1).map((row) => ({
    source: `timm accuracy ${row.model}`,
    inputSize: Number(row.img_size),
    params: Number(row.param_count_m?.replaceAll(',', '')) * 1e6,
    paramsTolerance: 0.01e6,
    macs: null,
    macsWithNorms: false,
    macsRounding: 0,
    activations: null,
  }));
  return [...exact, ...costs, ...params];
}
