import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import type { Pair } from '../../onnx/padding.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';
import { asLayer, branches, chain, maxPooled, moduleStages, type Layer } from '../blocks/inception.ts';

const conv =
  (channels: number, kernel: number | Pair, options: { stride?: number; padding?: number } = {}): Layer =>
  (g, x) =>
    g.convNorm(x, channels, kernel, options);

const valid = { padding: 0 } as const;
const reducing = { stride: 2, padding: 0 } as const;

/** The stem of Inception-v4, the first of whose joins is at stride 4 (marked). */
function stem(g: GraphBuilder, image: Value): Value {
  const stride2 = chain(g, image, [conv(32, 3, reducing), conv(32, 3, valid), conv(64, 3)]);
  const stride4 = g.tap(branches(g, stride2, [[maxPooled], [conv(96, 3, reducing)]]));
  const deeper = branches(g, stride4, [
    [conv(64, 1), conv(96, 3, valid)],
    [conv(64, 1), conv(64, [7, 1]), conv(64, [1, 7]), conv(96, 3, valid)],
  ]);
  return branches(g, deeper, [[maxPooled], [conv(192, 3, reducing)]]);
}

/** One layer of an Inception residual block's branch. */
type LayerShape = readonly [channels: number, kernel: number | Pair];
/** Branches of an Inception residual block, before the linear 1×1 back to the input's width. */
type BlockShape = readonly (readonly LayerShape[])[];

/** Inception-ResNet blocks of the three stages (those of arXiv 1602.07261, the branches in Cadene's order). */
const blockA: BlockShape = [
  [
    [32, 1],
    [48, 3],
    [64, 3],
  ],
  [
    [32, 1],
    [32, 3],
  ],
  [[32, 1]],
];
const blockB: BlockShape = [
  [
    [128, 1],
    [160, [1, 7]],
    [192, [7, 1]],
  ],
  [[192, 1]],
];
const blockC: BlockShape = [
  [
    [192, 1],
    [224, [1, 3]],
    [256, [3, 1]],
  ],
  [[192, 1]],
];

/** Makes a layer of a block: `place` tells branch and position. */
type MakeLayer = (shape: LayerShape, place: string) => Layer;

/** F(x) of a residual block: branches, joined, then a linear 1×1 with norm. */
function inceptionResidual(g: GraphBuilder, x: Value, shape: BlockShape, layer: MakeLayer): Value {
  const module = shape.map((branch, index) =>
    branch.map((layerShape, position) => layer(layerShape, `${index}/${position}`)),
  );
  return g.convNorm(branches(g, x, module), dim(x, 1), 1, { activation: 'none' });
}

/** "2-way": (I + F + G)x with two blocks of their own weights (arXiv 1611.05725, figure 4d); F and G are scaled. */
const twoWay =
  (shape: BlockShape): ((scale: number) => Layer) =>
  (scale) =>
  (g, x) => {
    let sum = x;
    for (const way of ['first', 'second']) {
      const residual = g.scope(way, () =>
        inceptionResidual(g, x, shape, ([channels, kernel]) => conv(channels, kernel)),
      );
      sum = g.add(sum, g.scale(residual, scale));
    }
    return g.relu(sum);
  };

/**
 * "poly-3": (I + F + F² + F³)x, the F applied one after the other (figure 4a). Within a module they share the branches'
 * convolutions, but neither their norms nor the linear 1×1 (section 4.1, and Cadene's port).
 */
const poly3 =
  (shape: BlockShape): ((scale: number) => Layer) =>
  (scale) =>
  (g, x) => {
    const weights = new Map<string, Value>();
    const shared: MakeLayer =
      ([channels, kernel], place) =>
      (_, y) => {
        const [height, width] = typeof kernel === 'number' ? ([kernel, kernel] as const) : kernel;
        const weight =
          weights.get(place) ?? g.scope('shared', () => g.convWeight([channels, dim(y, 1), height, width]));
        weights.set(place, weight);
        return g.convNorm(y, channels, kernel, { weight });
      };
    let [power, sum] = [x, x];
    for (const order of ['first', 'second', 'third']) {
      const residual = g.scope(order, () => inceptionResidual(g, power, shape, shared));
      sum = g.add(sum, g.scale(residual, scale));
      power = g.relu(residual);
    }
    return g.relu(sum);
  };

const reductionA = asLayer([
  [conv(256, 1), conv(256, 3), conv(384, 3, reducing)],
  [conv(384, 3, reducing)],
  [maxPooled],
]);

const reductionB = asLayer([
  [conv(256, 1), conv(256, 3), conv(256, 3, reducing)],
  [conv(256, 1), conv(256, 3, reducing)],
  [conv(256, 1), conv(384, 3, reducing)],
  [maxPooled],
]);

const repeat = (count: number, ...pattern: ((scale: number) => Layer)[]) =>
  Array.from({ length: count }, () => pattern).flat();

const modules = [
  repeat(10, twoWay(blockA)),
  repeat(10, poly3(blockB), twoWay(blockB)),
  repeat(5, poly3(blockC), twoWay(blockC)),
];

/** "Very Deep PolyNet" (figure 7): 10 2-way, then 20 and 10 mixed modules; the residual scale falls evenly from 1 to 0.7. */
function polynet(g: GraphBuilder, image: Value): Value {
  const last = modules.flat().length - 1;
  let number = 0;
  const scaled = modules.map((stage) => stage.map((module) => module(1 - (0.3 * number++) / last)));
  const [a = [], b = [], c = []] = scaled;
  const x = g.scope('stem', () => stem(g, image));
  return pooledClassifier(g, moduleStages(g, x, [a, [reductionA, ...b], [reductionB, ...c]]));
}

/** PolyNet, as Cadene has ported it from Caffe: Zhang et al. 2016. */
export const architectures = defineFamily(
  {
    family: 'PolyNet',
    year: 2016,
    paper: 'arXiv 1611.05725',
    inputSize: 331,
    inputSizes: { multipleOf: 32, min: 160 },
  },
  { polynet: { build: polynet, cadene: 'PolyNet' } },
);
