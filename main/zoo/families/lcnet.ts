import { defineFamily } from '../architecture.ts';
import { mobileNetwork, pooledHead } from '../blocks/mobileNetwork.ts';
import { depthwiseSeparable, type Manner, type Row } from '../blocks/mobileRows.ts';
import { roundChannels } from '../blocks/roundChannels.ts';

const manner: Manner = { activation: 'hardSwish', squeezeActivation: 'relu', gate: 'hardSigmoid' };

/** arXiv 2109.15099, table 1: MobileNet-v1's blocks with 5×5 kernels and gates at the end only. */
const stages: readonly (readonly Row[])[] = [
  [depthwiseSeparable(3, 32)],
  [depthwiseSeparable(3, 64, { depth: 2, stride: 2 })],
  [depthwiseSeparable(3, 128, { depth: 2, stride: 2 })],
  [depthwiseSeparable(3, 256, { stride: 2 }), depthwiseSeparable(5, 256)],
  [depthwiseSeparable(5, 256, { depth: 4 })],
  [depthwiseSeparable(5, 512, { depth: 2, stride: 2, squeeze: 0.25 })],
];

function lcnet(width: number) {
  const scaled = (channels: number) => roundChannels(channels * width);
  return mobileNetwork({ manner, stem: scaled(16), stages, head: pooledHead(1280), width: scaled });
}

/** PP-LCNet, for Intel processors: Cui et al. 2021. */
export const architectures = defineFamily(
  { family: 'PP-LCNet', year: 2021, paper: 'arXiv 2109.15099' },
  {
    lcnet_050: { build: lcnet(0.5), timm: 'lcnet_050' },
    lcnet_075: { build: lcnet(0.75), timm: 'lcnet_075' },
    lcnet_100: { build: lcnet(1), timm: 'lcnet_100' },
  },
);
