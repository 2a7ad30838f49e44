import { defineFamily } from '../architecture.ts';
import { tunedResNet } from '../blocks/tunedResNet.ts';

/**
 * ResNet-RS (arXiv 2103.07579, table 11): ResNet-D with a strided layer in place of the max pool and gates squeezed to a
 * quarter. Sizes are timm's, at which the depths were trained.
 */
const rs = (...depths: readonly number[]) =>
  tunedResNet({
    block: 'bottleneck',
    depths,
    stem: 'deep',
    stemPool: 'conv',
    shortcut: 'average',
    squeeze: 1 / 4,
  });

export const architectures = defineFamily(
  { family: 'ResNet-RS', year: 2021, paper: 'arXiv 2103.07579' },
  {
    resnetrs50: { build: rs(3, 4, 6, 3), timm: 'resnetrs50', inputSize: 160 },
    resnetrs101: { build: rs(3, 4, 23, 3), timm: 'resnetrs101', inputSize: 192 },
    resnetrs152: { build: rs(3, 8, 36, 3), timm: 'resnetrs152', inputSize: 256 },
    resnetrs200: { build: rs(3, 24, 36, 3), timm: 'resnetrs200', inputSize: 256 },
    resnetrs270: { build: rs(4, 29, 53, 4), timm: 'resnetrs270', inputSize: 256 },
    resnetrs350: { build: rs(4, 36, 72, 4), timm: 'resnetrs350', inputSize: 288 },
    resnetrs420: { build: rs(4, 44, 87, 4), timm: 'resnetrs420', inputSize: 320 },
  },
);
