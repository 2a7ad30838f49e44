import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { fourStages, pooledClassifier, type Place } from '../blocks/fourStages.ts';
import { scaleChain } from '../blocks/scaleChain.ts';
import { resnetShortcut, resnetStem, type Shortcut, type Stem } from '../blocks/tunedResNet.ts';

/** "26w×4s": the 3×3 layer becomes a chain over `scales` slices, each `sliceWidth` channels where the stage is 64 wide. */
interface Shape {
  readonly depths: readonly number[];
  readonly sliceWidth: number;
  readonly scales: number;
  readonly groups?: number;
  readonly stem?: Stem;
  readonly shortcut?: Shortcut;
}

/** ResNet's bottleneck with a chain of scales for its 3×3 layer; the first block of a stage keeps the scales apart. */
function bottle2neck(g: GraphBuilder, x: Value, { width, stride, index }: Place, shape: Shape): Value {
  const { scales, sliceWidth, groups = 1 } = shape;
  const inner = Math.floor((width * sliceWidth) / 64) * groups;
  const y = scaleChain(g, g.convNorm(x, inner * scales, 1), { scales, stride, groups, apart: index === 0 });
  const branch = g.convNorm(y, width * 4, 1, { activation: 'none' });
  return g.relu(g.add(branch, resnetShortcut(g, x, width * 4, stride, shape.shortcut ?? 'conv')));
}

function res2net(shape: Shape) {
  return (g: GraphBuilder, image: Value): Value => {
    const stem = g.scope('stem', () =>
      g.maxPool(resnetStem(g, image, shape.stem ?? 'plain'), 3, { stride: 2, padding: 1 }),
    );
    return pooledClassifier(
      g,
      fourStages(g, stem, shape.depths, (x, place) => bottle2neck(g, x, place, shape)),
    );
  };
}

const fifty = [3, 4, 6, 3];
const hundredOne = [3, 4, 23, 3];

export const architectures = defineFamily(
  { family: 'Res2Net', year: 2019, paper: 'arXiv 1904.01169' },
  {
    res2net50_26w_4s: {
      build: res2net({ depths: fifty, sliceWidth: 26, scales: 4 }),
      timm: 'res2net50_26w_4s',
    },
    res2net50_26w_6s: {
      build: res2net({ depths: fifty, sliceWidth: 26, scales: 6 }),
      timm: 'res2net50_26w_6s',
    },
    res2net50_26w_8s: {
      build: res2net({ depths: fifty, sliceWidth: 26, scales: 8 }),
      timm: 'res2net50_26w_8s',
    },
    res2net50_48w_2s: {
      build: res2net({ depths: fifty, sliceWidth: 48, scales: 2 }),
      timm: 'res2net50_48w_2s',
    },
    res2net50_14w_8s: {
      build: res2net({ depths: fifty, sliceWidth: 14, scales: 8 }),
      timm: 'res2net50_14w_8s',
    },
    res2net50d: {
      build: res2net({ depths: fifty, sliceWidth: 26, scales: 4, stem: 'deep', shortcut: 'average' }),
      timm: 'res2net50d',
    },
    res2next50: {
      build: res2net({ depths: fifty, sliceWidth: 4, scales: 4, groups: 8 }),
      timm: 'res2next50',
    },
    res2net101_26w_4s: {
      build: res2net({ depths: hundredOne, sliceWidth: 26, scales: 4 }),
      timm: 'res2net101_26w_4s',
    },
    res2net101d: {
      build: res2net({ depths: hundredOne, sliceWidth: 26, scales: 4, stem: 'deep', shortcut: 'average' }),
      timm: 'res2net101d',
    },
  },
);
