import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily, imagenetClasses } from '../architecture.ts';
import { layerScale } from '../blocks/layerScale.ts';
import { roundChannels } from '../blocks/roundChannels.ts';

type PerStage = readonly [number, number, number, number];

interface Size {
  readonly depths: PerStage;
  readonly widths: PerStage;
  /** ConvNeXt-v2: global response normalisation inside the MLP in place of layer scale. */
  readonly responseNorm?: boolean;
  /** The MLP as 1×1 convolutions on channels-first maps (timm's `conv_mlp`); default: linear layers, channels last. */
  readonly convMlp?: boolean;
  /** Default: 4×4 patches. Otherwise two overlapping 3×3 layers, the first with this share of the width, to a multiple of 8. */
  readonly overlap?: 1 | 0.5;
  readonly head?: 'pool-norm' | 'norm-pool';
  /** Width of a hidden layer before the classifier; default none. */
  readonly headWidth?: number;
}

const eps = 1e-6;

/** Learned weights of trained models' size: zero, their start, would leave the layer without effect. */
const responseWeights = { std: 0.2 };

/**
 * Global response normalisation (ConvNeXt-v2, arXiv 2301.00808, algorithm 1): a channel is scaled by its norm over the map
 * relative to the mean norm of all channels. Channels last, or first where `channelAxis` is 1.
 */
function globalResponseNorm(g: GraphBuilder, x: Value, channelAxis: 1 | 3): Value {
  return g.scope('grn', () => {
    const channels = dim(x, channelAxis);
    const norms = g.reduceL2(x, channelAxis === 1 ? [2, 3] : [1, 2]);
    const mean = g.add(g.reduceMean(norms, [channelAxis], true), g.scalar(eps));
    const relative = g.node('Div', [norms, mean], {}, { mean: 1, meanSquare: 1.2 });
    const shape = channelAxis === 1 ? [channels, 1, 1] : [channels];
    const weighted = g.mul(g.parameter('weight', shape, responseWeights), g.mul(x, relative));
    return g.add(x, g.add(weighted, g.parameter('bias', shape, { std: 0.05 })));
  });
}

/** Depthwise 7×7 layer, layer norm, and an MLP of four times the width (arXiv 2201.03545, figure 4). */
function block(g: GraphBuilder, x: Value, { responseNorm = false, convMlp = false }: Size): Value {
  const channels = dim(x, 1);
  const axis = convMlp ? 1 : 3;
  let y = g.conv(x, channels, 7, { groups: channels, bias: true });
  y = convMlp ? g.layerNormChannels(y, eps) : g.layerNorm(g.transpose(y, [0, 2, 3, 1]), eps);
  const layer = (input: Value, width: number) =>
    convMlp ? g.conv(input, width, 1, { bias: true, gain: 1 }) : g.linear(input, width);
  y = g.scope('mlp', () => {
    const hidden = g.activate(layer(y, 4 * channels), 'gelu');
    return layer(responseNorm ? globalResponseNorm(g, hidden, axis) : hidden, channels);
  });
  if (!convMlp) y = g.transpose(y, [0, 3, 1, 2]);
  return g.add(x, responseNorm ? y : layerScale(g, y, 1));
}

/** To stride 4. */
function stem(g: GraphBuilder, image: Value, width: number, overlap: Size['overlap']): Value {
  const layer = { bias: true, gain: 1 };
  if (overlap === undefined) {
    return g.layerNormChannels(g.conv(image, width, 4, { stride: 4, padding: 0, ...layer }), eps);
  }
  const first = g.conv(image, roundChannels(width * overlap), 3, { stride: 2, ...layer });
  return g.layerNormChannels(g.conv(first, width, 3, { stride: 2, ...layer }), eps);
}

/** A convolutional network in the manner of Swin Transformers (arXiv 2201.03545, section 2). */
function convNext(size: Size) {
  const { depths, widths, overlap, head = 'pool-norm', headWidth } = size;
  return (g: GraphBuilder, image: Value): Value => {
    let x = g.scope('stem', () => stem(g, image, widths[0], overlap));
    depths.forEach((depth, stage) => {
      const width = widths[stage] ?? 0;
      if (stage > 0) {
        const input = x;
        x = g.scope(`downsample${stage}`, () =>
          g.conv(g.layerNormChannels(input, eps), width, 2, { stride: 2, padding: 0, bias: true, gain: 1 }),
        );
      }
      for (let index = 0; index < depth; index++) {
        x = g.scope(`stage${stage}/${index}`, () => block(g, x, size));
      }
      g.tap(x);
    });
    return g.scope('head', () => {
      let pooled =
        head === 'norm-pool'
          ? g.globalAvgPool(g.layerNormChannels(x, eps))
          : g.layerNorm(g.globalAvgPool(x), eps);
      if (headWidth !== undefined) pooled = g.activate(g.linear(pooled, headWidth), 'gelu');
      return g.linear(g.features(pooled), imagenetClasses);
    });
  };
}

