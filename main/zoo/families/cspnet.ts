import { dim, type Activation, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';

/** One stage; ratios are to its width. */
interface Stage {
  readonly depth: number;
  readonly width: number;
  readonly stride: number;
  /** Width of the strided 3×3 layer that opens the stage. */
  readonly downWidth: 'input' | 'output';
  /** Width of the 1×1 layer whose output is parted in two: one part for the blocks, one that passes by. */
  readonly expand: number;
  /** Width of the blocks, and of the layer inside them over it. */
  readonly blockRatio: number;
  readonly innerRatio: number;
}

interface Shape {
  /** 'csp' (arXiv 1911.11929, figure 3), its later form 'cs3' without the layer after the blocks, or 'plain' Darknet. */
  readonly kind: 'csp' | 'cs3' | 'plain';
  readonly block: Block;
  readonly activation: Activation;
  readonly stem: (g: GraphBuilder, image: Value, activation: Activation) => Value;
  readonly stages: readonly Stage[];
  readonly groups?: number;
  /** Whether the expansion lacks an activation ("cross_linear"). */
  readonly linearExpansion?: boolean;
}

type Block = (g: GraphBuilder, x: Value, stage: Stage, shape: Shape) => Value;

/** Darknet-53's block: 1×1 and 3×3 layers, nothing after the sum (arXiv 1804.02767, table 1). */
const darkBlock: Block = (g, x, { width, blockRatio, innerRatio }, { activation }) => {
  const blockWidth = width * blockRatio;
  const y = g.convNorm(x, blockWidth * innerRatio, 1, { activation });
  return g.add(g.convNorm(y, blockWidth, 3, { activation }), x);
};

/** ResNet's or ResNeXt's bottleneck, all of stride 1. */
const bottleneckBlock: Block = (g, x, { width, blockRatio, innerRatio }, { activation, groups = 1 }) => {
  const blockWidth = width * blockRatio;
  let y = g.convNorm(x, blockWidth * innerRatio, 1, { activation });
  y = g.convNorm(y, blockWidth * innerRatio, 3, { groups, activation });
  y = g.convNorm(y, blockWidth, 1, { activation: 'none' });
  return g.activate(g.add(y, x), activation);
};

function blocks(g: GraphBuilder, x: Value, stage: Stage, shape: Shape): Value {
  let y = x;
  for (let index = 0; index < stage.depth; index++) {
    y = g.scope(`${index}`, () => shape.block(g, y, stage, shape));
  }
  return y;
}

function crossStage(g: GraphBuilder, x: Value, stage: Stage, shape: Shape): Value {
  const { activation, groups = 1 } = shape;
  const { width, stride } = stage;
  const downWidth = shape.kind === 'plain' || stage.downWidth === 'output' ? width : dim(x, 1);
  const opened = stride === 1 ? x : g.convNorm(x, downWidth, 3, { stride, groups, activation });
  if (shape.kind === 'plain') return blocks(g, opened, stage, shape);

  const half = (width * stage.expand) / 2;
  const expanded = g.convNorm(opened, half * 2, 1, {
    activation: shape.linearExpansion === true ? 'none' : activation,
  });
  const [first, second] = g.split(expanded, [half, half]) as [Value, Value];
  const joined =
    shape.kind === 'csp'
      ? [first, g.convNorm(blocks(g, second, stage, shape), half, 1, { activation })]
      : [blocks(g, first, stage, shape), second];
  return g.convNorm(g.concat(joined), width, 1, { activation });
}

/** Cross-stage partial networks, and the Darknets they came from, as timm has them (its 1×1 expansion, leaky ReLU of 0.01). */
function cspnet(shape: Shape) {
  return (g: GraphBuilder, image: Value): Value => {
    let x = g.scope('stem', () => shape.stem(g, image, shape.activation));
    shape.stages.forEach((stage, index) => {
      x = g.scope(`stage${index}`, () => crossStage(g, x, stage, shape));
      // Darknet's first stage ends at stride 2, which no pyramid uses.
      if (dim(x, 2) <= dim(image, 2) / 4) g.tap(x);
    });
    return pooledClassifier(g, x);
  };
}

/** Stages of these depths and widths, alike in the rest. */
const stages = (
  depths: readonly number[],
  widths: readonly number[],
  ratios: Pick<Stage, 'expand' | 'blockRatio' | 'innerRatio'>,
  rest: { firstStride?: number; downWidth?: Stage['downWidth'] } = {},
): Stage[] =>
  depths.map((depth, stage) => ({
    depth,
    width: widths[stage] ?? 0,
    stride: stage === 0 ? (rest.firstStride ?? 2) : 2,
    downWidth: rest.downWidth ?? 'input',
    ...ratios,
  }));

const resnetStem: Shape['stem'] = (g, image, activation) =>
  g.maxPool(g.convNorm(image, 64, 7, { stride: 2, activation }), 3, { stride: 2, padding: 1 });

const cspResNet = {
  kind: 'csp',
  block: bottleneckBlock,
  activation: 'leakyRelu',
  stem: resnetStem,
  linearExpansion: true,
} as const;

const dark = {
  block: darkBlock,
  activation: 'leakyRelu',
  stem: (g: GraphBuilder, image: Value) => g.convNorm(image, 32, 3, { activation: 'leakyRelu' }),
} as const;
const darkDepths = [1, 2, 8, 8, 4];
const darkWidths = [64, 128, 256, 512, 1024];

/** CSPDarknet-53's first stage does not narrow its blocks; in the later ones each half keeps half the width. */
const cspDarknetStages = stages(
  darkDepths,
  darkWidths,
  { expand: 1, blockRatio: 0.5, innerRatio: 1 },
  { downWidth: 'output' },
).map((stage, index) => (index === 0 ? { ...stage, expand: 2, blockRatio: 1, innerRatio: 0.5 } : stage));

/** The "CS3" networks, drawn from YOLO v5's backbone; `focus`: one 6×6 layer as the stem. */
function cs3(depths: readonly number[], width: number, focus = false) {
  const stem: Shape['stem'] = (g, image, activation) =>
    focus
      ? g.convNorm(image, width, 6, { stride: 2, padding: 2, activation })
      : g.convNorm(g.convNorm(image, width / 2, 3, { stride: 2, activation }), width, 3, { activation });
  const widths = [2, 4, 8, 16].map((factor) => width * factor);
  return cspnet({
    kind: 'cs3',
    block: darkBlock,
    activation: 'silu',
    stem,
    stages: stages(depths, widths, { expand: 1, blockRatio: 0.5, innerRatio: 1 }),
  });
}

const cspnets = defineFamily(
  { family: 'CSPNet', year: 2019, paper: 'arXiv 1911.11929', inputSize: 256 },
  {
    cspresnet50: {
      build: cspnet({
        ...cspResNet,
        stages: stages(
          [3, 3, 5, 2],
          [128, 256, 512, 1024],
          { expand: 2, blockRatio: 1, innerRatio: 0.5 },
          { firstStride: 1 },
        ),
      }),
      timm: 'cspresnet50',
    },
    cspresnext50: {
      build: cspnet({
        ...cspResNet,
        groups: 32,
        stages: stages(
          [3, 3, 5, 2],
          [256, 512, 1024, 2048],
          { expand: 1, blockRatio: 0.5, innerRatio: 1 },
          { firstStride: 1 },
        ),
      }),
      timm: 'cspresnext50',
    },
    cspdarknet53: {
      build: cspnet({ kind: 'csp', ...dark, stages: cspDarknetStages }),
      timm: 'cspdarknet53',
    },
    cs3darknet_m: { build: cs3([2, 4, 6, 2], 48), timm: 'cs3darknet_m' },
    cs3darknet_l: { build: cs3([3, 6, 9, 3], 64), timm: 'cs3darknet_l' },
    cs3darknet_x: { build: cs3([3, 7, 11, 3], 80), timm: 'cs3darknet_x' },
    cs3darknet_focus_m: { build: cs3([2, 4, 6, 2], 48, true), timm: 'cs3darknet_focus_m' },
    cs3darknet_focus_l: { build: cs3([3, 6, 9, 3], 64, true), timm: 'cs3darknet_focus_l' },
  },
);

const darknets = defineFamily(
  { family: 'Darknet', year: 2018, paper: 'arXiv 1804.02767', inputSize: 256 },
  {
    darknet53: {
      build: cspnet({
        kind: 'plain',
        ...dark,
        stages: stages(darkDepths, darkWidths, { expand: 1, blockRatio: 1, innerRatio: 0.5 }),
      }),
      timm: 'darknet53',
    },
  },
);

export const architectures = [...cspnets, ...darknets];
