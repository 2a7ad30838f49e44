import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { imagenetClasses } from '../architecture.ts';
import { pooledClassifier } from './fourStages.ts';
import { layerOptions, type Manner, type Row } from './mobileRows.ts';
import { roundToEven } from './roundToEven.ts';

/** From the last stage's map to the class scores. */
export type Head = (g: GraphBuilder, x: Value, manner: Manner) => Value;

/** How the rows' depths are scaled (EfficientNet, arXiv 1905.11946, section 3.3). */
export interface DepthScaling {
  /** For all stages, or one for each. */
  readonly factor: number | readonly number[];
  /** Default 'up'. */
  readonly round?: 'up' | 'nearest';
  /** Leaves the first and the last stage as they are. */
  readonly fixedEnds?: boolean;
}

export interface MobileNetwork {
  readonly manner: Manner;
  /** Channels of the first layer, 3×3 with stride 2; not scaled. */
  readonly stem: number;
  readonly stages: readonly (readonly Row[])[];
  readonly head: Head;
  /** From a row's channels to the channels built; default as they are. */
  readonly width?: (channels: number) => number;
  readonly depth?: DepthScaling;
}

/** A 1×1 layer, then global pooling and classifier. */
export const convHead =
  (channels: number): Head =>
  (g, x, manner) =>
    pooledClassifier(g, g.convNorm(x, channels, 1, layerOptions(manner, undefined)));

/** Pooling before the last 1×1 layer (MobileNet-v3's efficient last stage, arXiv 1905.02244, figure 5). */
export const pooledHead =
  (channels: number, options: { bias?: boolean; norm?: boolean } = {}): Head =>
  (g, x, manner) => {
    const { bias = true, norm = false } = options;
    const pooled = g.conv(g.globalAvgPool(x, { flatten: false }), channels, 1, { bias: bias && !norm });
    const y = g.activate(norm ? g.batchNorm(pooled, manner.eps) : pooled, manner.activation);
    return g.linear(g.features(g.flatten(y)), imagenetClasses);
  };

/**
 * A network from a table of mobile blocks. Marks the last map of each stride from 4: the end of a stage before a
 * strided one, and the last stage's end.
 */
export function mobileNetwork(network: MobileNetwork): (g: GraphBuilder, image: Value) => Value {
  const { manner, stem, stages, head, width = (channels: number) => channels, depth } = network;
  return (g, image) => {
    let x = g.scope('stem', () =>
      g.convNorm(image, stem, 3, { stride: 2, ...layerOptions(manner, undefined) }),
    );
    let stride = 2;
    stages.forEach((rows, stage) => {
      const isEnd = stage === 0 || stage === stages.length - 1;
      const scaling = depth === undefined || (isEnd && depth.fixedEnds === true) ? undefined : depth;
      const depths = scaledDepths(rows, scaling, stage);
      const blocks = rows.flatMap((row, index) => Array<Row>(depths[index] ?? row.depth).fill(row));
      blocks.forEach((row, index) => {
        const site = { channels: width(row.channels), stride: index === 0 ? row.stride : 1, manner };
        stride *= site.stride;
        x = g.scope(`stage${stage}/${index}`, () => row.block(g, x, site));
      });
      if (stride > 2 && stages[stage + 1]?.[0]?.stride !== 1) g.tap(x);
    });
    return g.scope('head', () => head(g, x, manner));
  };
}

/** The rows' depths so that their sum is the scaled one, the last rows' shares rounded first, as timm does. */
function scaledDepths(rows: readonly Row[], scaling: DepthScaling | undefined, stage: number): number[] {
  let left = rows.reduce((sum, { depth }) => sum + depth, 0);
  const factor = typeof scaling?.factor === 'number' ? scaling.factor : scaling?.factor[stage];
  const product = left * (factor ?? 1);
  let target = scaling?.round === 'nearest' ? Math.max(1, roundToEven(product)) : Math.ceil(product);
  return rows
    .toReversed()
    .map(({ depth }) => {
      const scaled = Math.max(1, roundToEven((depth / left) * target));
      left -= depth;
      target -= scaled;
      return scaled;
    })
    .toReversed();
}
