import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { convHead, mobileNetwork, type DepthScaling } from '../blocks/mobileNetwork.ts';
import {
  gated,
  inverted,
  layerOptions,
  row,
  separable,
  type Row,
  type RowOptions,
} from '../blocks/mobileRows.ts';
import { roundChannels } from '../blocks/roundChannels.ts';

/** `channels` in `parts` equal shares, the rest in the first. */
function shares(channels: number, parts: number): number[] {
  const share = Math.floor(channels / parts);
  return Array.from({ length: parts }, (_, part) => (part === 0 ? channels - share * (parts - 1) : share));
}

/** Channels split between convolutions of different kernels, side by side (MDConv, arXiv 1907.09595, section 3). */
function mixedConv(
  g: GraphBuilder,
  x: Value,
  channels: number,
  kernels: readonly number[],
  { stride = 1, depthwise = false } = {},
): Value {
  const widths = shares(channels, kernels.length);
  const inputs = kernels.length === 1 ? [x] : g.split(x, shares(dim(x, 1), kernels.length));
  const outputs = inputs.map((part, index) =>
    g.conv(part, widths[index] ?? 0, kernels[index] ?? 1, { stride, groups: depthwise ? dim(part, 1) : 1 }),
  );
  return kernels.length === 1 ? (outputs[0] ?? x) : g.concat(outputs);
}

/** Halves of a 1×1 layer's channels kept apart. */
const [whole, halves] = [[1], [1, 1]] as const;

interface MixedOptions extends RowOptions {
  /** Keeps two halves apart in the expansion, the projection, or both. */
  readonly apart?: 'expansion' | 'projection' | 'both';
}

/** Inverted residuals with mixed depthwise kernels. */
function mixed(
  kernels: readonly number[],
  expansion: number,
  channels: number,
  options: MixedOptions = {},
): Row {
  const { apart } = options;
  return row(channels, options, (g, x, site) => {
    const { activation, eps } = layerOptions(site.manner, options.activation);
    const hidden = roundChannels(dim(x, 1) * expansion);
    const expand = apart === 'expansion' || apart === 'both' ? halves : whole;
    const project = apart === 'projection' || apart === 'both' ? halves : whole;
    const layer = (y: Value) => g.activate(g.batchNorm(y, eps), activation);
    let y = layer(mixedConv(g, x, hidden, expand));
    y = layer(mixedConv(g, y, hidden, kernels, { stride: site.stride, depthwise: true }));
    y = gated(g, x, options, site.manner)?.(y) ?? y;
    y = g.batchNorm(mixedConv(g, y, site.channels, project), eps);
    return site.stride === 1 && dim(x, 1) === site.channels ? g.add(x, y) : y;
  });
}

const [k3, k5, k7, k9, k11] = [[3], [3, 5], [3, 5, 7], [3, 5, 7, 9], [3, 5, 7, 9, 11]] as const;
const half = { squeeze: 0.5, activation: 'silu' } as const;
const quarter = { squeeze: 0.25, activation: 'silu' } as const;

/** arXiv 1907.09595, figure 5; where channels stay apart, as in the reference code (tensorflow/tpu, `mixnet`). */
const small: readonly (readonly Row[])[] = [
  [separable(3, 16)],
  [mixed(k3, 6, 24, { stride: 2, apart: 'both' }), mixed(k3, 3, 24, { apart: 'both' })],
  [mixed(k7, 6, 40, { stride: 2, ...half }), mixed(k5, 6, 40, { depth: 3, apart: 'both', ...half })],
  [
    mixed(k7, 6, 80, { stride: 2, apart: 'projection', ...quarter }),
    mixed(k5, 6, 80, { depth: 2, apart: 'projection', ...quarter }),
  ],
  [mixed(k7, 6, 120, { apart: 'both', ...half }), mixed(k9, 3, 120, { depth: 2, apart: 'both', ...half })],
  [mixed(k11, 6, 200, { stride: 2, ...half }), mixed(k9, 6, 200, { depth: 2, apart: 'projection', ...half })],
];

/** L is M with 1.3 times the width. */
const medium: readonly (readonly Row[])[] = [
  [separable(3, 24)],
  [mixed(k7, 6, 32, { stride: 2, apart: 'both' }), mixed(k3, 3, 32, { apart: 'both' })],
  [mixed(k9, 6, 40, { stride: 2, ...half }), mixed(k5, 6, 40, { depth: 3, apart: 'both', ...half })],
  [mixed(k7, 6, 80, { stride: 2, ...quarter }), mixed(k9, 6, 80, { depth: 3, apart: 'both', ...quarter })],
  [inverted(3, 6, 120, half), mixed(k9, 3, 120, { depth: 3, apart: 'both', ...half })],
  [mixed(k9, 6, 200, { stride: 2, ...half }), mixed(k9, 6, 200, { depth: 3, apart: 'projection', ...half })],
];

function mixnet(stages: readonly (readonly Row[])[], stem: number, width = 1, depth?: DepthScaling) {
  const scaled = (channels: number) => roundChannels(channels * width);
  return mobileNetwork({
    manner: { activation: 'relu' },
    stem: scaled(stem),
    stages,
    head: convHead(1536),
    width: scaled,
    ...(depth === undefined ? {} : { depth }),
  });
}

/** Mixed depthwise convolution: Tan and Le 2019. XL is timm's extension. */
export const architectures = defineFamily(
  { family: 'MixNet', year: 2019, paper: 'arXiv 1907.09595' },
  {
    mixnet_s: { build: mixnet(small, 16), timm: 'mixnet_s' },
    mixnet_m: { build: mixnet(medium, 24), timm: 'mixnet_m' },
    mixnet_l: { build: mixnet(medium, 24, 1.3), timm: 'mixnet_l' },
    mixnet_xl: { build: mixnet(medium, 24, 1.6, { factor: 1.2, round: 'nearest' }), timm: 'mixnet_xl' },
  },
);
