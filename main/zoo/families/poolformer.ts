import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily, imagenetClasses } from '../architecture.ts';
import { mapNorm } from '../blocks/mapNorm.ts';
import { layerScale } from '../blocks/layerScale.ts';

/** A row of the paper's table 1. */
interface Size {
  readonly widths: readonly [number, number, number, number];
  readonly depths: readonly [number, number, number, number];
}

const small = [64, 128, 320, 512] as const;
const medium = [96, 192, 384, 768] as const;

/** Average pooling in the place of attention, and an MLP of 1×1 convolutions, each scaled (arXiv 2111.11418, figure 2). */
function poolingBlock(g: GraphBuilder, x: Value): Value {
  const normed = mapNorm(g, x);
  const pooled = g.avgPool(normed, 3, { stride: 1, padding: 1, countPadding: false });
  const y = g.add(x, layerScale(g, g.sub(pooled, normed), 1));
  const hidden = g.activate(g.conv(mapNorm(g, y), 4 * dim(x, 1), 1, { bias: true }), 'gelu');
  return g.add(y, layerScale(g, g.conv(hidden, dim(x, 1), 1, { bias: true }), 1));
}

/** PoolFormer (arXiv 2111.11418, table 1), as in timm: the last norm comes after the pooling. */
const poolFormer =
  ({ widths, depths }: Size) =>
  (g: GraphBuilder, image: Value): Value => {
    let x = image;
    depths.forEach((depth, stage) => {
      const width = widths[stage] ?? 0;
      const [kernel, reduction] =
        stage === 0 ? [7, { stride: 4, padding: 2 }] : [3, { stride: 2, padding: 1 }];
      x = g.scope(`downsample${stage + 1}`, () =>
        g.conv(x, width, kernel, { ...reduction, bias: true, gain: 1 }),
      );
      for (let index = 0; index < depth; index++) {
        x = g.scope(`stage${stage + 1}/${index}`, () => poolingBlock(g, x));
      }
      g.tap(x);
    });
    return g.linear(g.features(g.layerNorm(g.globalAvgPool(x), 1e-6)), imagenetClasses);
  };

/** Transformers whose attention is an average pool: Yu et al. 2021. */
export const architectures = defineFamily(
  { family: 'PoolFormer', year: 2021, paper: 'arXiv 2111.11418' },
  {
    poolformer_s12: {
      build: poolFormer({ widths: small, depths: [2, 2, 6, 2] }),
      timm: 'poolformer_s12',
    },
    poolformer_s24: {
      build: poolFormer({ widths: small, depths: [4, 4, 12, 4] }),
      timm: 'poolformer_s24',
    },
    poolformer_s36: {
      build: poolFormer({ widths: small, depths: [6, 6, 18, 6] }),
      timm: 'poolformer_s36',
    },
    poolformer_m36: {
      build: poolFormer({ widths: medium, depths: [6, 6, 18, 6] }),
      timm: 'poolformer_m36',
    },
    poolformer_m48: {
      build: poolFormer({ widths: medium, depths: [8, 8, 24, 8] }),
      timm: 'poolformer_m48',
    },
  },
);
