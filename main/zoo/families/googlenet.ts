import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';
import { branches, inceptionConv, type Layer } from '../blocks/inception.ts';

/** Widths of one Inception module, as in the columns of arXiv 1409.4842, table 1. */
type Widths = readonly [
  conv1: number,
  reduce3: number,
  conv3: number,
  reduce5: number,
  conv5: number,
  pool: number,
];

/** Modules 3a … 5b by stride. */
const stages: readonly (readonly Widths[])[] = [
  [
    [64, 96, 128, 16, 32, 32],
    [128, 128, 192, 32, 96, 64],
  ],
  [
    [192, 96, 208, 16, 48, 64],
    [160, 112, 224, 24, 64, 64],
    [128, 128, 256, 24, 64, 64],
    [112, 144, 288, 32, 64, 64],
    [256, 160, 320, 32, 128, 128],
  ],
  [
    [256, 160, 320, 32, 128, 128],
    [384, 192, 384, 48, 128, 128],
  ],
];

/** What differs between the two implementations in use. */
interface Form {
  readonly conv: (channels: number, kernel: number, stride?: number) => Layer;
  /** Kernel of the paper's 5×5 branch. */
  readonly largeKernel: number;
  /** Local response norm around the second and third convolution, or nothing. */
  readonly normalise: Layer;
  /** Kernel of the last of the max pools. */
  readonly lastPool: number;
}

/** GoogLeNet without auxiliary heads. Pools round up. */
function googlenet({ conv, largeKernel, normalise, lastPool }: Form) {
  const inception = ([conv1, reduce3, conv3, reduce5, conv5, pool]: Widths): Layer => {
    const module = [
      [conv(conv1, 1)],
      [conv(reduce3, 1), conv(conv3, 3)],
      [conv(reduce5, 1), conv(conv5, largeKernel)],
      [(g: GraphBuilder, x: Value) => g.maxPool(x, 3, { stride: 1, padding: 1 }), conv(pool, 1)],
    ];
    return (g, x) => branches(g, x, module);
  };
  return (g: GraphBuilder, image: Value): Value => {
    let x = g.scope('stem', () => {
      const stride4 = normalise(g, g.maxPool(conv(64, 7, 2)(g, image), 3, { stride: 2, ceil: true }));
      return normalise(g, g.tap(conv(192, 3)(g, conv(64, 1)(g, stride4))));
    });
    stages.forEach((modules, stage) => {
      const isLast = stage === stages.length - 1;
      x = g.maxPool(x, isLast ? lastPool : 3, { stride: 2, ceil: true });
      modules.forEach((widths, index) => {
        x = g.scope(`stage${stage + 3}/${index}`, () => inception(widths)(g, x));
      });
      g.tap(x);
    });
    return pooledClassifier(g, x);
  };
}

/** torchvision's: batch norms, and 3×3 where the paper has 5×5 (a known mistake of its TensorFlow ancestor, kept there). */
const torchvisionForm: Form = {
  conv: (channels, kernel, stride = 1) => inceptionConv(channels, kernel, { stride }),
  largeKernel: 3,
  normalise: (_g, x) => x,
  lastPool: 2,
};

/** Caffe's bvlc_googlenet: the paper's, with biases and local response norms. It is what arXiv 1810.00736 measured. */
const paperForm: Form = {
  conv:
    (channels, kernel, stride = 1) =>
    (g, x) =>
      g.relu(g.conv(x, channels, kernel, { stride, bias: true })),
  largeKernel: 5,
  normalise: (g, x) => g.localResponseNorm(x, 5, 1e-4, 0.75, 1),
  lastPool: 3,
};

/** GoogLeNet, the first Inception: Szegedy et al. 2014. */
export const architectures = defineFamily(
  { family: 'GoogLeNet', year: 2014, paper: 'arXiv 1409.4842' },
  {
    googlenet: { build: googlenet(torchvisionForm), torchvision: 'googlenet' },
    bvlc_googlenet: { build: googlenet(paperForm), bianco2018: 'GoogLeNet' },
  },
);
