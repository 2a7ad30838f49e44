import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';
import { asLayer, averagePooled, chain, moduleStages, type Layer } from '../blocks/inception.ts';

/** Convolution with bias, batch norm and ReLU: the Caffe model keeps both bias and shift. */
const conv =
  (channels: number, kernel: number, stride = 1): Layer =>
  (g, x) =>
    g.convNorm(x, channels, kernel, { stride, bias: true });

const maxPooled: Layer = (g, x) => g.maxPool(x, 3, { stride: 2, ceil: true });
const maxPooledSameSize: Layer = (g, x) => g.maxPool(x, 3, { stride: 1, padding: 1 });

interface Widths {
  readonly conv1: number;
  readonly reduce3: number;
  readonly conv3: number;
  readonly reduceDouble: number;
  readonly double: number;
  readonly pool: number;
}

/** Inception module (arXiv 1502.03167, figure 5): the 5×5 of GoogLeNet is two 3×3. */
const module = ({ conv1, reduce3, conv3, reduceDouble, double, pool }: Widths, pooled = averagePooled) =>
  asLayer([
    [conv(conv1, 1)],
    [conv(reduce3, 1), conv(conv3, 3)],
    [conv(reduceDouble, 1), conv(double, 3), conv(double, 3)],
    [pooled, conv(pool, 1)],
  ]);

/** Modules 3c and 4e halve height and width: no 1×1 branch, and the pool passes through. */
const reduction = (reduce3: number, conv3: number, reduceDouble: number, double: number) =>
  asLayer([
    [conv(reduce3, 1), conv(conv3, 3, 2)],
    [conv(reduceDouble, 1), conv(double, 3), conv(double, 3, 2)],
    [maxPooled],
  ]);

/** 3a … 5b by the stride of their output. */
const stages = [
  [
    module({ conv1: 64, reduce3: 64, conv3: 64, reduceDouble: 64, double: 96, pool: 32 }),
    module({ conv1: 64, reduce3: 64, conv3: 96, reduceDouble: 64, double: 96, pool: 64 }),
  ],
  [
    reduction(128, 160, 64, 96),
    module({ conv1: 224, reduce3: 64, conv3: 96, reduceDouble: 96, double: 128, pool: 128 }),
    module({ conv1: 192, reduce3: 96, conv3: 128, reduceDouble: 96, double: 128, pool: 128 }),
    module({ conv1: 160, reduce3: 128, conv3: 160, reduceDouble: 128, double: 160, pool: 128 }),
    module({ conv1: 96, reduce3: 128, conv3: 192, reduceDouble: 160, double: 192, pool: 128 }),
  ],
  [
    reduction(128, 192, 192, 256),
    module({ conv1: 352, reduce3: 192, conv3: 320, reduceDouble: 160, double: 224, pool: 128 }),
    module(
      { conv1: 352, reduce3: 192, conv3: 320, reduceDouble: 192, double: 224, pool: 128 },
      maxPooledSameSize,
    ),
  ],
];

/** BN-Inception, as Cadene has ported it from Caffe. */
function bnInception(g: GraphBuilder, image: Value): Value {
  const stride4 = g.scope('stem', () =>
    chain(g, image, [conv(64, 7, 2), maxPooled, conv(64, 1), conv(192, 3)]),
  );
  return pooledClassifier(g, moduleStages(g, maxPooled(g, g.tap(stride4)), stages));
}

/** BN-Inception (Inception-v2): Ioffe and Szegedy 2015. */
export const architectures = defineFamily(
  { family: 'BN-Inception', year: 2015, paper: 'arXiv 1502.03167' },
  { bninception: { build: bnInception, bianco2018: 'BN-Inception', cadene: 'BNInception' } },
);
