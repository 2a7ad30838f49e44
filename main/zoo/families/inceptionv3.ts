import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';
import { averagePooled, branches, inceptionConv, maxPooled, type Layer } from '../blocks/inception.ts';

const conv = inceptionConv;
const valid = { padding: 0 } as const;

/** Figure 5 of arXiv 1512.00567: a 5×5, and two 3×3 in place of a larger one. */
const moduleA = (pool: number): readonly (readonly Layer[])[] => [
  [conv(64, 1)],
  [conv(48, 1), conv(64, 5)],
  [conv(64, 1), conv(96, 3), conv(96, 3)],
  [averagePooled, conv(pool, 1)],
];

/** Figure 10: grid reduction from stride 8 to 16, a pool beside strided convolutions. */
const reductionB: readonly (readonly Layer[])[] = [
  [conv(384, 3, { stride: 2, ...valid })],
  [conv(64, 1), conv(96, 3), conv(96, 3, { stride: 2, ...valid })],
  [maxPooled],
];

/** Figure 6: 7×7 convolutions factorised into 1×7 and 7×1, `width` channels in between. */
const moduleC = (width: number): readonly (readonly Layer[])[] => [
  [conv(192, 1)],
  [conv(width, 1), conv(width, [1, 7]), conv(192, [7, 1])],
  [conv(width, 1), conv(width, [7, 1]), conv(width, [1, 7]), conv(width, [7, 1]), conv(192, [1, 7])],
  [averagePooled, conv(192, 1)],
];

/** Grid reduction from stride 16 to 32. */
const reductionD: readonly (readonly Layer[])[] = [
  [conv(192, 1), conv(320, 3, { stride: 2, ...valid })],
  [conv(192, 1), conv(192, [1, 7]), conv(192, [7, 1]), conv(192, 3, { stride: 2, ...valid })],
  [maxPooled],
];

/** Figure 7: filter banks made wider, 1×3 and 3×1 side by side. */
const wide: readonly Layer[] = [(g, x) => branches(g, x, [[conv(384, [1, 3])], [conv(384, [3, 1])]])];
const moduleE: readonly (readonly Layer[])[] = [
  [conv(320, 1)],
  [conv(384, 1), ...wide],
  [conv(448, 1), conv(384, 3), ...wide],
  [averagePooled, conv(192, 1)],
];

/** Modules by the stride of their output. */
const stages: readonly (readonly (readonly (readonly Layer[])[])[])[] = [
  [moduleA(32), moduleA(64), moduleA(64)],
  [reductionB, moduleC(128), moduleC(160), moduleC(160), moduleC(192)],
  [reductionD, moduleE, moduleE],
];

/** Inception-v3 without the auxiliary head, as torchvision builds it (table 1, with factorised 7×7 and label-smoothing details). */
function inceptionV3(g: GraphBuilder, image: Value): Value {
  let x = g.scope('stem', () => {
    let y = conv(32, 3, { stride: 2, ...valid })(g, image);
    y = conv(64, 3)(g, conv(32, 3, valid)(g, y));
    y = conv(80, 1)(g, maxPooled(g, y));
    return g.tap(conv(192, 3, valid)(g, y));
  });
  x = maxPooled(g, x);
  stages.forEach((modules, stage) => {
    modules.forEach((module, index) => {
      x = g.scope(`stage${stage + 1}/${index}`, () => branches(g, x, module));
    });
    g.tap(x);
  });
  return pooledClassifier(g, x);
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
