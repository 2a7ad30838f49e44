import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { fourStages, pooledClassifier, type Place } from '../blocks/fourStages.ts';

/** Bottleneck of ResNet "v1.5" whose convolutions keep their biases. */
function bottleneck(g: GraphBuilder, x: Value, { width, stride }: Place): Value {
  const bias = true;
  let y = g.convNorm(x, width, 1, { bias });
  y = g.convNorm(y, width, 3, { stride, bias });
  y = g.convNorm(y, width * 4, 1, { bias, activation: 'none' });
  const shortcut =
    stride !== 1 || dim(x, 1) !== width * 4
      ? g.scope('downsample', () => g.convNorm(x, width * 4, 1, { stride, bias, activation: 'none' }))
      : x;
  return g.relu(g.add(y, shortcut));
}

/**
 * ResNet-152 as Facebook's Torch 7 release has it (fb.resnet.torch), following Cadene's port: unlike torchvision's, each
 * convolution has a bias besides its batch norm.
 */
function fbresnet(g: GraphBuilder, image: Value): Value {
  const stem = g.scope('stem', () =>
    g.maxPool(g.convNorm(image, 64, 7, { stride: 2, bias: true }), 3, { stride: 2, padding: 1 }),
  );
  return pooledClassifier(
    g,
    fourStages(g, stem, [3, 8, 36, 3], (x, place) => bottleneck(g, x, place)),
  );
}

export const architectures = defineFamily(
  { family: 'FB-ResNet', year: 2016, paper: 'arXiv 1512.03385' },
  { fbresnet152: { build: fbresnet, bianco2018: 'FBResNet-152', cadene: 'FBResNet152' } },
);
