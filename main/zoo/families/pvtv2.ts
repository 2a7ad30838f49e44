import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily, imagenetClasses } from '../architecture.ts';
import { mergeHeads, scaledDotProduct, splitHeads, splitHeadsTransposed } from '../blocks/attention.ts';
import { mapOf, tokensOf } from '../blocks/tokens.ts';

/** A row of the paper's table 1. */
interface Size {
  readonly widths: readonly [number, number, number, number];
  readonly depths: readonly [number, number, number, number];
  readonly mlpRatios?: readonly [number, number, number, number];
}

/** Heads, reduction of keys and values along each axis, and the MLP's expansion in each stage. */
const stages = [
  { heads: 1, reduction: 8, mlpRatio: 8 },
  { heads: 2, reduction: 4, mlpRatio: 8 },
  { heads: 5, reduction: 2, mlpRatio: 4 },
  { heads: 8, reduction: 1, mlpRatio: 4 },
] as const;

const widths = [64, 128, 320, 512] as const;
const eps = 1e-6;

/** Attention whose keys and values come from a map reduced by a strided convolution (arXiv 2106.13797, section 3.2). */
function reducedAttention(g: GraphBuilder, x: Value, heads: number, reduction: number, side: number): Value {
  return g.scope('attn', () => {
    const width = dim(x, 2);
    const query = g.linear(x, width);
    let source = x;
    if (reduction > 1) {
      const options = { stride: reduction, padding: 0, bias: true } as const;
      source = g.layerNorm(tokensOf(g, g.conv(mapOf(g, x, side), width, reduction, options)), eps);
    }
    const [key, value] = g.split(g.linear(source, 2 * width), [width, width], -1) as [Value, Value];
    const mixed = scaledDotProduct(g, {
      query: splitHeads(g, query, heads),
      keyTransposed: splitHeadsTransposed(g, key, heads),
      value: splitHeads(g, value, heads),
    });
    return g.linear(mergeHeads(g, mixed), width);
  });
}

/** MLP with a 3×3 depthwise layer in its middle, which tells the tokens their place (figure 2). */
function convolutionalMlp(g: GraphBuilder, x: Value, hidden: number, side: number): Value {
  return g.scope('mlp', () => {
    const map = g.conv(mapOf(g, g.linear(x, hidden), side), hidden, 3, { groups: hidden, bias: true });
    return g.linear(g.activate(tokensOf(g, map), 'gelu'), dim(x, 2));
  });
}

/** Pyramid Vision Transformer v2 (arXiv 2106.13797, table 1), as in timm. */
const pvt =
  ({ widths, depths, mlpRatios }: Size) =>
  (g: GraphBuilder, image: Value): Value => {
    let map = image;
    stages.forEach(({ heads, reduction, mlpRatio }, stage) => {
      const [width, depth] = [widths[stage] ?? 0, depths[stage] ?? 0];
      const hidden = width * (mlpRatios?.[stage] ?? mlpRatio);
      const embedded = g.scope(`embed${stage + 1}`, () =>
        g.conv(map, width, stage === 0 ? 7 : 3, { stride: stage === 0 ? 4 : 2, bias: true }),
      );
      const side = dim(embedded, 2);
      let x = g.scope(`embed${stage + 1}`, () => g.layerNorm(tokensOf(g, embedded), eps));
      for (let index = 0; index < depth; index++) {
        x = g.scope(`stage${stage + 1}/${index}`, () => {
          const y = g.add(x, reducedAttention(g, g.layerNorm(x, eps), heads, reduction, side));
          return g.add(y, convolutionalMlp(g, g.layerNorm(y, eps), hidden, side));
        });
      }
      map = g.tap(mapOf(g, g.layerNorm(x, eps), side));
    });
    return g.linear(g.features(g.globalAvgPool(map)), imagenetClasses);
  };

/** Pyramid transformers with overlapping patches: Wang et al. 2021. */
export const architectures = defineFamily(
  { family: 'PVT v2', year: 2021, paper: 'arXiv 2106.13797' },
  {
    pvt_v2_b0: { build: pvt({ widths: [32, 64, 160, 256], depths: [2, 2, 2, 2] }), timm: 'pvt_v2_b0' },
    pvt_v2_b1: { build: pvt({ widths, depths: [2, 2, 2, 2] }), timm: 'pvt_v2_b1' },
    pvt_v2_b2: { build: pvt({ widths, depths: [3, 4, 6, 3] }), timm: 'pvt_v2_b2' },
    pvt_v2_b3: { build: pvt({ widths, depths: [3, 4, 18, 3] }), timm: 'pvt_v2_b3' },
    pvt_v2_b4: { build: pvt({ widths, depths: [3, 8, 27, 3] }), timm: 'pvt_v2_b4' },
    pvt_v2_b5: {
      build: pvt({ widths, depths: [3, 6, 40, 3], mlpRatios: [4, 4, 4, 4] }),
      timm: 'pvt_v2_b5',
    },
  },
);
