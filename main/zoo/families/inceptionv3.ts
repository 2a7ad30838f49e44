import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';
import {
  asLayer,
  averagePooled,
  branches,
  inceptionConv as conv,
  inceptionV3Stem,
  maxPooled,
  moduleStages,
  type Layer,
} from '../blocks/inception.ts';

const reducing = { stride: 2, padding: 0 } as const;

/** Figure 5 of arXiv 1512.00567: a 5×5, and two 3×3 in place of a larger one. */
const moduleA = (pool: number) =>
  asLayer([
    [conv(64, 1)],
    [conv(48, 1), conv(64, 5)],
    [conv(64, 1), conv(96, 3), conv(96, 3)],
    [averagePooled, conv(pool, 1)],
  ]);

/** Figure 10: grid reduction from stride 8 to 16, a pool beside strided convolutions. */
const reductionA = asLayer([
  [conv(384, 3, reducing)],
  [conv(64, 1), conv(96, 3), conv(96, 3, reducing)],
  [maxPooled],
]);

/** Figure 6: 7×7 convolutions factorised into 1×7 and 7×1, `width` channels in between. */
const moduleB = (width: number) =>
  asLayer([
    [conv(192, 1)],
    [conv(width, 1), conv(width, [1, 7]), conv(192, [7, 1])],
    [conv(width, 1), conv(width, [7, 1]), conv(width, [1, 7]), conv(width, [7, 1]), conv(192, [1, 7])],
    [averagePooled, conv(192, 1)],
  ]);

/** Grid reduction from stride 16 to 32. */
const reductionB = asLayer([
  [conv(192, 1), conv(320, 3, reducing)],
  [conv(192, 1), conv(192, [1, 7]), conv(192, [7, 1]), conv(192, 3, reducing)],
  [maxPooled],
]);

/** Figure 7: filter banks made wider, 1×3 and 3×1 side by side. */
const widened: Layer = (g, x) => branches(g, x, [[conv(384, [1, 3])], [conv(384, [3, 1])]]);
const moduleC = asLayer([
  [conv(320, 1)],
  [conv(384, 1), widened],
  [conv(448, 1), conv(384, 3), widened],
  [averagePooled, conv(192, 1)],
]);

const stages = [
  [moduleA(32), moduleA(64), moduleA(64)],
  [reductionA, moduleB(128), moduleB(160), moduleB(160), moduleB(192)],
  [reductionB, moduleC, moduleC],
];

/** Inception-v3 (table 1) without its auxiliary head, as torchvision builds it. */
function inceptionV3(g: GraphBuilder, image: Value): Value {
  return pooledClassifier(g, moduleStages(g, inceptionV3Stem(g, image), stages));
}

/** Inception-v3: Szegedy et al. 2015. */
export const architectures = defineFamily(
  {
    family: 'Inception-v3',
    year: 2015,
    paper: 'arXiv 1512.00567',
    inputSize: 299,
    inputSizes: { multipleOf: 32, min: 160 },
  },
  {
    inception_v3: {
      build: inceptionV3,
      timm: 'inception_v3',
      torchvision: 'inception_v3',
      bianco2018: 'Inception-v3',
      cadene: 'InceptionV3',
    },
  },
);
