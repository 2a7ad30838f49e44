import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { fourStages, pooledClassifier, type Place } from '../blocks/fourStages.ts';
import { resnetShortcut } from '../blocks/tunedResNet.ts';

/** Bottleneck with its stride in the first 1×1 layer. */
function bottleneck(g: GraphBuilder, x: Value, { width, stride }: Place): Value {
  let y = g.convNorm(x, width, 1, { stride });
  y = g.convNorm(y, width, 3);
  y = g.convNorm(y, width * 4, 1, { activation: 'none' });
  return g.relu(g.add(y, resnetShortcut(g, x, width * 4, stride)));
}

/**
 * ResNet-101 as its authors released it for Caffe (arXiv 1512.03385, table 1), following Cadene's port: the stride is in
 * the 1×1 layers, and the max pool rounds up instead of padding.
 */
function cafferesnet(g: GraphBuilder, image: Value): Value {
  const stem = g.scope('stem', () =>
    g.maxPool(g.convNorm(image, 64, 7, { stride: 2 }), 3, { stride: 2, ceil: true }),
  );
  return pooledClassifier(
    g,
    fourStages(g, stem, [3, 4, 23, 3], (x, place) => bottleneck(g, x, place)),
  );
}

export const architectures = defineFamily(
  { family: 'Caffe-ResNet', year: 2015, paper: 'arXiv 1512.03385' },
  { cafferesnet101: { build: cafferesnet, bianco2018: 'CaffeResNet-101', cadene: 'CaffeResnet101' } },
);
