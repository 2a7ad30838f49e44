import { defineFamily } from '../architecture.ts';
import { convHead, mobileNetwork } from '../blocks/mobileNetwork.ts';
import { inverted, separable, type Manner, type Row } from '../blocks/mobileRows.ts';
import { roundChannels } from '../blocks/roundChannels.ts';

const manner: Manner = { activation: 'relu' };
const squeeze = 0.25;

/** MnasNet-B1, without gates: torchvision's and timm's `mnasnet`. */
const b1: readonly (readonly Row[])[] = [
  [separable(3, 16)],
  [inverted(3, 3, 24, { depth: 3, stride: 2 })],
  [inverted(5, 3, 40, { depth: 3, stride: 2 })],
  [inverted(5, 6, 80, { depth: 3, stride: 2 })],
  [inverted(3, 6, 96, { depth: 2 })],
  [inverted(5, 6, 192, { depth: 4, stride: 2 })],
  [inverted(3, 6, 320)],
];

/** MnasNet-A1, with gates (arXiv 1807.11626, figure 7). */
const a1: readonly (readonly Row[])[] = [
  [separable(3, 16)],
  [inverted(3, 6, 24, { depth: 2, stride: 2 })],
  [inverted(5, 3, 40, { depth: 3, stride: 2, squeeze })],
  [inverted(3, 6, 80, { depth: 4, stride: 2 })],
  [inverted(3, 6, 112, { depth: 2, squeeze })],
  [inverted(5, 6, 160, { depth: 3, stride: 2, squeeze })],
  [inverted(3, 6, 320)],
];

/** The smaller search's result, as in TensorFlow's reference code (tensorflow/tpu, `mnasnet_small`). */
const small: readonly (readonly Row[])[] = [
  [separable(3, 8)],
  [inverted(3, 3, 16, { stride: 2 })],
  [inverted(3, 6, 16, { depth: 2, stride: 2 })],
  [inverted(5, 6, 32, { depth: 4, stride: 2, squeeze })],
  [inverted(3, 6, 32, { depth: 3, squeeze })],
  [inverted(5, 6, 88, { depth: 3, stride: 2, squeeze })],
  [inverted(3, 6, 144)],
];

/** Single-Path NAS for the Pixel 1 (arXiv 1904.02877), in MnasNet's space. */
const singlePath: readonly (readonly Row[])[] = [
  [separable(3, 16)],
  [inverted(3, 3, 24, { depth: 3, stride: 2 })],
  [inverted(5, 6, 40, { stride: 2 }), inverted(3, 3, 40, { depth: 3 })],
  [inverted(5, 6, 80, { stride: 2 }), inverted(3, 3, 80, { depth: 3 })],
  [inverted(5, 6, 96), inverted(5, 3, 96, { depth: 3 })],
  [inverted(5, 6, 192, { depth: 4, stride: 2 })],
  [inverted(3, 6, 320)],
];

/** The width scales stem and rows, not the head of 1280 channels. */
function mnasnet(stages: readonly (readonly Row[])[], width = 1, stem = 32) {
  return mobileNetwork({
    manner,
    stem: roundChannels(stem * width),
    stages,
    head: convHead(1280),
    width: (channels) => roundChannels(channels * width),
  });
}

/** Platform-aware architecture search: Tan et al. 2018. */
const mnasnets = defineFamily(
  { family: 'MnasNet', year: 2018, paper: 'arXiv 1807.11626' },
  {
    mnasnet_small: { build: mnasnet(small, 1, 8), timm: 'mnasnet_small' },
    mnasnet0_5: { build: mnasnet(b1, 0.5), timm: 'mnasnet_050', torchvision: 'mnasnet0_5' },
    mnasnet0_75: { build: mnasnet(b1, 0.75), timm: 'mnasnet_075', torchvision: 'mnasnet0_75' },
    mnasnet1_0: { build: mnasnet(b1), timm: 'mnasnet_100', torchvision: 'mnasnet1_0' },
    mnasnet1_3: { build: mnasnet(b1, 1.3), torchvision: 'mnasnet1_3' },
    semnasnet_075: { build: mnasnet(a1, 0.75), timm: 'semnasnet_075' },
    semnasnet_100: { build: mnasnet(a1), timm: 'semnasnet_100' },
  },
);

/** One over-parameterised path instead of many: Stamoulis et al. 2019. */
const singlePathNets = defineFamily(
  { family: 'Single-Path NAS', year: 2019, paper: 'arXiv 1904.02877' },
  { spnasnet_100: { build: mnasnet(singlePath), timm: 'spnasnet_100' } },
);

export const architectures = [...mnasnets, ...singlePathNets];
