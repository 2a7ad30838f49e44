import { defineFamily } from '../architecture.ts';
import { convHead, mobileNetwork } from '../blocks/mobileNetwork.ts';
import { fused, inverted, separable, type Row } from '../blocks/mobileRows.ts';
import { roundChannels } from '../blocks/roundChannels.ts';

/** Rows of arXiv 1905.11946, table 1: B0's, with gates that squeeze to this share of a block's input, or without. */
const baseline = (squeeze: number): readonly (readonly Row[])[] => [
  [separable(3, 16, { squeeze })],
  [inverted(3, 6, 24, { depth: 2, stride: 2, squeeze })],
  [inverted(5, 6, 40, { depth: 2, stride: 2, squeeze })],
  [inverted(3, 6, 80, { depth: 3, stride: 2, squeeze })],
  [inverted(5, 6, 112, { depth: 3, squeeze })],
  [inverted(5, 6, 192, { depth: 4, stride: 2, squeeze })],
  [inverted(3, 6, 320, { squeeze })],
];

const gatedStages = baseline(0.25);
const plainStages = baseline(0);

/** Found for the Edge TPU (tensorflow/tpu, `efficientnet/edgetpu`); its first block expands 24 channels, not the stem's 32. */
const edgeStages: readonly (readonly Row[])[] = [
  [fused(3, 4, 24, { expandOutput: true })],
  [fused(3, 8, 32, { depth: 2, stride: 2 })],
  [fused(3, 8, 48, { depth: 4, stride: 2 })],
  [inverted(5, 8, 96, { depth: 5, stride: 2 })],
  [inverted(5, 8, 144, { depth: 4 })],
  [inverted(5, 8, 192, { depth: 2, stride: 2 })],
];

/** Compound scaling (section 3.3): widths to the nearest multiple of 8, depths rounded up. */
function efficientnet(width: number, depth: number, eps = 1e-5) {
  const scaled = (channels: number) => roundChannels(channels * width);
  return mobileNetwork({
    manner: { activation: 'silu', eps },
    stem: scaled(32),
    stages: gatedStages,
    head: convHead(scaled(1280)),
    width: scaled,
    depth: { factor: depth },
  });
}

/** Without gates and with ReLU6; stem, head and the depths of the first and last stage are not scaled (tensorflow/tpu, `efficientnet/lite`). */
function lite(width: number, depth: number) {
  return mobileNetwork({
    manner: { activation: 'relu6', eps: 1e-3 },
    stem: 32,
    stages: plainStages,
    head: convHead(1280),
    width: (channels) => roundChannels(channels * width),
    depth: { factor: depth, fixedEnds: true },
  });
}

function edge(width: number, depth: number) {
  const scaled = (channels: number) => roundChannels(channels * width);
  return mobileNetwork({
    manner: { activation: 'relu', eps: 1e-3 },
    stem: scaled(32),
    stages: edgeStages,
    head: convHead(scaled(1280)),
    width: scaled,
    depth: { factor: depth },
  });
}

/** B0 shrunk: the depths rounded, the stem as it is, the head never below B0's. */
function tinynet(width: number, depth: number) {
  const scaled = (channels: number) => roundChannels(channels * width);
  return mobileNetwork({
    manner: { activation: 'silu' },
    stem: 32,
    stages: gatedStages,
    head: convHead(Math.max(1280, scaled(1280))),
    width: scaled,
    depth: { factor: depth, round: 'nearest' },
  });
}

/** Native sizes are not multiples of 32; any multiple of 4 works. */
const inputSizes = { multipleOf: 4, min: 64 };

/**
 * EfficientNet: Tan and Le 2019, with PyTorch's padding. From B6 on timm has weights only for the form with TensorFlow's
 * padding (`tf_`), whose parameters and multiply-adds are the same.
 */
