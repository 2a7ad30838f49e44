import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { defineFamily, imagenetClasses } from '../architecture.ts';

/** Mlpconv layers: one convolution and two 1×1 ("cccp") layers, the last of them 1000 wide in place of a classifier. */
const layers = [
  { channels: 96, kernel: 11, stride: 4, padding: 0 },
  { channels: 256, kernel: 5, stride: 1, padding: 2 },
  { channels: 384, kernel: 3, stride: 1, padding: 1 },
];

/**
 * Network in Network for ImageNet: the model of the Caffe zoo (nin_imagenet), whose four mlpconv layers are those of the
 * paper's authors; arXiv 1605.07678 compares this form. Pools round up, as Caffe's do.
 */
function nin(g: GraphBuilder, image: Value): Value {
  const conv = (
    x: Value,
    channels: number,
    kernel: number,
    options: { stride?: number; padding?: number } = {},
  ) => g.relu(g.conv(x, channels, kernel, { bias: true, ...options }));
  let x = image;
  layers.forEach(({ channels, kernel, stride, padding }, index) => {
    x = g.scope(`mlpconv${index + 1}`, () => {
      const y = conv(x, channels, kernel, { stride, padding });
      return g.tap(conv(conv(y, channels, 1), channels, 1));
    });
    x = g.maxPool(x, 3, { stride: 2, ceil: true });
  });
  x = g.scope('mlpconv4', () => g.tap(conv(conv(x, 1024, 3), 1024, 1)));
  g.features(g.globalAvgPool(x));
  return g.globalAvgPool(conv(x, imagenetClasses, 1));
}

/** Network in Network: Lin, Chen and Yan 2013. */
export const architectures = defineFamily(
  {
    family: 'Network in Network',
    year: 2013,
    paper: 'arXiv 1312.4400',
    inputSizes: { multipleOf: 32, min: 128 },
  },
  { nin: { build: nin } },
);
