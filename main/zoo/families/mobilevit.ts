import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily, imagenetClasses } from '../architecture.ts';
import { invertedResidual } from '../blocks/invertedResidual.ts';
import { roundChannels } from '../blocks/roundChannels.ts';
import { encoderBlock } from '../blocks/transformer.ts';

/** A row of the paper's table 4. */
interface Size {
  /** Channels of the five stages, at strides 2, 4, 8, 16, 32. */
  readonly channels: readonly [number, number, number, number, number];
  /** Token widths of the transformers in the last three stages. */
  readonly tokens: readonly [number, number, number];
  /** Expansion of the inverted residuals. */
  readonly expansion: number;
  /** Channels of the last 1×1 convolution. */
  readonly last: number;
}

/** Encoder blocks in the last three stages. */
const depths = [2, 4, 3] as const;

/** Side of the patches whose pixels attend to those at the same place of other patches. */
const patch = 2;

/** Length of a map's side, rounded up to whole patches. */
const wholePatches = (length: number): number => Math.ceil(length / patch) * patch;

/**
 * MobileViT block (arXiv 2110.02178, figure 1b): local features by convolutions, global ones by a transformer over
 * patches, and a 3×3 convolution of both. A map of odd size is stretched to whole patches and back, as timm does.
 */
function mobileVitBlock(g: GraphBuilder, x: Value, tokens: number, depth: number): Value {
  const [channels, height, width] = [dim(x, 1), dim(x, 2), dim(x, 3)];
  const activation = 'silu';
  let y = g.conv(g.convNorm(x, channels, 3, { activation }), tokens, 1);
  const even = [wholePatches(height), wholePatches(width)] as const;
  const stretched = even[0] !== height || even[1] !== width;
  if (stretched) y = g.resize(y, even, 'linear');
  const grid = [even[0] / patch, even[1] / patch] as const;
  // [N, C, H, W] to [N · patch², patches, C]: each pixel of a patch has a sequence of its own.
  y = g.transpose(g.reshape(y, [-1, tokens, grid[0], patch, grid[1], patch]), [0, 3, 5, 2, 4, 1]);
  y = g.reshape(y, [-1, grid[0] * grid[1], tokens]);
  for (let index = 0; index < depth; index++) {
    y = g.scope(`block${index}`, () => encoderBlock(g, y, { heads: 4, mlpRatio: 2, activation, eps: 1e-5 }));
  }
  y = g.reshape(g.layerNorm(y), [-1, patch, patch, grid[0], grid[1], tokens]);
  y = g.reshape(g.transpose(y, [0, 5, 3, 1, 4, 2]), [-1, tokens, even[0], even[1]]);
  if (stretched) y = g.resize(y, [height, width], 'linear');
  y = g.convNorm(y, channels, 1, { activation });
  return g.convNorm(g.concat([x, y]), channels, 3, { activation });
}

/** MobileViT (arXiv 2110.02178, figure 1b and table 4). */
const mobileVit =
  ({ channels, tokens, expansion, last }: Size) =>
  (g: GraphBuilder, image: Value): Value => {
    const residual = (x: Value, width: number, stride: number): Value =>
      invertedResidual(g, x, {
        hidden: roundChannels(dim(x, 1) * expansion),
        channels: width,
        stride,
        activation: 'silu',
      });
    let x = g.scope('stem', () => g.convNorm(image, 16, 3, { stride: 2, activation: 'silu' }));
    x = g.scope('stage1/0', () => residual(x, channels[0], 1));
    for (let index = 0; index < 3; index++) {
      x = g.scope(`stage2/${index}`, () => residual(x, channels[1], index === 0 ? 2 : 1));
    }
    g.tap(x);
    depths.forEach((depth, index) => {
      const width = channels[index + 2] ?? 0;
      x = g.scope(`stage${index + 3}/0`, () => residual(x, width, 2));
      x = g.scope(`stage${index + 3}/1`, () => mobileVitBlock(g, x, tokens[index] ?? 0, depth));
      // The last stage's map is that behind the final 1×1 convolution, as timm's list of features has it.
      if (index < 2) g.tap(x);
    });
    x = g.tap(g.scope('last', () => g.convNorm(x, last, 1, { activation: 'silu' })));
    return g.linear(g.features(g.globalAvgPool(x)), imagenetClasses);
  };

/** Light hybrids of convolutions and transformers: Mehta and Rastegari 2021. */
export const architectures = defineFamily(
  { family: 'MobileViT', year: 2021, paper: 'arXiv 2110.02178', inputSize: 256 },
  {
    mobilevit_xxs: {
      build: mobileVit({ channels: [16, 24, 48, 64, 80], tokens: [64, 80, 96], expansion: 2, last: 320 }),
      timm: 'mobilevit_xxs',
    },
    mobilevit_xs: {
      build: mobileVit({ channels: [32, 48, 64, 80, 96], tokens: [96, 120, 144], expansion: 4, last: 384 }),
      timm: 'mobilevit_xs',
    },
    mobilevit_s: {
      build: mobileVit({
        channels: [32, 64, 96, 128, 160],
        tokens: [144, 192, 240],
        expansion: 4,
        last: 640,
      }),
      timm: 'mobilevit_s',
    },
  },
);
