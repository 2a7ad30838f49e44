import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';
import { roundChannels } from '../blocks/roundChannels.ts';
import { roundToEven } from '../blocks/roundToEven.ts';
import { squeezeExcite } from '../blocks/squeezeExcite.ts';

/** Groups of bottlenecks; gates from the third group on. */
const groups = [
  { depth: 1, stride: 1, expansion: 1, gated: false },
  { depth: 2, stride: 2, expansion: 6, gated: false },
  { depth: 2, stride: 2, expansion: 6, gated: true },
  { depth: 3, stride: 2, expansion: 6, gated: true },
  { depth: 3, stride: 1, expansion: 6, gated: true },
  { depth: 5, stride: 2, expansion: 6, gated: true },
];

/** Block widths grow linearly from 16 channels by 180 over all blocks (arXiv 2007.00992). */
const [initialWidth, growth] = [16, 180];
const blocks = groups.reduce((sum, { depth }) => sum + depth, 0);

/** Adds the input to the first channels of a map that may have more, as PyramidNet does. */
function addToFirst(g: GraphBuilder, x: Value, y: Value): Value {
  const [narrow, wide] = [dim(x, 1), dim(y, 1)];
  if (narrow === wide) return g.add(x, y);
  const [first, rest] = g.split(y, [narrow, wide - narrow]) as [Value, Value];
  return g.concat([g.add(first, x), rest]);
}

interface Block {
  readonly channels: number;
  readonly expansion: number;
  readonly stride: number;
  readonly gated: boolean;
}

/** Inverted residual with SiLU behind the expansion, and ReLU6 behind the depthwise layer and its gate to a twelfth. */
function bottleneck(g: GraphBuilder, x: Value, block: Block, divisor: number): Value {
  const { channels, expansion, stride, gated } = block;
  const hidden = expansion === 1 ? dim(x, 1) : roundChannels(dim(x, 1) * expansion, divisor);
  let y = expansion === 1 ? x : g.convNorm(x, hidden, 1, { activation: 'silu' });
  y = g.convNorm(y, hidden, 3, { stride, groups: hidden, activation: 'none' });
  if (gated) y = squeezeExcite(g, y, roundChannels(Math.floor(hidden / 12), divisor), { norm: true });
  y = g.convNorm(g.activate(y, 'relu6'), channels, 1, { activation: 'none' });
  return stride === 1 && dim(x, 1) <= channels ? addToFirst(g, x, y) : y;
}

/** `divisor`: all widths are multiples of it, timm's "rexnetr". */
function rexnet(width: number, divisor = 1) {
  const scaled = (channels: number) => roundChannels(roundToEven(channels * width), divisor);
  return (g: GraphBuilder, image: Value): Value => {
    let x = g.scope('stem', () => g.convNorm(image, scaled(32), 3, { stride: 2, activation: 'silu' }));
    let count = 0;
    groups.forEach(({ depth, stride, expansion, gated }, group) => {
      for (let index = 0; index < depth; index++) {
        const channels = scaled(initialWidth + (growth / blocks) * count++);
        const block = { channels, expansion, stride: index === 0 ? stride : 1, gated };
        x = g.scope(`group${group}/${index}`, () => bottleneck(g, x, block, divisor));
      }
      if (group > 0 && groups[group + 1]?.stride !== 1) g.tap(x);
    });
    const last = roundChannels(1280 * width, divisor);
    return g.scope('head', () => pooledClassifier(g, g.convNorm(x, last, 1, { activation: 'silu' })));
  };
}

/** Against representational bottlenecks: Han et al. 2020, as in timm. */
export const architectures = defineFamily(
  { family: 'ReXNet', year: 2020, paper: 'arXiv 2007.00992' },
  {
    rexnet_100: { build: rexnet(1), timm: 'rexnet_100' },
    rexnet_130: { build: rexnet(1.3), timm: 'rexnet_130' },
    rexnet_150: { build: rexnet(1.5), timm: 'rexnet_150' },
    rexnet_200: { build: rexnet(2), timm: 'rexnet_200' },
    rexnet_300: { build: rexnet(3), timm: 'rexnet_300' },
    rexnetr_200: { build: rexnet(2, 8), timm: 'rexnetr_200' },
    rexnetr_300: { build: rexnet(3, 16), timm: 'rexnetr_300' },
  },
);
