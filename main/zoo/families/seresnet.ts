import { defineFamily } from '../architecture.ts';
import { tunedResNet, type TunedResNet } from '../blocks/tunedResNet.ts';

const se = (shape: Pick<TunedResNet, 'block' | 'depths'> & Partial<TunedResNet>) =>
  tunedResNet({ squeeze: 1 / 16, ...shape });
const resnext = { groups: 32, widthPerGroup: 4 };
const d = { stem: 'deep', shortcut: 'average' } as const;

/**
 * SE-ResNets on today's ResNet (stride in the 3×3 layer, padded max pool), as timm's ResNet class has them; the Caffe
 * release's are in senet.ts. The suffixes d and t are ResNet-D's changes, with a deep or tiered stem.
 */
export const architectures = defineFamily(
  { family: 'SE-ResNet', year: 2017, paper: 'arXiv 1709.01507' },
  {
    seresnet18: { build: se({ block: 'basic', depths: [2, 2, 2, 2] }), timm: 'seresnet18' },
    seresnet34: { build: se({ block: 'basic', depths: [3, 4, 6, 3] }), timm: 'seresnet34' },
    seresnet50: { build: se({ block: 'bottleneck', depths: [3, 4, 6, 3] }), timm: 'seresnet50' },
    seresnet101: { build: se({ block: 'bottleneck', depths: [3, 4, 23, 3] }), timm: 'seresnet101' },
    seresnet152: { build: se({ block: 'bottleneck', depths: [3, 8, 36, 3] }), timm: 'seresnet152' },
    seresnet152d: {
      build: se({ block: 'bottleneck', depths: [3, 8, 36, 3], ...d }),
      timm: 'seresnet152d',
      inputSize: 256,
    },
    seresnext26d_32x4d: {
      build: se({ block: 'bottleneck', depths: [2, 2, 2, 2], ...resnext, ...d }),
      timm: 'seresnext26d_32x4d',
    },
    seresnext26t_32x4d: {
      build: se({ block: 'bottleneck', depths: [2, 2, 2, 2], ...resnext, ...d, stem: 'tiered' }),
      timm: 'seresnext26t_32x4d',
    },
    seresnext50_32x4d: {
      build: se({ block: 'bottleneck', depths: [3, 4, 6, 3], ...resnext }),
      timm: 'seresnext50_32x4d',
    },
    seresnext101_32x4d: {
      build: se({ block: 'bottleneck', depths: [3, 4, 23, 3], ...resnext }),
      timm: 'seresnext101_32x4d',
    },
    seresnext101_32x8d: {
      build: se({ block: 'bottleneck', depths: [3, 4, 23, 3], groups: 32, widthPerGroup: 8 }),
      timm: 'seresnext101_32x8d',
    },
  },
);
