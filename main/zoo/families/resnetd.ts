import { defineFamily } from '../architecture.ts';
import { tunedResNet, type TunedResNet } from '../blocks/tunedResNet.ts';

/** ResNet-D: a deep stem, and average pooling in the projections (arXiv 1812.01187, section 4.2). */
const d = (block: TunedResNet['block'], depths: readonly number[]) =>
  tunedResNet({ block, depths, stem: 'deep', shortcut: 'average' });

/** ResNet-D of He, Tong et al. 2018 at depths of timm's; sizes are those timm trained the weights at. */
const resnetDs = defineFamily(
  { family: 'ResNet-D', year: 2018, paper: 'arXiv 1812.01187' },
  {
    resnet18d: { build: d('basic', [2, 2, 2, 2]), timm: 'resnet18d' },
    resnet26d: { build: d('bottleneck', [2, 2, 2, 2]), timm: 'resnet26d' },
    resnet34d: { build: d('basic', [3, 4, 6, 3]), timm: 'resnet34d' },
    resnet50d: { build: d('bottleneck', [3, 4, 6, 3]), timm: 'resnet50d' },
    resnet101d: { build: d('bottleneck', [3, 4, 23, 3]), timm: 'resnet101d', inputSize: 256 },
    resnet152d: { build: d('bottleneck', [3, 8, 36, 3]), timm: 'resnet152d', inputSize: 256 },
    resnet200d: { build: d('bottleneck', [3, 24, 36, 3]), timm: 'resnet200d', inputSize: 256 },
  },
);

/** timm's ResNet-26, a bottleneck network as cheap as ResNet-34, and its form with a tiered stem. */
const resnet26s = defineFamily(
  { family: 'ResNet', year: 2019, paper: 'timm, no paper' },
  {
    resnet26: {
      build: tunedResNet({ block: 'bottleneck', depths: [2, 2, 2, 2] }),
      timm: 'resnet26',
    },
    resnet26t: {
      build: tunedResNet({
        block: 'bottleneck',
        depths: [2, 2, 2, 2],
        stem: 'tiered',
        shortcut: 'average',
      }),
      timm: 'resnet26t',
      inputSize: 256,
    },
  },
);

export const architectures = [...resnetDs, ...resnet26s];
