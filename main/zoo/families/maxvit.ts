import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily, imagenetClasses } from '../architecture.ts';
import { preNormMbConv } from '../blocks/preNormMbConv.ts';
import { encoderBlock } from '../blocks/transformer.ts';
import { gridsOf, joinGrids, joinWindows, relativeBias, windowsOf } from '../blocks/windows.ts';

/** A row of the paper's table 2. */
interface Size {
  readonly widths: readonly [number, number, number, number];
  readonly depths: readonly [number, number, number, number];
}

const headWidth = 32;

/** MBConv of expansion 4; where it halves the map the shortcut is a 3×3 average pool and a 1×1 convolution. */
function convolution(g: GraphBuilder, x: Value, width: number, stride: number): Value {
  return preNormMbConv(g, x, {
    channels: width,
    hidden: 4 * width,
    stride,
    activation: 'gelu',
    squeeze: { channels: width / 4, activation: 'silu' },
    bias: true,
    eps: 1e-3,
    shortcut: (input) =>
      stride === 1
        ? input
        : g.conv(g.avgPool(input, 3, { stride, padding: 1 }), width, 1, { bias: true, gain: 1 }),
  });
}

/** Encoder block on groups of side² pixels with a learned bias by relative position. */
function encodeGroups(g: GraphBuilder, groups: Value, side: number): Value {
  const heads = dim(groups, 2) / headWidth;
  const adjust = (scores: Value): Value => {
    const table = g.parameter('relative_position_table', [(2 * side - 1) ** 2, heads], { std: 0.02 });
    return g.add(scores, relativeBias(g, table, side));
  };
  return encoderBlock(g, groups, { heads, mlpRatio: 4, eps: 1e-5, adjust });
}

/** Multi-axis attention (arXiv 2204.01697, figure 3): within windows of neighbours, then within grids over the whole map. */
function multiAxisAttention(g: GraphBuilder, x: Value, side: number): Value {
  const size = [dim(x, 2), dim(x, 3)] as const;
  let y = g.transpose(x, [0, 2, 3, 1]);
  y = g.scope('window', () => joinWindows(g, encodeGroups(g, windowsOf(g, y, side), side), side, size));
  y = g.scope('grid', () => joinGrids(g, encodeGroups(g, gridsOf(g, y, side), side), side, size));
  return g.transpose(y, [0, 3, 1, 2]);
}

/**
 * MaxViT (arXiv 2204.01697, figure 2), as torchvision builds it: the classifier has no bias, the first shortcut a 1×1
 * convolution, where timm's has the contrary (0.01 % of the parameters). Windows and grids have a 32nd of the image's side,
 * as timm sizes them.
 */
const maxVit =
  ({ widths, depths }: Size) =>
  (g: GraphBuilder, image: Value): Value => {
    const side = Math.floor(dim(image, 2) / 32);
    let x = g.scope('stem', () => {
      const half = g.convNorm(image, 64, 3, { stride: 2, activation: 'gelu', eps: 1e-3 });
      return g.conv(half, 64, 3, { bias: true });
    });
    depths.forEach((depth, stage) => {
      for (let index = 0; index < depth; index++) {
        x = g.scope(`stage${stage + 1}/${index}`, () =>
          multiAxisAttention(g, convolution(g, x, widths[stage] ?? 0, index === 0 ? 2 : 1), side),
        );
      }
      g.tap(x);
    });
    const pooled = g.layerNorm(g.globalAvgPool(x));
    const features = g.features(g.activate(g.linear(pooled, dim(pooled, 1)), 'tanh'));
    return g.linear(features, imagenetClasses, { bias: false });
  };

/** Convolution and attention at two ranges in each block: Tu et al. 2022. */
export const architectures = defineFamily(
  { family: 'MaxViT', year: 2022, paper: 'arXiv 2204.01697' },
  {
    maxvit_t: {
      build: maxVit({ widths: [64, 128, 256, 512], depths: [2, 2, 5, 2] }),
      timm: 'maxvit_tiny_tf_224',
      torchvision: 'maxvit_t',
    },
  },
);
