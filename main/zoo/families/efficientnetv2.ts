import { defineFamily } from '../architecture.ts';
import { convHead, mobileNetwork, type DepthScaling } from '../blocks/mobileNetwork.ts';
import { fused, inverted, plain, type Row } from '../blocks/mobileRows.ts';
import { roundChannels } from '../blocks/roundChannels.ts';

type Stages = readonly (readonly Row[])[];

const squeeze = 0.25;
const shortcut = true;

/** arXiv 2104.00298, table 4; its first row, a fused block of expansion 1, is one 3×3 layer. */
const small: Stages = [
  [plain(3, 24, { depth: 2, shortcut })],
  [fused(3, 4, 48, { depth: 4, stride: 2 })],
  [fused(3, 4, 64, { depth: 4, stride: 2 })],
  [inverted(3, 4, 128, { depth: 6, stride: 2, squeeze })],
  [inverted(3, 6, 160, { depth: 9, squeeze })],
  [inverted(3, 6, 256, { depth: 15, stride: 2, squeeze })],
];

/** M, L and XL as in the authors' code (google/automl, `efficientnetv2`), which the paper does not list. */
const medium: Stages = [
  [plain(3, 24, { depth: 3, shortcut })],
  [fused(3, 4, 48, { depth: 5, stride: 2 })],
  [fused(3, 4, 80, { depth: 5, stride: 2 })],
  [inverted(3, 4, 160, { depth: 7, stride: 2, squeeze })],
  [inverted(3, 6, 176, { depth: 14, squeeze })],
  [inverted(3, 6, 304, { depth: 18, stride: 2, squeeze })],
  [inverted(3, 6, 512, { depth: 5, squeeze })],
];

const large: Stages = [
  [plain(3, 32, { depth: 4, shortcut })],
  [fused(3, 4, 64, { depth: 7, stride: 2 })],
  [fused(3, 4, 96, { depth: 7, stride: 2 })],
  [inverted(3, 4, 192, { depth: 10, stride: 2, squeeze })],
  [inverted(3, 6, 224, { depth: 19, squeeze })],
  [inverted(3, 6, 384, { depth: 25, stride: 2, squeeze })],
  [inverted(3, 6, 640, { depth: 7, squeeze })],
];

const extraLarge: Stages = [
  [plain(3, 32, { depth: 4, shortcut })],
  [fused(3, 4, 64, { depth: 8, stride: 2 })],
  [fused(3, 4, 96, { depth: 8, stride: 2 })],
  [inverted(3, 4, 192, { depth: 16, stride: 2, squeeze })],
  [inverted(3, 6, 256, { depth: 24, squeeze })],
  [inverted(3, 6, 512, { depth: 32, stride: 2, squeeze })],
  [inverted(3, 6, 640, { depth: 8, squeeze })],
];

/** The base of B0 to B3 (google/automl, `v2_base_block`). */
const base: Stages = [
  [plain(3, 16, { shortcut })],
  [fused(3, 4, 32, { depth: 2, stride: 2 })],
  [fused(3, 4, 48, { depth: 2, stride: 2 })],
  [inverted(3, 4, 96, { depth: 3, stride: 2, squeeze })],
  [inverted(3, 6, 112, { depth: 5, squeeze })],
  [inverted(3, 6, 192, { depth: 8, stride: 2, squeeze })],
];

/** timm's reading of the paper before the authors' code came out ("rw"): fused blocks first, 272 channels last. */
const earlySmall: Stages = [
  [fused(3, 1, 24, { depth: 2 })],
  ...small.slice(1, -1),
  [inverted(3, 6, 272, { depth: 15, stride: 2, squeeze })],
];

interface Scaling {
  readonly stem?: number;
  readonly head?: number;
  readonly width?: number;
  readonly depth?: DepthScaling['factor'];
  /** See roundChannels; 0 in the authors' B0 to B3. */
  readonly limit?: number;
  readonly padding?: 'half' | 'same';
}

function efficientnetV2(stages: Stages, scaling: Scaling = {}) {
  const { stem = 24, head = 1280, width = 1, depth = 1, limit = 0.9, padding = 'half' } = scaling;
  const scaled = (channels: number) => roundChannels(channels * width, 8, limit);
  return mobileNetwork({
    manner: { activation: 'silu', eps: 1e-3, padding },
    stem: scaled(stem),
    stages,
    head: convHead(scaled(head)),
    width: scaled,
    depth: { factor: depth },
  });
}

const baseScaled = (width: number, depth: number) =>
  efficientnetV2(base, { stem: 32, width, depth, limit: 0, padding: 'same' });

/**
 * EfficientNet-v2: Tan and Le 2021. S, M and L have PyTorch's padding as in torchvision; timm's figures are those of the
 * `tf_` forms, which differ in padding alone. XL and B0 to B3, known by timm's names, have TensorFlow's.
 */
export const architectures = defineFamily(
  {
    family: 'EfficientNet-v2',
    year: 2021,
    paper: 'arXiv 2104.00298',
    inputSizes: { multipleOf: 4, min: 64 },
  },
  {
    tf_efficientnetv2_b0: { build: baseScaled(1, 1), timm: 'tf_efficientnetv2_b0' },
    tf_efficientnetv2_b1: { build: baseScaled(1, 1.1), timm: 'tf_efficientnetv2_b1', inputSize: 240 },
    tf_efficientnetv2_b2: { build: baseScaled(1.1, 1.2), timm: 'tf_efficientnetv2_b2', inputSize: 260 },
    tf_efficientnetv2_b3: { build: baseScaled(1.2, 1.4), timm: 'tf_efficientnetv2_b3', inputSize: 300 },
    efficientnetv2_rw_t: {
      build: efficientnetV2(small, { width: 0.8, depth: 0.9 }),
      timm: 'efficientnetv2_rw_t',
      inputSize: 288,
    },
    efficientnet_v2_s: {
      build: efficientnetV2(small),
      timm: 'tf_efficientnetv2_s',
      torchvision: 'efficientnet_v2_s',
      inputSize: 384,
    },
    efficientnetv2_rw_s: {
      build: efficientnetV2(earlySmall, { head: 1792 }),
      timm: 'efficientnetv2_rw_s',
      inputSize: 384,
    },
    efficientnetv2_rw_m: {
      build: efficientnetV2(earlySmall, { head: 1792, width: 1.2, depth: [1.2, 1.2, 1.2, 1.2, 1.6, 1.6] }),
      timm: 'efficientnetv2_rw_m',
      inputSize: 416,
    },
    efficientnet_v2_m: {
      build: efficientnetV2(medium),
      timm: 'tf_efficientnetv2_m',
      torchvision: 'efficientnet_v2_m',
      inputSize: 480,
    },
    efficientnet_v2_l: {
      build: efficientnetV2(large, { stem: 32 }),
      timm: 'tf_efficientnetv2_l',
      torchvision: 'efficientnet_v2_l',
      inputSize: 480,
    },
    tf_efficientnetv2_xl: {
      build: efficientnetV2(extraLarge, { stem: 32, padding: 'same' }),
      timm: 'tf_efficientnetv2_xl',
      inputSize: 512,
    },
  },
);
