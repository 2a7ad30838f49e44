import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { defineFamily, imagenetClasses } from '../architecture.ts';

/** The one-column AlexNet of arXiv 1404.5997 (section 4), without response normalisation, as torchvision builds it. */
function alexnet(g: GraphBuilder, image: Value): Value {
  const conv = (x: Value, channels: number, kernel: number) =>
    g.relu(g.conv(x, channels, kernel, { bias: true }));
  let x = g.tap(g.relu(g.conv(image, 64, 11, { stride: 4, padding: 2, bias: true })));
  x = g.tap(conv(g.maxPool(x, 3, { stride: 2 }), 192, 5));
  x = conv(g.maxPool(x, 3, { stride: 2 }), 384, 3);
  x = g.tap(conv(conv(x, 256, 3), 256, 3));
  x = g.tap(g.maxPool(x, 3, { stride: 2 }));
  x = g.flatten(g.adaptiveAvgPool(x, 6));
  x = g.relu(g.linear(x, 4096));
  x = g.relu(g.linear(x, 4096));
  return g.linear(g.features(x), imagenetClasses);
}

/** AlexNet: Krizhevsky, Sutskever and Hinton 2012; in Krizhevsky's single-GPU form of 2014. */
export const architectures = defineFamily(
  {
    family: 'AlexNet',
    year: 2012,
    paper: 'Krizhevsky et al., NIPS 2012; arXiv 1404.5997',
    inputSizes: { multipleOf: 32, min: 128 },
  },
  {
    alexnet: { build: alexnet, torchvision: 'alexnet', bianco2018: 'AlexNet', cadene: 'Alexnet' },
  },
);
