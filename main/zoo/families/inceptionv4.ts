import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';
import {
  asLayer,
  averagePooledInside,
  branches,
  chain,
  inceptionConv as conv,
  maxPooled,
  moduleStages,
  type Layer,
} from '../blocks/inception.ts';

const valid = { padding: 0 } as const;
const reducing = { stride: 2, padding: 0 } as const;

/** Figure 3 of arXiv 1602.07261: three times two branches; the first joins at stride 4 (marked), the last at stride 8. */
function stem(g: GraphBuilder, image: Value): Value {
  const stride2 = chain(g, image, [conv(32, 3, reducing), conv(32, 3, valid), conv(64, 3)]);
  const stride4 = g.tap(branches(g, stride2, [[maxPooled], [conv(96, 3, reducing)]]));
  const deeper = branches(g, stride4, [
    [conv(64, 1), conv(96, 3, valid)],
    [conv(64, 1), conv(64, [1, 7]), conv(64, [7, 1]), conv(96, 3, valid)],
  ]);
  return branches(g, deeper, [[conv(192, 3, reducing)], [maxPooled]]);
}

/** Figure 4. */
const moduleA = asLayer([
  [conv(96, 1)],
  [conv(64, 1), conv(96, 3)],
  [conv(64, 1), conv(96, 3), conv(96, 3)],
  [averagePooledInside, conv(96, 1)],
]);

/** Figure 7, with table 1's widths k = 192, l = 224, m = 256, n = 384. */
const reductionA = asLayer([
  [conv(384, 3, reducing)],
  [conv(192, 1), conv(224, 3), conv(256, 3, reducing)],
  [maxPooled],
]);

/** Figure 5. */
const moduleB = asLayer([
  [conv(384, 1)],
  [conv(192, 1), conv(224, [1, 7]), conv(256, [7, 1])],
  [conv(192, 1), conv(192, [7, 1]), conv(224, [1, 7]), conv(224, [7, 1]), conv(256, [1, 7])],
  [averagePooledInside, conv(128, 1)],
]);

/** Figure 8. */
const reductionB = asLayer([
  [conv(192, 1), conv(192, 3, reducing)],
  [conv(256, 1), conv(256, [1, 7]), conv(320, [7, 1]), conv(320, 3, reducing)],
  [maxPooled],
]);

/** Figure 6. */
const widened: Layer = (g, x) => branches(g, x, [[conv(256, [1, 3])], [conv(256, [3, 1])]]);
const moduleC = asLayer([
  [conv(256, 1)],
  [conv(384, 1), widened],
  [conv(384, 1), conv(448, [3, 1]), conv(512, [1, 3]), widened],
  [averagePooledInside, conv(256, 1)],
]);

const stages = [
  [moduleA, moduleA, moduleA, moduleA],
  [reductionA, moduleB, moduleB, moduleB, moduleB, moduleB, moduleB, moduleB],
  [reductionB, moduleC, moduleC, moduleC],
];

/** Inception-v4 (figure 9), as timm and Cadene have ported it from TensorFlow. */
function inceptionV4(g: GraphBuilder, image: Value): Value {
  const x = g.scope('stem', () => stem(g, image));
  return pooledClassifier(g, moduleStages(g, x, stages));
}

/** Inception-v4: Szegedy et al. 2016. */
export const architectures = defineFamily(
  {
    family: 'Inception-v4',
    year: 2016,
    paper: 'arXiv 1602.07261',
    inputSize: 299,
    inputSizes: { multipleOf: 32, min: 160 },
  },
  {
    inception_v4: {
      build: inceptionV4,
      timm: 'inception_v4',
      bianco2018: 'Inception-v4',
      cadene: 'InceptionV4',
    },
  },
);
