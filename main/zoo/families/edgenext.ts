import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily, imagenetClasses } from '../architecture.ts';
import { mix, splitHeadsTransposed, unitVectors } from '../blocks/attention.ts';
import { layerScale } from '../blocks/layerScale.ts';
import { tokensOf } from '../blocks/tokens.ts';
import { mlp } from '../blocks/transformer.ts';

/** A row of the paper's table 1. */
interface Size {
  readonly depths: readonly [number, number, number, number];
  readonly widths: readonly [number, number, number, number];
  readonly heads: number;
}

/** Kernel of the depthwise layers, and parts of the split depthwise layer, in each stage (section 3.2). */
const stages = [
  { kernel: 3, parts: 0 },
  { kernel: 5, parts: 2 },
  { kernel: 7, parts: 3 },
  { kernel: 9, parts: 4 },
] as const;

const eps = 1e-6;

/** Frequencies of the position code, for each axis. */
const frequencies = 32;

/** Two linear layers on the channels, scaled; channels last to channels first. */
function channelMlp(g: GraphBuilder, x: Value): Value {
  const y = mlp(g, g.layerNorm(x, eps), dim(x, 3) * 4);
  return g.transpose(layerScale(g, y, -1), [0, 3, 1, 2]);
}

/** Depthwise layer and channel MLP with a shortcut ("Conv. encoder", arXiv 2206.10589, figure 2). */
function convEncoder(g: GraphBuilder, x: Value, kernel: number): Value {
  const y = g.conv(x, dim(x, 1), kernel, { groups: dim(x, 1), bias: true });
  return g.add(x, channelMlp(g, g.transpose(y, [0, 2, 3, 1])));
}

/**
 * Attention between channels instead of pixels: cosines of the channels over all pixels at a learned temperature, so the
 * cost grows linearly with their number (XCiT, arXiv 2106.09681, section 3.2). Tokens [N, T, C].
 */
function crossCovariance(g: GraphBuilder, x: Value, heads: number): Value {
  return g.scope('xca', () => {
    const [tokens, width] = [dim(x, 1), dim(x, 2)];
    const joint = g.split(g.linear(x, 3 * width), [width, width, width], -1);
    const apart = joint.map((part) => splitHeadsTransposed(g, part, heads)) as [Value, Value, Value];
    const [query, key, value] = apart;
    const cosines = g.matmul(unitVectors(g, query), g.transpose(unitVectors(g, key), [0, 1, 3, 2]));
    const scores = g.mul(cosines, g.parameter('temperature', [heads, 1, 1], { fill: 1 }));
    const mixed = mix(g, g.softmax(scores), value);
    return g.linear(g.reshape(g.transpose(mixed, [0, 3, 1, 2]), [-1, tokens, width]), width);
  });
}

/** Sines and cosines of each pixel's row and column (section 3.2 of arXiv 1706.03762, in two dimensions), as [1, 64, H, W]. */
function fourierCode(g: GraphBuilder, height: number, width: number): Value {
  const code = Float32Array.from({ length: 2 * frequencies * height * width }, (_, index) => {
    const channel = Math.floor(index / (height * width));
    const pixel = index % (height * width);
    const position =
      channel < frequencies ? (Math.floor(pixel / width) + 1) / height : ((pixel % width) + 1) / width;
    const wave = channel % frequencies;
    const angle = (2 * Math.PI * position) / 10_000 ** ((2 * Math.floor(wave / 2)) / frequencies);
    return wave % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
  return g.constant(code, [1, 2 * frequencies, height, width]);
}

/**
 * Split depthwise transpose attention encoder (arXiv 2206.10589, section 3.2): parts of the channels pass through a
 * cascade of 3×3 depthwise layers, the last part as it is; then attention between channels and the channel MLP.
 * In its first use the position code is added.
 */
function splitAttentionEncoder(
  g: GraphBuilder,
  x: Value,
  parts: number,
  heads: number,
  positions: boolean,
): Value {
  const [channels, height, width] = [dim(x, 1), dim(x, 2), dim(x, 3)];
  const share = Math.ceil(channels / parts);
  const slices = g.split(x, [...Array<number>(parts - 1).fill(share), channels - share * (parts - 1)]);
  const outputs: Value[] = [];
  for (const [index, slice] of slices.entries()) {
    const previous = outputs.at(-1);
    if (index === parts - 1) outputs.push(slice);
    else {
      const input = previous === undefined ? slice : g.add(previous, slice);
      outputs.push(g.conv(input, share, 3, { groups: share, bias: true }));
    }
  }
  let y = tokensOf(g, g.concat(outputs));
  if (positions) {
    const code = g.conv(fourierCode(g, height, width), channels, 1, { bias: true });
    y = g.add(y, g.transpose(g.reshape(code, [1, channels, height * width]), [0, 2, 1]));
  }
  y = g.add(y, layerScale(g, crossCovariance(g, g.layerNorm(y, eps), heads), -1));
  return g.add(x, channelMlp(g, g.reshape(y, [-1, height, width, channels])));
}

/** EdgeNeXt (arXiv 2206.10589, figure 2): the last block of each stage but the first attends. */
const edgeNext =
  ({ depths, widths, heads }: Size) =>
  (g: GraphBuilder, image: Value): Value => {
    let x = image;
    stages.forEach(({ kernel, parts }, stage) => {
      const [depth, width] = [depths[stage] ?? 0, widths[stage] ?? 0];
      x = g.scope(`downsample${stage + 1}`, () => {
        const side = stage === 0 ? 4 : 2;
        const normed = stage === 0 ? x : g.layerNormChannels(x, eps);
        const reduced = g.conv(normed, width, side, { stride: side, padding: 0, bias: true });
        return stage === 0 ? g.layerNormChannels(reduced, eps) : reduced;
      });
      for (let index = 0; index < depth; index++) {
        x = g.scope(`stage${stage + 1}/${index}`, () =>
          parts > 0 && index === depth - 1
            ? splitAttentionEncoder(g, x, parts, heads, stage === 1)
            : convEncoder(g, x, kernel),
        );
      }
      g.tap(x);
    });
    return g.linear(g.features(g.layerNorm(g.globalAvgPool(x), eps)), imagenetClasses);
  };

/** Convolutions with channel attention for edge devices: Maaz et al. 2022, as in timm. */
export const architectures = defineFamily(
  { family: 'EdgeNeXt', year: 2022, paper: 'arXiv 2206.10589', inputSize: 256 },
  {
    edgenext_xx_small: {
      build: edgeNext({ depths: [2, 2, 6, 2], widths: [24, 48, 88, 168], heads: 4 }),
      timm: 'edgenext_xx_small',
    },
    edgenext_x_small: {
      build: edgeNext({ depths: [3, 3, 9, 3], widths: [32, 64, 100, 192], heads: 4 }),
      timm: 'edgenext_x_small',
    },
    edgenext_small: {
      build: edgeNext({ depths: [3, 3, 9, 3], widths: [48, 96, 160, 304], heads: 8 }),
      timm: 'edgenext_small',
    },
    edgenext_base: {
      build: edgeNext({ depths: [3, 3, 9, 3], widths: [80, 160, 288, 584], heads: 8 }),
      timm: 'edgenext_base',
    },
  },
);