const efficientnets = defineFamily(
  { family: 'EfficientNet', year: 2019, paper: 'arXiv 1905.11946', inputSizes },
  {
    efficientnet_b0: {
      build: efficientnet(1, 1),
      timm: 'efficientnet_b0',
      torchvision: 'efficientnet_b0',
    },
    efficientnet_b1: {
      build: efficientnet(1, 1.1),
      timm: 'efficientnet_b1',
      torchvision: 'efficientnet_b1',
      inputSize: 240,
    },
    efficientnet_b2: {
      build: efficientnet(1.1, 1.2),
      timm: 'efficientnet_b2',
      torchvision: 'efficientnet_b2',
      inputSize: 288,
    },
    efficientnet_b3: {
      build: efficientnet(1.2, 1.4),
      timm: 'efficientnet_b3',
      torchvision: 'efficientnet_b3',
      inputSize: 300,
    },
    efficientnet_b4: {
      build: efficientnet(1.4, 1.8),
      timm: 'efficientnet_b4',
      torchvision: 'efficientnet_b4',
      inputSize: 380,
    },
    efficientnet_b5: {
      build: efficientnet(1.6, 2.2, 1e-3),
      timm: 'efficientnet_b5',
      torchvision: 'efficientnet_b5',
      inputSize: 456,
    },
    efficientnet_b6: {
      build: efficientnet(1.8, 2.6, 1e-3),
      timm: 'tf_efficientnet_b6',
      torchvision: 'efficientnet_b6',
      inputSize: 528,
    },
    efficientnet_b7: {
      build: efficientnet(2, 3.1, 1e-3),
      timm: 'tf_efficientnet_b7',
      torchvision: 'efficientnet_b7',
      inputSize: 600,
    },
    efficientnet_b8: { build: efficientnet(2.2, 3.6, 1e-3), timm: 'tf_efficientnet_b8', inputSize: 672 },
  },
);

/** EfficientNet-Lite for mobile processors (2020, in the reference code only); weights of 1 to 4 are timm's `tf_` ones. */
const lites = defineFamily(
  { family: 'EfficientNet-Lite', year: 2020, paper: 'arXiv 1905.11946', inputSizes },
  {
    efficientnet_lite0: { build: lite(1, 1), timm: 'efficientnet_lite0' },
    efficientnet_lite1: { build: lite(1, 1.1), timm: 'tf_efficientnet_lite1', inputSize: 240 },
    efficientnet_lite2: { build: lite(1.1, 1.2), timm: 'tf_efficientnet_lite2', inputSize: 260 },
    efficientnet_lite3: { build: lite(1.2, 1.4), timm: 'tf_efficientnet_lite3', inputSize: 300 },
    efficientnet_lite4: { build: lite(1.4, 1.8), timm: 'tf_efficientnet_lite4', inputSize: 380 },
  },
);

/** EfficientNet-EdgeTPU: Gupta and Akin 2019 (arXiv 2003.02838). */
const edges = defineFamily(
  { family: 'EfficientNet-EdgeTPU', year: 2019, paper: 'arXiv 2003.02838', inputSizes },
  {
    efficientnet_es: { build: edge(1, 1), timm: 'efficientnet_es' },
    efficientnet_em: { build: edge(1, 1.1), timm: 'efficientnet_em', inputSize: 240 },
    efficientnet_el: { build: edge(1.2, 1.4), timm: 'efficientnet_el', inputSize: 300 },
  },
);

/** TinyNet, EfficientNet below B0: Han et al. 2020. */
const tinynets = defineFamily(
  { family: 'TinyNet', year: 2020, paper: 'arXiv 2010.14819', inputSizes },
  {
    tinynet_a: { build: tinynet(1, 1.2), timm: 'tinynet_a', inputSize: 192 },
    tinynet_b: { build: tinynet(0.75, 1.1), timm: 'tinynet_b', inputSize: 188 },
    tinynet_c: { build: tinynet(0.54, 0.85), timm: 'tinynet_c', inputSize: 184 },
    tinynet_d: { build: tinynet(0.54, 0.695), timm: 'tinynet_d', inputSize: 152 },
    tinynet_e: { build: tinynet(0.51, 0.6), timm: 'tinynet_e', inputSize: 106 },
  },
);

export const architectures = [...efficientnets, ...lites, ...edges, ...tinynets];
