import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { through } from '../../onnx/moments.ts';
import { defineFamily, imagenetClasses } from '../architecture.ts';

/** A network's row in arXiv 1707.01629, table 1. */
interface Shape {
  /** First layer: kernel and width. */
  readonly stem: readonly [kernel: number, width: number];
  /** Width of the 3×3 layers in the first stage. */
  readonly width: number;
  readonly groups: number;
  readonly depths: readonly number[];
  /** Channels that each block of a stage appends to the dense path. */
  readonly increments: readonly number[];
  /** Width of the residual path in the first stage. */
  readonly residualWidth: number;
  /** The "b" form: the last 1×1 layer is two layers, one a path. */
  readonly split: boolean;
}

/** What a block hands on: the residual path and the dense one. */
type Paths = readonly [residual: Value, dense: Value];

const eps = 1e-3;

const normRelu = (g: GraphBuilder, x: Value) => g.relu(g.batchNorm(x, eps));

/** A layer's output cut into the residual path's channels and the dense path's. */
function cut(g: GraphBuilder, x: Value, residualWidth: number): Paths {
  const width = dim(x, 1);
  return [g.slice(x, 1, 0, residualWidth), g.slice(x, 1, residualWidth, width)];
}

/**
 * Dual-path block (arXiv 1707.01629, figure 2 d): a bottleneck whose output is partly added to the residual path, partly
 * appended to the dense one. `x` is both paths joined; the first block of a stage (`before` null) projects it.
 */
function block(
  g: GraphBuilder,
  x: Value,
  before: Paths | null,
  shape: Shape,
  { stage, stride }: { stage: number; stride: number },
): Paths {
  const residualWidth = shape.residualWidth * 2 ** stage;
  const width = shape.width * 2 ** stage;
  const increment = shape.increments[stage] ?? 0;

  const [residual, dense] =
    before ??
    g.scope('projection', () =>
      cut(g, g.conv(normRelu(g, x), residualWidth + 2 * increment, 1, { stride }), residualWidth),
    );
  let y = g.conv(normRelu(g, x), width, 1);
  y = normRelu(g, g.conv(normRelu(g, y), width, 3, { stride, groups: shape.groups }));
  const [added, appended] = shape.split
    ? [g.conv(y, residualWidth, 1), g.conv(y, increment, 1)]
    : cut(g, g.conv(y, residualWidth + increment, 1), residualWidth);
  return [g.add(residual, added), g.concat([dense, appended])];
}

/** Dual-path network as timm's dpn* and Cadene's port have it; ELU before the pooling, as in Cadene's and the MXNet release. */
function dpn(shape: Shape) {
  return (g: GraphBuilder, image: Value): Value => {
    const [kernel, width] = shape.stem;
    let x = g.scope('stem', () =>
      g.maxPool(g.convNorm(image, width, kernel, { stride: 2, eps }), 3, { stride: 2, padding: 1 }),
    );
    shape.depths.forEach((depth, stage) => {
      let paths: Paths | null = null;
      for (let index = 0; index < depth; index++) {
        const stride = stage > 0 && index === 0 ? 2 : 1;
        [x, paths] = g.scope(`conv${stage + 2}/${index}`, () => {
          const after = block(g, x, paths, shape, { stage, stride });
          return [g.concat(after), after];
        });
      }
      g.tap(x);
    });
    return g.linear(g.features(g.globalAvgPool(elu(g, g.batchNorm(x, eps)))), imagenetClasses);
  };
}

/** Exponential linear unit: x, or eˣ − 1 below zero. */
function elu(g: GraphBuilder, x: Value): Value {
  return g.node(
    'Elu',
    [x],
    {},
    through((y) => (y > 0 ? y : Math.expm1(y)), x),
  );
}

const small: Omit<Shape, 'split'> = {
  stem: [3, 10],
  width: 128,
  groups: 32,
  depths: [3, 4, 12, 3],
  increments: [16, 32, 32, 64],
  residualWidth: 64,
};

export const architectures = defineFamily(
  { family: 'DPN', year: 2017, paper: 'arXiv 1707.01629' },
  {
    dpn68: {
      build: dpn({ ...small, split: false }),
      timm: 'dpn68',
      bianco2018: 'DPN-68',
      cadene: 'DualPathNet68',
    },
    dpn68b: { build: dpn({ ...small, split: true }), timm: 'dpn68b', cadene: 'DualPathNet68b_5k' },
    dpn92: {
      build: dpn({
        stem: [7, 64],
        width: 96,
        groups: 32,
        depths: [3, 4, 20, 3],
        increments: [16, 32, 24, 128],
        residualWidth: 256,
        split: false,
      }),
      timm: 'dpn92',
      cadene: 'DualPathNet92_5k',
    },
    dpn98: {
      build: dpn({
        stem: [7, 96],
        width: 160,
        groups: 40,
        depths: [3, 6, 20, 3],
        increments: [16, 32, 32, 128],
        residualWidth: 256,
        split: false,
      }),
      timm: 'dpn98',
      bianco2018: 'DPN-98',
      cadene: 'DualPathNet98',
    },
    dpn107: {
      build: dpn({
        stem: [7, 128],
        width: 200,
        groups: 50,
        depths: [4, 8, 20, 3],
        increments: [20, 64, 64, 128],
        residualWidth: 256,
        split: false,
      }),
      timm: 'dpn107',
      cadene: 'DualPathNet107_5k',
    },
    dpn131: {
      build: dpn({
        stem: [7, 128],
        width: 160,
        groups: 40,
        depths: [4, 8, 28, 3],
        increments: [16, 32, 32, 128],
        residualWidth: 256,
        split: false,
      }),
      timm: 'dpn131',
      bianco2018: 'DPN-131',
      cadene: 'DualPathNet131',
    },
  },
);
