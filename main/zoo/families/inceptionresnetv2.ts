import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';
import {
  asLayer,
  averagePooledInside,
  branches,
  inceptionConv as conv,
  inceptionV3Stem,
  maxPooled,
  moduleStages,
  type Layer,
  type Module,
} from '../blocks/inception.ts';

const reducing = { stride: 2, padding: 0 } as const;

/**
 * Residual Inception block (arXiv 1602.07261, figures 16, 17, 19): branches, a linear 1×1 convolution with bias back to the
 * input's width, scaled down before it is added (section 3.3).
 */
const residual =
  (module: Module, scale: number, activate = true): Layer =>
  (g, x) => {
    const branch = g.conv(branches(g, x, module), dim(x, 1), 1, { bias: true });
    const sum = g.add(g.scale(branch, scale), x);
    return activate ? g.relu(sum) : sum;
  };

/** Inception-A of the TensorFlow release in front of the residual blocks, to 320 channels. */
const entry = asLayer([
  [conv(96, 1)],
  [conv(48, 1), conv(64, 5)],
  [conv(64, 1), conv(96, 3), conv(96, 3)],
  [averagePooledInside, conv(64, 1)],
]);

/** Figure 16, at 35×35. */
const blockA: Module = [[conv(32, 1)], [conv(32, 1), conv(32, 3)], [conv(32, 1), conv(48, 3), conv(64, 3)]];

/** Figure 7, with table 1's widths k = 256, l = 256, m = 384, n = 384. */
const reductionA = asLayer([
  [conv(384, 3, reducing)],
  [conv(256, 1), conv(256, 3), conv(384, 3, reducing)],
  [maxPooled],
]);

/** Figure 17, at 17×17. */
const blockB: Module = [[conv(192, 1)], [conv(128, 1), conv(160, [1, 7]), conv(192, [7, 1])]];

/** Figure 18. */
const reductionB = asLayer([
  [conv(256, 1), conv(384, 3, reducing)],
  [conv(256, 1), conv(288, 3, reducing)],
  [conv(256, 1), conv(288, 3), conv(320, 3, reducing)],
  [maxPooled],
]);

/** Figure 19, at 8×8. */
const blockC: Module = [[conv(192, 1)], [conv(192, 1), conv(224, [1, 3]), conv(256, [3, 1])]];

const times = (count: number, layer: Layer): Layer[] => Array.from({ length: count }, () => layer);

/** The depths of the TensorFlow release (10, 20, 10), twice those of the paper's figure 15. */
const stages = [
  [entry, ...times(10, residual(blockA, 0.17))],
  [reductionA, ...times(20, residual(blockB, 0.1))],
  [reductionB, ...times(9, residual(blockC, 0.2)), residual(blockC, 1, false), conv(1536, 1)],
];

/** Inception-ResNet-v2, as timm and Cadene have ported it from TensorFlow. */
function inceptionResnetV2(g: GraphBuilder, image: Value): Value {
  return pooledClassifier(g, moduleStages(g, inceptionV3Stem(g, image), stages));
}

/** Inception-ResNet-v2: Szegedy et al. 2016. */
export const architectures = defineFamily(
  {
    family: 'Inception-ResNet',
    year: 2016,
    paper: 'arXiv 1602.07261',
    inputSize: 299,
    inputSizes: { multipleOf: 32, min: 160 },
  },
  {
    inception_resnet_v2: {
      build: inceptionResnetV2,
      timm: 'inception_resnet_v2',
      bianco2018: 'Inception-ResNet-v2',
      cadene: 'InceptionResNetV2',
    },
  },
);
