import { centred } from '../../onnx/moments.ts';
import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';
import { mapNorm } from '../blocks/mapNorm.ts';
import { invertedResidual } from '../blocks/invertedResidual.ts';
import { roundChannels } from '../blocks/roundChannels.ts';

/** Channels of the five stages at width 1, and the depths of the transformers in the last three (arXiv 2206.02680, table 5). */
const channels = [64, 128, 256, 384, 512] as const;
const depths = [2, 4, 3] as const;

/** Side of the patches whose pixels attend to those at the same place of other patches. */
const patch = 2;

const wholePatches = (length: number): number => Math.ceil(length / patch) * patch;

/**
 * Separable self-attention (arXiv 2206.02680, equation 4), linear in the number of patches: one score a patch weighs the keys
 * into a single vector, which scales the values. Tokens are [N, C, pixels of a patch, patches].
 */
function separableAttention(g: GraphBuilder, x: Value): Value {
  return g.scope('attn', () => {
    const width = dim(x, 1);
    const joint = g.conv(x, 1 + 2 * width, 1, { bias: true, gain: 1 });
    const [query, key, value] = g.split(joint, [1, width, width]) as [Value, Value, Value];
    const weighed = g.mul(key, g.softmax(query));
    const context = g.node(
      'ReduceSum',
      [weighed, g.constant([-1], [1], 'int64')],
      { keepdims: { kind: 'int', value: 1 } },
      centred(key.meanSquare),
    );
    return g.conv(g.mul(g.relu(value), context), width, 1, { bias: true });
  });
}

/** Encoder block on unfolded maps, all layers 1×1 convolutions. */
function encoderBlock(g: GraphBuilder, x: Value): Value {
  const width = dim(x, 1);
  const y = g.add(x, separableAttention(g, mapNorm(g, x)));
  const hidden = g.activate(g.conv(mapNorm(g, y), 2 * width, 1, { bias: true }), 'silu');
  return g.add(y, g.conv(hidden, width, 1, { bias: true }));
}

/**
 * MobileViT v2 block (section 3.3): a depthwise layer, the transformer over patches, and a projection without shortcut.
 * A map of odd size is stretched to whole patches, as timm does.
 */
function mobileVitBlock(g: GraphBuilder, x: Value, depth: number): Value {
  const width = dim(x, 1);
  const tokens = width / 2;
  const even = [wholePatches(dim(x, 2)), wholePatches(dim(x, 3))] as const;
  const whole = even[0] !== dim(x, 2) || even[1] !== dim(x, 3) ? g.resize(x, even, 'linear', true) : x;
  const [rows, columns] = [even[0] / patch, even[1] / patch];
  let y = g.conv(g.convNorm(whole, width, 3, { groups: width, activation: 'silu' }), tokens, 1);
  y = g.transpose(g.reshape(y, [-1, tokens, rows, patch, columns, patch]), [0, 1, 3, 5, 2, 4]);
  y = g.reshape(y, [-1, tokens, patch * patch, rows * columns]);
  for (let index = 0; index < depth; index++) y = g.scope(`block${index}`, () => encoderBlock(g, y));
  y = g.reshape(mapNorm(g, y), [-1, tokens, patch, patch, rows, columns]);
  y = g.reshape(g.transpose(y, [0, 1, 4, 2, 5, 3]), [-1, tokens, even[0], even[1]]);
  return g.convNorm(y, width, 1, { activation: 'none' });
}

/** MobileViT v2 at a width multiplier (arXiv 2206.02680, section 4.1), as in timm. */
const mobileVit =
  (multiplier: number) =>
  (g: GraphBuilder, image: Value): Value => {
    const widths = channels.map((width) => Math.floor(width * multiplier));
    const residual = (x: Value, stage: number, stride: number): Value =>
      invertedResidual(g, x, {
        hidden: roundChannels(dim(x, 1) * 2),
        channels: widths[stage] ?? 0,
        stride,
        activation: 'silu',
      });
    const stem = Math.floor(32 * multiplier);
    let x = g.scope('stem', () => g.convNorm(image, stem, 3, { stride: 2, activation: 'silu' }));
    x = g.scope('stage1/0', () => residual(x, 0, 1));
    x = g.scope('stage2/0', () => residual(x, 1, 2));
    x = g.tap(g.scope('stage2/1', () => residual(x, 1, 1)));
    depths.forEach((depth, index) => {
      const stage = index + 2;
      x = g.scope(`stage${stage + 1}/0`, () => residual(x, stage, 2));
      x = g.tap(g.scope(`stage${stage + 1}/1`, () => mobileVitBlock(g, x, depth)));
    });
    return pooledClassifier(g, x);
  };

/** MobileViT with attention of linear cost: Mehta and Rastegari 2022. */
export const architectures = defineFamily(
  { family: 'MobileViT v2', year: 2022, paper: 'arXiv 2206.02680', inputSize: 256 },
  {
    mobilevitv2_050: { build: mobileVit(0.5), timm: 'mobilevitv2_050' },
    mobilevitv2_075: { build: mobileVit(0.75), timm: 'mobilevitv2_075' },
    mobilevitv2_100: { build: mobileVit(1), timm: 'mobilevitv2_100' },
    mobilevitv2_125: { build: mobileVit(1.25), timm: 'mobilevitv2_125' },
    mobilevitv2_150: { build: mobileVit(1.5), timm: 'mobilevitv2_150' },
    mobilevitv2_175: { build: mobileVit(1.75), timm: 'mobilevitv2_175' },
    mobilevitv2_200: { build: mobileVit(2), timm: 'mobilevitv2_200' },
  },
);
