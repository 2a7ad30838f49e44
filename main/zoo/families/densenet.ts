import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { dim } from '../../onnx/builder.ts';
import { defineFamily, imagenetClasses } from '../architecture.ts';

/** DenseNet-B layer (arXiv 1608.06993, section 3): norm, ReLU, 1×1 to 4k channels, norm, ReLU, 3×3 to k channels. */
function denseLayer(g: GraphBuilder, x: Value, growth: number): Value {
  const bottleneck = g.conv(g.relu(g.batchNorm(x)), 4 * growth, 1);
  return g.conv(g.relu(g.batchNorm(bottleneck)), growth, 3);
}

/** Halves channels, height and width (DenseNet-C, compression 0.5). */
function transition(g: GraphBuilder, x: Value): Value {
  return g.avgPool(g.conv(g.relu(g.batchNorm(x)), dim(x, 1) / 2, 1), 2);
}

/** DenseNet-BC of four dense blocks with growth rate k (table 1); each layer reads the concatenation of all before it. */
function densenet(growth: number, depths: readonly number[]) {
  return (g: GraphBuilder, image: Value): Value => {
    let x = g.scope('stem', () =>
      g.maxPool(g.convNorm(image, 2 * growth, 7, { stride: 2 }), 3, { stride: 2, padding: 1 }),
    );
    depths.forEach((depth, block) => {
      const maps = [x];
      for (let index = 0; index < depth; index++) {
        maps.push(
          g.scope(`block${block + 1}/${index}`, () =>
            denseLayer(g, maps.length === 1 ? x : g.concat(maps), growth),
          ),
        );
      }
      x = g.concat(maps);
      if (block < depths.length - 1) {
        g.tap(x);
        x = g.scope(`transition${block + 1}`, () => transition(g, x));
      }
    });
    x = g.tap(g.relu(g.batchNorm(x)));
    return g.linear(g.features(g.globalAvgPool(x)), imagenetClasses);
  };
}

/** Densely connected networks: Huang et al. 2016. */
export const architectures = defineFamily(
  { family: 'DenseNet', year: 2016, paper: 'arXiv 1608.06993' },
  {
    densenet121: {
      build: densenet(32, [6, 12, 24, 16]),
      timm: 'densenet121',
      torchvision: 'densenet121',
      bianco2018: 'DenseNet-121 (k=32)',
      cadene: 'DenseNet121',
    },
    densenet169: {
      build: densenet(32, [6, 12, 32, 32]),
      timm: 'densenet169',
      torchvision: 'densenet169',
      bianco2018: 'DenseNet-169 (k=32)',
      cadene: 'DenseNet169',
    },
    densenet201: {
      build: densenet(32, [6, 12, 48, 32]),
      timm: 'densenet201',
      torchvision: 'densenet201',
      bianco2018: 'DenseNet-201 (k=32)',
      cadene: 'DenseNet201',
    },
    densenet161: {
      build: densenet(48, [6, 12, 36, 24]),
      timm: 'densenet161',
      torchvision: 'densenet161',
      bianco2018: 'DenseNet-161 (k=48)',
      cadene: 'DenseNet161',
    },
  },
);
