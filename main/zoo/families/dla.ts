import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';
import { scaleChain } from '../blocks/scaleChain.ts';

/** A residual block that takes its shortcut from outside. */
type Block = (g: GraphBuilder, x: Value, width: number, stride: number, shortcut: Value) => Value;

const basic: Block = (g, x, width, stride, shortcut) =>
  g.relu(g.add(g.convNorm(g.convNorm(x, width, 3, { stride }), width, 3, { activation: 'none' }), shortcut));

/** Bottleneck to half the width, or DLA-X's with `groups` of `widthPerGroup` channels where the stage is 128 wide. */
const bottleneck =
  (groups = 1, widthPerGroup = 64): Block =>
  (g, x, width, stride, shortcut) => {
    const inner = Math.floor((Math.floor((width * widthPerGroup) / 64) * groups) / 2);
    const y = g.convNorm(g.convNorm(x, inner, 1), inner, 3, { stride, groups });
    return g.relu(g.add(g.convNorm(y, width, 1, { activation: 'none' }), shortcut));
  };

/** The bottleneck with Res2Net's chain of four scales; it keeps them apart where the stride is 2. */
const bottle2neck =
  (groups: number, widthPerGroup: number): Block =>
  (g, x, width, stride, shortcut) => {
    const inner = Math.floor((Math.floor((width * widthPerGroup) / 64) * groups) / 2);
    const chain = { scales: 4, stride, groups, apart: stride > 1 };
    const y = scaleChain(g, g.convNorm(x, inner * 4, 1), chain);
    return g.relu(g.add(g.convNorm(y, width, 1, { activation: 'none' }), shortcut));
  };

/** A network's row in arXiv 1707.06484, table 1. */
interface Shape {
  readonly block: Block;
  /** Layers in the second and third level, depths of the trees in the later four. */
  readonly levels: readonly [number, number, number, number, number, number];
  readonly widths: readonly [number, number, number, number, number, number];
  /** Whether an aggregation node adds its first input to its output. */
  readonly residualRoot?: boolean;
}

/**
 * Hierarchical deep aggregation (arXiv 1707.06484, figure 2 f and section 3.2): a binary tree of blocks; each node joins its
 * two subtrees and what its ancestors pass down. `children` are those; `keepsInput` adds the tree's own input to them.
 */
function tree(
  g: GraphBuilder,
  x: Value,
  shape: Shape,
  place: {
    depth: number;
    width: number;
    stride: number;
    keepsInput: boolean;
    children: readonly Value[];
  },
): Value {
  const { depth, width, stride } = place;
  const bottom = stride > 1 ? g.maxPool(x, stride, { stride }) : x;
  const children = place.keepsInput ? [...place.children, bottom] : place.children;
  if (depth === 1) {
    const shortcut =
      dim(bottom, 1) === width
        ? bottom
        : g.scope('project', () => g.convNorm(bottom, width, 1, { activation: 'none' }));
    const left = g.scope('left', () => shape.block(g, x, width, stride, shortcut));
    const right = g.scope('right', () => shape.block(g, left, width, 1, left));
    return g.scope('root', () => {
      const joined = g.convNorm(g.concat([right, left, ...children]), width, 1, { activation: 'none' });
      return g.relu(shape.residualRoot === true ? g.add(joined, right) : joined);
    });
  }
  const subtree = { depth: depth - 1, width, keepsInput: false };
  const left = g.scope('left', () => tree(g, x, shape, { ...subtree, stride, children: [] }));
  return g.scope('right', () =>
    tree(g, left, shape, { ...subtree, stride: 1, children: [...children, left] }),
  );
}

/** Deep layer aggregation as timm's dla*, without the projections that the authors' code holds but never uses. */
function dla(shape: Shape) {
  return (g: GraphBuilder, image: Value): Value => {
    const [stemDepth, secondDepth] = shape.levels;
    const [stemWidth, secondWidth] = shape.widths;
    let x = g.scope('stem', () => g.convNorm(image, stemWidth, 7));
    for (let index = 0; index < stemDepth; index++) x = g.scope('level0', () => g.convNorm(x, stemWidth, 3));
    for (let index = 0; index < secondDepth; index++) {
      x = g.scope('level1', () => g.convNorm(x, secondWidth, 3, { stride: index === 0 ? 2 : 1 }));
    }
    for (const level of [2, 3, 4, 5] as const) {
      const place = {
        depth: shape.levels[level],
        width: shape.widths[level],
        stride: 2,
        keepsInput: level > 2,
        children: [],
      };
      x = g.tap(g.scope(`level${level}`, () => tree(g, x, shape, place)));
    }
    return pooledClassifier(g, x);
  };
}

const wide = [16, 32, 128, 256, 512, 1024] as const;
/** The "C" networks: compact. */
const compact = [16, 32, 64, 64, 128, 256] as const;
const x32 = bottleneck(32, 4);

export const architectures = defineFamily(
  { family: 'DLA', year: 2017, paper: 'arXiv 1707.06484' },
  {
    dla34: {
      build: dla({ block: basic, levels: [1, 1, 1, 2, 2, 1], widths: [16, 32, 64, 128, 256, 512] }),
      timm: 'dla34',
    },
    dla46_c: {
      build: dla({ block: bottleneck(), levels: [1, 1, 1, 2, 2, 1], widths: compact }),
      timm: 'dla46_c',
    },
    dla46x_c: { build: dla({ block: x32, levels: [1, 1, 1, 2, 2, 1], widths: compact }), timm: 'dla46x_c' },
    dla60x_c: { build: dla({ block: x32, levels: [1, 1, 1, 2, 3, 1], widths: compact }), timm: 'dla60x_c' },
    dla60: { build: dla({ block: bottleneck(), levels: [1, 1, 1, 2, 3, 1], widths: wide }), timm: 'dla60' },
    dla60x: { build: dla({ block: x32, levels: [1, 1, 1, 2, 3, 1], widths: wide }), timm: 'dla60x' },
    /** With Res2Net's blocks (arXiv 1904.01169, table 3). */
    dla60_res2net: {
      build: dla({ block: bottle2neck(1, 28), levels: [1, 1, 1, 2, 3, 1], widths: wide }),
      timm: 'dla60_res2net',
    },
    dla60_res2next: {
      build: dla({ block: bottle2neck(8, 4), levels: [1, 1, 1, 2, 3, 1], widths: wide }),
      timm: 'dla60_res2next',
    },
    dla102: {
      build: dla({ block: bottleneck(), levels: [1, 1, 1, 3, 4, 1], widths: wide, residualRoot: true }),
      timm: 'dla102',
    },
    dla102x: {
      build: dla({ block: x32, levels: [1, 1, 1, 3, 4, 1], widths: wide, residualRoot: true }),
      timm: 'dla102x',
    },
    dla102x2: {
      build: dla({ block: bottleneck(64, 4), levels: [1, 1, 1, 3, 4, 1], widths: wide, residualRoot: true }),
      timm: 'dla102x2',
    },
    dla169: {
      build: dla({ block: bottleneck(), levels: [1, 1, 2, 3, 5, 1], widths: wide, residualRoot: true }),
      timm: 'dla169',
    },
  },
);
