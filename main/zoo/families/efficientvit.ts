import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily, imagenetClasses } from '../architecture.ts';
import { invertedResidual } from '../blocks/invertedResidual.ts';

/** A column of the paper's table of backbones. */
interface Size {
  /** Channels at strides 2, 4, 8, 16, 32. */
  readonly widths: readonly [number, number, number, number, number];
  readonly depths: readonly [number, number, number, number, number];
  readonly headWidth: number;
  /** Widths of the last 1×1 convolution and of the hidden layer of the classifier. */
  readonly last: readonly [number, number];
}

const activation = 'hardSwish';
const expansion = 4;

/**
 * Attention with a ReLU kernel instead of a softmax, so that keys and values are multiplied first and the cost is linear in
 * the pixels; the values' extra column of ones gives the sum to divide by (arXiv 2205.14756, equation 2). Heads are
 * doubled by a second set whose parts are gathered from 5×5 neighbourhoods (figure 2).
 */
function linearAttention(g: GraphBuilder, x: Value, headWidth: number): Value {
  return g.scope('attn', () => {
    const [channels, height, width] = [dim(x, 1), dim(x, 2), dim(x, 3)];
    const heads = channels / headWidth;
    const joint = g.conv(x, 3 * channels, 1, { gain: 1 });
    const near = g.conv(joint, 3 * channels, 5, { groups: 3 * channels, gain: 1 });
    const gathered = g.conv(near, 3 * channels, 1, { groups: 3 * heads, gain: 1 });
    const byHead = g.reshape(g.concat([joint, gathered]), [-1, 2 * heads, 3 * headWidth, height * width]);
    const parts = g.split(g.transpose(byHead, [0, 1, 3, 2]), [headWidth, headWidth, headWidth], 3);
    const [query, key, value] = parts as [Value, Value, Value];
    const ones = [0, 0, 0, 1];
    const weighted = g.node(
      'Pad',
      [value, g.constant([0, 0, 0, 0, ...ones], [8], 'int64'), g.scalar(1)],
      { mode: { kind: 'string', value: 'constant' } },
      value,
    );
    const summed = g.matmul(g.transpose(g.relu(key), [0, 1, 3, 2]), weighted);
    const mixed = g.matmul(g.relu(query), summed);
    const [numerator, sum] = g.split(mixed, [headWidth, 1], 3) as [Value, Value];
    const averages = g.node('Div', [numerator, g.add(sum, g.scalar(1e-5))], {}, value);
    const map = g.reshape(g.transpose(averages, [0, 1, 3, 2]), [-1, 2 * channels, height, width]);
    return g.convNorm(map, channels, 1, { activation: 'none' });
  });
}

/** Inverted residual branch with a norm behind the last layer only; the others have biases. */
function lightlyNormed(g: GraphBuilder, x: Value, channels: number, stride: number): Value {
  const hidden = expansion * dim(x, 1);
  const expanded = g.activate(g.conv(x, hidden, 1, { bias: true }), activation);
  const mixed = g.conv(expanded, hidden, 3, { stride, groups: hidden, bias: true });
  return g.convNorm(g.activate(mixed, activation), channels, 1, { activation: 'none' });
}

/** EfficientViT-B (arXiv 2205.14756, figure 5): inverted residuals to stride 8, attention at strides 16 and 32. */
const efficientVit =
  ({ widths, depths, headWidth, last }: Size) =>
  (g: GraphBuilder, image: Value): Value => {
    let x = g.scope('stem', () => g.convNorm(image, widths[0], 3, { stride: 2, activation }));
    for (let index = 0; index < depths[0]; index++) {
      x = g.scope(`stem/${index}`, () =>
        invertedResidual(g, x, { hidden: widths[0], channels: widths[0], activation, expand: false }),
      );
    }
    for (const stage of [1, 2] as const) {
      for (let index = 0; index < depths[stage]; index++) {
        x = g.scope(`stage${stage}/${index}`, () =>
          invertedResidual(g, x, {
            hidden: expansion * dim(x, 1),
            channels: widths[stage],
            stride: index === 0 ? 2 : 1,
            activation,
          }),
        );
      }
      g.tap(x);
    }
    for (const stage of [3, 4] as const) {
      x = g.scope(`stage${stage}/halve`, () => lightlyNormed(g, x, widths[stage], 2));
      for (let index = 0; index < depths[stage]; index++) {
        x = g.scope(`stage${stage}/${index}`, () => {
          const y = g.add(linearAttention(g, x, headWidth), x);
          return g.add(lightlyNormed(g, y, widths[stage], 1), y);
        });
      }
      g.tap(x);
    }
    const pooled = g.globalAvgPool(g.scope('last', () => g.convNorm(x, last[0], 1, { activation })));
    const hidden = g.layerNorm(g.linear(pooled, last[1], { bias: false }));
    return g.linear(g.features(g.activate(hidden, activation)), imagenetClasses);
  };

/** Linear attention at several scales, Cai et al. 2022; the B series, as in timm. */
export const architectures = defineFamily(
  { family: 'EfficientViT', year: 2022, paper: 'arXiv 2205.14756' },
  {
    efficientvit_b0: {
      build: efficientVit({
        widths: [8, 16, 32, 64, 128],
        depths: [1, 2, 2, 2, 2],
        headWidth: 16,
        last: [1024, 1280],
      }),
      timm: 'efficientvit_b0',
    },
    efficientvit_b1: {
      build: efficientVit({
        widths: [16, 32, 64, 128, 256],
        depths: [1, 2, 3, 3, 4],
        headWidth: 16,
        last: [1536, 1600],
      }),
      timm: 'efficientvit_b1',
    },
    efficientvit_b2: {
      build: efficientVit({
        widths: [24, 48, 96, 192, 384],
        depths: [1, 3, 4, 4, 6],
        headWidth: 32,
        last: [2304, 2560],
      }),
      timm: 'efficientvit_b2',
    },
    efficientvit_b3: {
      build: efficientVit({
        widths: [32, 64, 128, 256, 512],
        depths: [1, 4, 6, 6, 9],
        headWidth: 32,
        last: [2304, 2560],
      }),
      timm: 'efficientvit_b3',
    },
  },
);
