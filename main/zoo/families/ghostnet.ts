import { dim, type Activation, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledHead } from '../blocks/mobileNetwork.ts';
import { roundChannels } from '../blocks/roundChannels.ts';
import { squeezeExcite } from '../blocks/squeezeExcite.ts';

/** A bottleneck: kernel of its depthwise layers, hidden width, output width, stride, and whether it has a gate. */
type Bottleneck = readonly [kernel: 3 | 5, hidden: number, channels: number, stride: 1 | 2, gated: boolean];

/** arXiv 1911.11907, table 1, row by row; a group ends where the stride changes. */
const groups: readonly (readonly Bottleneck[])[] = [
  [[3, 16, 16, 1, false]],
  [
    [3, 48, 24, 2, false],
    [3, 72, 24, 1, false],
  ],
  [
    [5, 72, 40, 2, true],
    [5, 120, 40, 1, true],
  ],
  [
    [3, 240, 80, 2, false],
    [3, 200, 80, 1, false],
    [3, 184, 80, 1, false],
    [3, 184, 80, 1, false],
    [3, 480, 112, 1, true],
    [3, 672, 112, 1, true],
  ],
  [
    [5, 672, 160, 2, true],
    [5, 960, 160, 1, false],
    [5, 960, 160, 1, true],
    [5, 960, 160, 1, false],
    [5, 960, 160, 1, true],
  ],
];

const lastHidden = 960;

/** Half of the channels by a 1×1 layer, the other half from those by a cheap depthwise layer (arXiv 1911.11907, figure 1 b). */
function ghost(g: GraphBuilder, x: Value, channels: number, activation: Activation): Value {
  const half = channels / 2;
  const primary = g.convNorm(x, half, 1, { activation });
  return g.concat([primary, g.convNorm(primary, half, 3, { groups: half, activation })]);
}

/**
 * Decoupled fully connected attention (arXiv 2211.12905): a gate for each pixel from its row and its column, computed
 * at half the size.
 */
function rowColumnGate(g: GraphBuilder, x: Value, channels: number, size: readonly [number, number]): Value {
  const linear = { activation: 'none' } as const;
  let y = g.convNorm(g.avgPool(x, 2), channels, 1, linear);
  y = g.convNorm(y, channels, [1, 5], { groups: channels, ...linear });
  y = g.convNorm(y, channels, [5, 1], { groups: channels, ...linear });
  return g.resize(g.activate(y, 'sigmoid'), size);
}

/** Two ghost modules as expansion and projection (arXiv 1911.11907, figure 3). */
function bottleneck(
  g: GraphBuilder,
  x: Value,
  [kernel, hidden, channels, stride, gated]: Bottleneck,
  attentive: boolean,
): Value {
  let y = ghost(g, x, hidden, 'relu');
  if (attentive) y = g.mul(y, rowColumnGate(g, x, hidden, [dim(y, 2), dim(y, 3)]));
  if (stride > 1) y = g.convNorm(y, hidden, kernel, { stride, groups: hidden, activation: 'none' });
  if (gated) y = squeezeExcite(g, y, roundChannels(hidden / 4, 4), { gate: 'hardSigmoid' });
  y = ghost(g, y, channels, 'none');
  if (stride === 1 && dim(x, 1) === channels) return g.add(y, x);
  const shortcut = g.scope('shortcut', () => {
    const input = dim(x, 1);
    const reduced = g.convNorm(x, input, kernel, { stride, groups: input, activation: 'none' });
    return g.convNorm(reduced, channels, 1, { activation: 'none' });
  });
  return g.add(y, shortcut);
}

/** Widths are multiples of 4. In the second version all blocks but the first two are attentive. */
function ghostnet({ width = 1, version = 1 }: { width?: number; version?: 1 | 2 } = {}) {
  const scaled = (channels: number) => roundChannels(channels * width, 4);
  return (g: GraphBuilder, image: Value): Value => {
    let x = g.scope('stem', () => g.convNorm(image, scaled(16), 3, { stride: 2 }));
    groups.forEach((group, stage) => {
      group.forEach(([kernel, hidden, channels, stride, gated], index) => {
        const attentive = version === 2 && (stage > 1 || (stage === 1 && index > 0));
        const shape = [kernel, scaled(hidden), scaled(channels), stride, gated] as const;
        x = g.scope(`stage${stage}/${index}`, () => bottleneck(g, x, shape, attentive));
      });
      if (stage > 0) g.tap(x);
    });
    return g.scope('head', () =>
      pooledHead(1280)(g, g.convNorm(x, scaled(lastHidden), 1), { activation: 'relu' }),
    );
  };
}

/** More features from cheap operations: Han et al. 2019. */
const first = defineFamily(
  { family: 'GhostNet', year: 2019, paper: 'arXiv 1911.11907' },
  {
    ghostnet_050: { build: ghostnet({ width: 0.5 }), timm: 'ghostnet_050' },
    ghostnet_100: { build: ghostnet(), timm: 'ghostnet_100' },
    ghostnet_130: { build: ghostnet({ width: 1.3 }), timm: 'ghostnet_130' },
  },
);

/** With long-range attention: Tang et al. 2022. */
const second = defineFamily(
  { family: 'GhostNet-v2', year: 2022, paper: 'arXiv 2211.12905' },
  {
    ghostnetv2_100: { build: ghostnet({ version: 2 }), timm: 'ghostnetv2_100' },
    ghostnetv2_130: { build: ghostnet({ width: 1.3, version: 2 }), timm: 'ghostnetv2_130' },
    ghostnetv2_160: { build: ghostnet({ width: 1.6, version: 2 }), timm: 'ghostnetv2_160' },
  },
);

export const architectures = [...first, ...second];
