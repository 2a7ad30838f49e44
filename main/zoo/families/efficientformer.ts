import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily, imagenetClasses } from '../architecture.ts';
import { interleavedHeads, mergeHeads, scaledDotProduct } from '../blocks/attention.ts';
import { distanceBias } from '../blocks/distanceBias.ts';
import { layerScale } from '../blocks/layerScale.ts';
import { mapOf, tokensOf } from '../blocks/tokens.ts';
import { mlp } from '../blocks/transformer.ts';

/** A row of the paper's table 5 (appendix). */
interface Size {
  readonly widths: readonly [number, number, number, number];
  readonly depths: readonly [number, number, number, number];
  /** Blocks at the end of the last stage that attend. */
  readonly attending: number;
}

const attention = { heads: 8, keyWidth: 32, valueWidth: 128 };

/** Pooling as token mixer, then an MLP of 1×1 convolutions with norms, each scaled ("MB4D", arXiv 2206.01191, equation 3). */
function poolingBlock(g: GraphBuilder, x: Value): Value {
  const channels = dim(x, 1);
  const pooled = g.avgPool(x, 3, { stride: 1, padding: 1, countPadding: false });
  const mixed = g.add(x, layerScale(g, g.sub(pooled, x), 1));
  const hidden = g.convNorm(mixed, 4 * channels, 1, { bias: true, activation: 'gelu' });
  return g.add(mixed, layerScale(g, g.convNorm(hidden, channels, 1, { bias: true, activation: 'none' }), 1));
}

/** Attention with a bias by distance and an MLP, each scaled, on the tokens of a map of `side` pixels ("MB3D", equation 4). */
function attentionBlock(g: GraphBuilder, x: Value, side: number): Value {
  const width = dim(x, 2);
  const { heads, keyWidth, valueWidth } = attention;
  const attended = g.scope('attn', () => {
    const joint = g.linear(g.layerNorm(x), heads * (2 * keyWidth + valueWidth));
    const mixed = scaledDotProduct(g, interleavedHeads(g, joint, attention), (scores) =>
      g.add(scores, distanceBias(g, heads, side)),
    );
    return g.linear(mergeHeads(g, mixed), width);
  });
  const y = g.add(x, layerScale(g, attended, -1));
  return g.add(y, layerScale(g, mlp(g, g.layerNorm(y), 4 * width), -1));
}

/**
 * EfficientFormer (arXiv 2206.01191, figure 3): pooling blocks on maps, attention on tokens at the end of the last stage.
 * Two classifiers, one trained by distillation, are averaged, as in timm. The table of distances fits the input size.
 */
const efficientFormer =
  ({ widths, depths, attending }: Size) =>
  (g: GraphBuilder, image: Value): Value => {
    let x = g.scope('stem', () => {
      const half = g.convNorm(image, widths[0] / 2, 3, { stride: 2, bias: true });
      return g.convNorm(half, widths[0], 3, { stride: 2, bias: true });
    });
    depths.forEach((depth, stage) => {
      const width = widths[stage] ?? 0;
      const options = { stride: 2, bias: true, activation: 'none' } as const;
      if (stage > 0) x = g.scope(`downsample${stage}`, () => g.convNorm(x, width, 3, options));
      const pooling = stage === 3 ? depth - attending : depth;
      for (let index = 0; index < pooling; index++) {
        x = g.scope(`stage${stage + 1}/${index}`, () => poolingBlock(g, x));
      }
      if (stage < 3) g.tap(x);
    });
    const side = dim(x, 2);
    let tokens = tokensOf(g, x);
    for (let index = depths[3] - attending; index < depths[3]; index++) {
      tokens = g.scope(`stage4/${index}`, () => attentionBlock(g, tokens, side));
    }
    g.tap(mapOf(g, tokens, side));
    const pooled = g.features(g.reduceMean(g.layerNorm(tokens), [1], false));
    const logits = g.add(g.linear(pooled, imagenetClasses), g.linear(pooled, imagenetClasses));
    return g.scale(logits, 0.5);
  };

/** Transformers at the latency of MobileNets: Li et al. 2022, as in timm. */
export const architectures = defineFamily(
  { family: 'EfficientFormer', year: 2022, paper: 'arXiv 2206.01191' },
  {
    efficientformer_l1: {
      build: efficientFormer({ widths: [48, 96, 224, 448], depths: [3, 2, 6, 4], attending: 1 }),
      timm: 'efficientformer_l1',
    },
    efficientformer_l3: {
      build: efficientFormer({ widths: [64, 128, 320, 512], depths: [4, 4, 12, 6], attending: 4 }),
      timm: 'efficientformer_l3',
    },
    efficientformer_l7: {
      build: efficientFormer({ widths: [96, 192, 384, 768], depths: [6, 6, 18, 8], attending: 8 }),
      timm: 'efficientformer_l7',
    },
  },
);