/** Widths doubling from the first stage's. */
const doubled = (width: number): PerStage => [width, 2 * width, 4 * width, 8 * width];

const tiny = { depths: [3, 3, 9, 3], widths: doubled(96) } as const;
const small = { depths: [3, 3, 27, 3], widths: doubled(96) } as const;
const base = { depths: [3, 3, 27, 3], widths: doubled(128) } as const;
const large = { depths: [3, 3, 27, 3], widths: doubled(192) } as const;
/** timm's sizes below tiny, which ConvNeXt-v2 took over. */
const atto = { depths: [2, 2, 6, 2], widths: doubled(40), convMlp: true } as const;
const femto = { depths: [2, 2, 6, 2], widths: doubled(48), convMlp: true } as const;
const pico = { depths: [2, 2, 6, 2], widths: doubled(64), convMlp: true } as const;
const nano = { depths: [2, 2, 8, 2], widths: doubled(80), convMlp: true } as const;

const responseNorm = true;

/** ConvNeXt: Liu et al. 2022. Below tiny, and with overlapping stems ("ols") or the norm before the pool ("hnf"), timm's. */
const first = defineFamily(
  { family: 'ConvNeXt', year: 2022, paper: 'arXiv 2201.03545' },
  {
    convnext_atto: { build: convNext(atto), timm: 'convnext_atto' },
    convnext_atto_ols: { build: convNext({ ...atto, overlap: 0.5 }), timm: 'convnext_atto_ols' },
    convnext_femto: { build: convNext(femto), timm: 'convnext_femto' },
    convnext_femto_ols: { build: convNext({ ...femto, overlap: 0.5 }), timm: 'convnext_femto_ols' },
    convnext_pico: { build: convNext(pico), timm: 'convnext_pico' },
    convnext_pico_ols: { build: convNext({ ...pico, overlap: 0.5 }), timm: 'convnext_pico_ols' },
    convnext_nano: { build: convNext(nano), timm: 'convnext_nano' },
    convnext_nano_ols: { build: convNext({ ...nano, overlap: 1 }), timm: 'convnext_nano_ols' },
    convnext_tiny: { build: convNext(tiny), timm: 'convnext_tiny', torchvision: 'convnext_tiny' },
    convnext_tiny_hnf: {
      build: convNext({ ...tiny, convMlp: true, head: 'norm-pool' }),
      timm: 'convnext_tiny_hnf',
    },
    convnext_small: { build: convNext(small), timm: 'convnext_small', torchvision: 'convnext_small' },
    convnext_base: { build: convNext(base), timm: 'convnext_base', torchvision: 'convnext_base' },
    convnext_large: { build: convNext(large), timm: 'convnext_large', torchvision: 'convnext_large' },
    convnext_large_mlp: {
      build: convNext({ ...large, headWidth: 1536 }),
      timm: 'convnext_large_mlp',
      inputSize: 256,
    },
    convnext_xlarge: {
      build: convNext({ depths: [3, 3, 27, 3], widths: doubled(256) }),
      timm: 'convnext_xlarge',
    },
  },
);

/** ConvNeXt-v2: Woo et al. 2023. */
const second = defineFamily(
  { family: 'ConvNeXt-v2', year: 2023, paper: 'arXiv 2301.00808' },
  {
    convnextv2_atto: { build: convNext({ ...atto, responseNorm }), timm: 'convnextv2_atto' },
    convnextv2_femto: { build: convNext({ ...femto, responseNorm }), timm: 'convnextv2_femto' },
    convnextv2_pico: { build: convNext({ ...pico, responseNorm }), timm: 'convnextv2_pico' },
    convnextv2_nano: { build: convNext({ ...nano, responseNorm }), timm: 'convnextv2_nano' },
    convnextv2_tiny: { build: convNext({ ...tiny, responseNorm }), timm: 'convnextv2_tiny' },
    convnextv2_base: { build: convNext({ ...base, responseNorm }), timm: 'convnextv2_base' },
    convnextv2_large: { build: convNext({ ...large, responseNorm }), timm: 'convnextv2_large' },
  },
);

export const architectures = [...first, ...second];
