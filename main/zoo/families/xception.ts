import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';

/** Depthwise 3×3, then 1×1, with a batch norm behind the pair only. */
function separableConv(g: GraphBuilder, x: Value, channels: number): Value {
  const spatial = g.conv(x, dim(x, 1), 3, { groups: dim(x, 1) });
  return g.batchNorm(g.conv(spatial, channels, 1));
}

interface Block {
  /** Widths of the separable convolutions, each behind a ReLU. */
  readonly widths: readonly number[];
  readonly stride: number;
  /** The block's input is the last map of its stride. */
  readonly tapsInput: boolean;
}

const down = (...widths: number[]): Block => ({ widths, stride: 2, tapsInput: true });
const middle: Block = { widths: [728, 728, 728], stride: 1, tapsInput: false };

/** Blocks 2 … 12 of arXiv 1610.02357, figure 5; block 1 differs in having no ReLU in front. */
const blocks: readonly Block[] = [
  down(256, 256),
  down(728, 728),
  ...Array.from({ length: 8 }, () => middle),
  down(728, 1024),
];

function block(g: GraphBuilder, x: Value, { widths, stride, tapsInput }: Block): Value {
  const activated = g.relu(x);
  if (tapsInput) g.tap(activated);
  return residual(g, x, activated, widths, stride);
}

/** Separable convolutions from `start`, halved by a max pool, beside the shortcut from `x`. */
function residual(g: GraphBuilder, x: Value, start: Value, widths: readonly number[], stride: number): Value {
  let y = start;
  widths.forEach((width, index) => {
    y = separableConv(g, index === 0 ? y : g.relu(y), width);
  });
  if (stride === 1) return g.add(y, x);
  y = g.maxPool(y, 3, { stride: 2, padding: 1 });
  return g.add(y, g.convNorm(x, dim(y, 1), 1, { stride: 2, activation: 'none' }));
}

/** Xception, as timm (legacy_xception) and Cadene have ported it from Keras. */
function xception(g: GraphBuilder, image: Value): Value {
  let x = g.scope('stem', () => {
    const y = g.convNorm(image, 32, 3, { stride: 2, padding: 0 });
    return g.convNorm(y, 64, 3, { padding: 0 });
  });
  x = g.scope('block1', () => residual(g, x, x, [128, 128], 2));
  blocks.forEach((layout, index) => {
    x = g.scope(`block${index + 2}`, () => block(g, x, layout));
  });
  x = g.scope('exit', () => g.relu(separableConv(g, g.relu(separableConv(g, x, 1536)), 2048)));
  return pooledClassifier(g, g.tap(x));
}

/** Xception: Chollet 2016. */
export const architectures = defineFamily(
  { family: 'Xception', year: 2016, paper: 'arXiv 1610.02357', inputSize: 299 },
  {
    legacy_xception: {
      build: xception,
      timm: 'legacy_xception',
      bianco2018: 'Xception',
      cadene: 'Xception',
    },
  },
);
