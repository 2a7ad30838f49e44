import { defineFamily } from '../architecture.ts';
import { mobileNetwork, pooledHead, type DepthScaling } from '../blocks/mobileNetwork.ts';
import { inverted, plain, separable, type Manner, type Row } from '../blocks/mobileRows.ts';
import { roundChannels } from '../blocks/roundChannels.ts';

/** ReLU inside the gates, hard sigmoid at their end, squeezed to a quarter of the hidden width (section 5.3). */
const manner: Manner = {
  activation: 'hardSwish',
  eps: 1e-3,
  squeezed: (_input, hidden, share) => roundChannels(hidden * share),
  squeezeActivation: 'relu',
  gate: 'hardSigmoid',
};

const early = { activation: 'relu' } as const;
const squeeze = 0.25;

/** arXiv 1905.02244, table 2. */
const small: readonly (readonly Row[])[] = [
  [separable(3, 16, { stride: 2, squeeze, ...early })],
  [inverted(3, 4.5, 24, { stride: 2, ...early }), inverted(3, 3.67, 24, early)],
  [inverted(5, 4, 40, { stride: 2, squeeze }), inverted(5, 6, 40, { depth: 2, squeeze })],
  [inverted(5, 3, 48, { depth: 2, squeeze })],
  [inverted(5, 6, 96, { depth: 3, stride: 2, squeeze })],
  [plain(1, 576)],
];

/** arXiv 1905.02244, table 1. */
const large: readonly (readonly Row[])[] = [
  [separable(3, 16, early)],
  [inverted(3, 4, 24, { stride: 2, ...early }), inverted(3, 3, 24, early)],
  [inverted(5, 3, 40, { depth: 3, stride: 2, squeeze, ...early })],
  [inverted(3, 6, 80, { stride: 2 }), inverted(3, 2.5, 80), inverted(3, 2.3, 80, { depth: 2 })],
  [inverted(3, 6, 112, { depth: 2, squeeze })],
  [inverted(5, 6, 160, { depth: 3, stride: 2, squeeze })],
  [plain(1, 960)],
];

/** Without gates and hard swish, 3×3 layers only, for accelerators (timm's and TensorFlow's "minimalistic"). */
const smallMinimal: readonly (readonly Row[])[] = [
  [separable(3, 16, { stride: 2 })],
  [inverted(3, 4.5, 24, { stride: 2 }), inverted(3, 3.67, 24)],
  [inverted(3, 4, 40, { stride: 2 }), inverted(3, 6, 40, { depth: 2 })],
  [inverted(3, 3, 48, { depth: 2 })],
  [inverted(3, 6, 96, { depth: 3, stride: 2 })],
  [plain(1, 576)],
];

const largeMinimal: readonly (readonly Row[])[] = [
  [separable(3, 16)],
  [inverted(3, 4, 24, { stride: 2 }), inverted(3, 3, 24)],
  [inverted(3, 3, 40, { depth: 3, stride: 2 })],
  [inverted(3, 6, 80, { stride: 2 }), inverted(3, 2.5, 80), inverted(3, 2.3, 80, { depth: 2 })],
  [inverted(3, 6, 112, { depth: 2 })],
  [inverted(3, 6, 160, { depth: 3, stride: 2 })],
  [plain(1, 960)],
];

interface Variant {
  readonly width?: number;
  readonly depth?: DepthScaling;
  readonly minimal?: boolean;
}

/** The width scales all rows, and the stem only from 0.75 on; the head stays, as in timm. */
function mobilenetV3(size: 'small' | 'large', { width = 1, depth, minimal = false }: Variant = {}) {
  const [full, reduced] = size === 'small' ? [small, smallMinimal] : [large, largeMinimal];
  return mobileNetwork({
    manner: minimal ? { activation: 'relu', eps: 1e-3, padding: 'same' } : manner,
    stem: width < 0.75 ? 16 : roundChannels(16 * width),
    stages: minimal ? reduced : full,
    head: pooledHead(size === 'small' ? 1024 : 1280),
    width: (channels) => roundChannels(channels * width),
    ...(depth === undefined ? {} : { depth }),
  });
}

/**
 * MobileNet-v3: Howard et al. 2019. The last 1×1 layer stands behind the pooling, where torchvision calls it linear. Large at
 * width 0.75 has PyTorch's padding; timm's figures are those of its `tf_` form, which differs in padding alone.
 */
export const architectures = defineFamily(
  { family: 'MobileNet-v3', year: 2019, paper: 'arXiv 1905.02244' },
  {
    mobilenetv3_small_050: { build: mobilenetV3('small', { width: 0.5 }), timm: 'mobilenetv3_small_050' },
    mobilenetv3_small_075: { build: mobilenetV3('small', { width: 0.75 }), timm: 'mobilenetv3_small_075' },
    mobilenet_v3_small: {
      build: mobilenetV3('small'),
      timm: 'mobilenetv3_small_100',
      torchvision: 'mobilenet_v3_small',
    },
    tf_mobilenetv3_small_minimal_100: {
      build: mobilenetV3('small', { minimal: true }),
      timm: 'tf_mobilenetv3_small_minimal_100',
    },
    mobilenetv3_large_075: { build: mobilenetV3('large', { width: 0.75 }), timm: 'tf_mobilenetv3_large_075' },
    mobilenet_v3_large: {
      build: mobilenetV3('large'),
      timm: 'mobilenetv3_large_100',
      torchvision: 'mobilenet_v3_large',
    },
    tf_mobilenetv3_large_minimal_100: {
      build: mobilenetV3('large', { minimal: true }),
      timm: 'tf_mobilenetv3_large_minimal_100',
    },
    mobilenetv3_large_150d: {
      build: mobilenetV3('large', { width: 1.5, depth: { factor: 1.2 } }),
      timm: 'mobilenetv3_large_150d',
      inputSize: 256,
    },
  },
);
