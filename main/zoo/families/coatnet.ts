import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily, imagenetClasses, type Architecture } from '../architecture.ts';
import { scaledDotProduct, splitHeadsOfMap } from '../blocks/attention.ts';
import { preNormMbConv } from '../blocks/preNormMbConv.ts';
import { relativeBias } from '../blocks/windows.ts';

/** What timm's reading of the paper and its own trained variant have each their way. */
interface Variant {
  /** Blocks in the two stages of convolutions and the two of attention. */
  readonly depths: readonly [number, number, number, number];
  readonly stem: readonly [number, number];
  /** The paper's: hidden width from the output, the depthwise layer strides, biases. */
  readonly paper: boolean;
}

const widths = [96, 192, 384, 768] as const;
const headWidth = 32;
const eps = 1e-6;

/** The input pooled by 2 and, where the width changes, a 1×1 convolution of it. */
function pooledShortcut(g: GraphBuilder, x: Value, width: number, bias: boolean): Value {
  return g.conv(g.avgPool(x, 2), width, 1, { bias, gain: 1 });
}

/** MBConv with the norm in front (arXiv 2106.04803, appendix A.1). */
function convolutionBlock(g: GraphBuilder, x: Value, width: number, stride: number, paper: boolean): Value {
  const hidden = 4 * (paper ? width : dim(x, 1));
  return preNormMbConv(g, x, {
    channels: width,
    hidden,
    stride,
    activation: paper ? 'gelu' : 'silu',
    activateInput: !paper,
    halvedBy: paper ? 'depthwise' : 'pool',
    squeeze: paper
      ? { channels: width / 4, activation: 'silu' }
      : { channels: hidden / 4, activation: 'relu', beforeNorm: true },
    bias: paper,
    eps: 1e-5,
    shortcut: (input) => (stride === 1 ? input : pooledShortcut(g, input, width, paper)),
  });
}

/** Self-attention over a whole map with a bias by relative position, by 1×1 convolutions ("relative attention", equation 3). */
function relativeAttention(g: GraphBuilder, x: Value, width: number, inner: number): Value {
  return g.scope('attn', () => {
    const side = dim(x, 2);
    const heads = inner / headWidth;
    const parts = splitHeadsOfMap(g, g.conv(x, 3 * inner, 1, { bias: true, gain: 1 }), heads);
    const table = g.parameter('relative_position_table', [(2 * side - 1) ** 2, heads], { std: 0.02 });
    const mixed = scaledDotProduct(g, parts, (scores) => g.add(scores, relativeBias(g, table, side)));
    const map = g.reshape(g.transpose(mixed, [0, 1, 3, 2]), [-1, inner, side, side]);
    return g.conv(map, width, 1, { bias: true, gain: 1 });
  });
}

/** Attention and an MLP, norms in front; the first block of a stage pools its input (appendix A.1). */
function attentionBlock(g: GraphBuilder, x: Value, width: number, stride: number, paper: boolean): Value {
  const normed = g.layerNormChannels(x, eps);
  const input = stride === 2 ? g.avgPool(normed, 2) : normed;
  const attended = relativeAttention(g, input, width, paper ? width : dim(x, 1));
  const y = g.add(stride === 2 ? pooledShortcut(g, x, width, paper) : x, attended);
  const hidden = g.activate(g.conv(g.layerNormChannels(y, eps), 4 * width, 1, { bias: true }), 'gelu');
  return g.add(y, g.conv(hidden, width, 1, { bias: true }));
}

/** CoAtNet (arXiv 2106.04803, table 3): two stages of convolutions, two of attention. */
const coAtNet = ({ depths, stem, paper }: Variant): Architecture['build'] => {
  const block = (stage: number) => (stage < 2 ? convolutionBlock : attentionBlock);
  return (g, image) => {
    let x = g.scope('stem', () => {
      const activation = paper ? 'gelu' : 'silu';
      return g.conv(g.convNorm(image, stem[0], 3, { stride: 2, activation }), stem[1], 3);
    });
    depths.forEach((depth, stage) => {
      const width = widths[stage] ?? 0;
      for (let index = 0; index < depth; index++) {
        x = g.scope(`stage${stage + 1}/${index}`, () =>
          block(stage)(g, x, width, index === 0 ? 2 : 1, paper),
        );
      }
      g.tap(x);
    });
    return paper
      ? mlpHead(g, x)
      : g.linear(g.features(g.globalAvgPool(g.layerNormChannels(x, eps))), imagenetClasses);
  };
};

/** Pooling, norm, a hidden layer with tanh, and the classifier. */
function mlpHead(g: GraphBuilder, x: Value): Value {
  const pooled = g.layerNorm(g.globalAvgPool(x), eps);
  return g.linear(g.features(g.activate(g.linear(pooled, dim(pooled, 1)), 'tanh')), imagenetClasses);
}

/**
 * Convolution and attention in stages: Dai et al. 2021, whose code is not public. coatnet_0_224 is timm's reading of the
 * paper's CoAtNet-0 (25 M parameters, no published weights), coatnet_0_rw_224 the deeper variant that timm trained.
 */
export const architectures = defineFamily(
  { family: 'CoAtNet', year: 2021, paper: 'arXiv 2106.04803' },
  {
    coatnet_0_224: {
      build: coAtNet({ depths: [2, 3, 5, 2], stem: [64, 64], paper: true }),
      timm: 'coatnet_0_224',
    },
    coatnet_0_rw_224: {
      build: coAtNet({ depths: [2, 3, 7, 2], stem: [32, 64], paper: false }),
      timm: 'coatnet_0_rw_224',
    },
  },
);
