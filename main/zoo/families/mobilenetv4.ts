import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { scaledDotProduct } from '../blocks/attention.ts';
import { layerScale } from '../blocks/layerScale.ts';
import { mobileNetwork, pooledHead } from '../blocks/mobileNetwork.ts';
import { fused, layerOptions, plain, row, type Row, type RowOptions } from '../blocks/mobileRows.ts';
import { roundChannels } from '../blocks/roundChannels.ts';
import { tokensOf } from '../blocks/tokens.ts';

type Stages = readonly (readonly Row[])[];

/** Kernels of the depthwise layers before and after the expansion; 0 where there is none. */
type Kernels = readonly [before: 0 | 3 | 5, after: 0 | 3 | 5];

/**
 * Universal inverted bottlenecks (arXiv 2404.10518): with both depthwise layers "ExtraDW", with the second alone an
 * inverted residual, with the first alone like ConvNeXt's, with none a feed-forward network. The stride is in the last one.
 */
const universal =
  ({ scaled }: { scaled: boolean }) =>
  (kernels: Kernels, expansion: number, channels: number, options: RowOptions = {}): Row =>
    row(channels, options, (g, x, { channels: width, stride, manner }) => {
      const layer = layerOptions(manner, options.activation);
      const linear = { ...layer, activation: 'none' } as const;
      const [before, after] = kernels;
      const input = dim(x, 1);
      const hidden = roundChannels(input * expansion);
      let y = x;
      if (before > 0) {
        y = g.convNorm(y, input, before, { ...linear, groups: input, stride: after > 0 ? 1 : stride });
      }
      y = g.convNorm(y, hidden, 1, layer);
      if (after > 0) y = g.convNorm(y, hidden, after, { ...layer, groups: hidden, stride });
      y = g.convNorm(y, width, 1, linear);
      if (scaled) y = layerScale(g, y, 1);
      return stride === 1 && input === width ? g.add(x, y) : y;
    });

/** Keys or values of one head from a map halved by a depthwise layer where `halved`, otherwise from the map itself. */
function sharedHead(g: GraphBuilder, x: Value, width: number, halved: boolean): Value {
  const channels = dim(x, 1);
  const y = halved ? g.batchNorm(g.conv(x, channels, 3, { stride: 2, groups: channels, gain: 1 })) : x;
  return tokensOf(g, g.conv(y, width, 1, { gain: 1 }));
}

/**
 * Mobile multi-query attention (arXiv 2404.10518): all heads share one set of keys and values, which may be
 * taken from a map of half the size.
 */
function multiQuery(channels: number, options: { heads: number; width: number; halved?: boolean }): Row {
  const { heads, width, halved = false } = options;
  return row(channels, {}, (g, x, site) => {
    const [height, breadth] = [dim(x, 2), dim(x, 3)];
    const normed = g.batchNorm(x, site.manner.eps);
    const query = g.reshape(g.conv(normed, heads * width, 1, { gain: 1 }), [
      -1,
      heads,
      width,
      height * breadth,
    ]);
    const key = sharedHead(g, normed, width, halved);
    const value = sharedHead(g, normed, width, halved);
    const shared = [-1, 1, dim(key, 1), width];
    const mixed = scaledDotProduct(g, {
      query: g.transpose(query, [0, 1, 3, 2]),
      keyTransposed: g.transpose(g.reshape(key, shared), [0, 1, 3, 2]),
      value: g.reshape(value, shared),
    });
    const map = g.reshape(g.transpose(mixed, [0, 1, 3, 2]), [-1, heads * width, height, breadth]);
    return g.add(x, layerScale(g, g.conv(map, site.channels, 1, { gain: 1 }), 1));
  });
}

const block = universal({ scaled: false });
const scaledBlock = universal({ scaled: true });

/** MNv4-Conv-S and its larger kin, from the tables of the paper's appendix in timm's order of blocks. */
const small: Stages = [
  [plain(3, 32, { stride: 2 }), plain(1, 32)],
  [plain(3, 96, { stride: 2 }), plain(1, 64)],
  [block([5, 5], 3, 96, { stride: 2 }), block([0, 3], 2, 96, { depth: 4 }), block([3, 0], 4, 96)],
  [
    block([3, 3], 6, 128, { stride: 2 }),
    block([5, 5], 4, 128),
    block([0, 5], 4, 128),
    block([0, 5], 3, 128),
    block([0, 3], 4, 128, { depth: 2 }),
  ],
  [plain(1, 960)],
];

const medium: Stages = [
  [fused(3, 4, 48, { stride: 2 })],
  [block([3, 5], 4, 80, { stride: 2 }), block([3, 3], 2, 80)],
  [
    block([3, 5], 6, 160, { stride: 2 }),
    block([3, 3], 4, 160, { depth: 2 }),
    block([3, 5], 4, 160),
    block([3, 3], 4, 160),
    block([3, 0], 4, 160),
    block([0, 0], 2, 160),
    block([3, 0], 4, 160),
  ],
  [
    block([5, 5], 6, 256, { stride: 2 }),
    block([5, 5], 4, 256),
    block([3, 5], 4, 256, { depth: 2 }),
    block([0, 0], 4, 256),
    block([3, 0], 4, 256),
    block([3, 5], 2, 256),
    block([5, 5], 4, 256),
    block([0, 0], 4, 256, { depth: 2 }),
    block([5, 0], 2, 256),
  ],
  [plain(1, 960)],
];

const large: Stages = [
  [fused(3, 4, 48, { stride: 2 })],
  [block([3, 5], 4, 96, { stride: 2 }), block([3, 3], 4, 96)],
  [
    block([3, 5], 4, 192, { stride: 2 }),
    block([3, 3], 4, 192, { depth: 3 }),
    block([3, 5], 4, 192),
    block([5, 3], 4, 192, { depth: 5 }),
    block([3, 0], 4, 192),
  ],
  [
    block([5, 5], 4, 512, { depth: 4, stride: 2 }),
    block([5, 0], 4, 512),
    block([5, 3], 4, 512),
    block([5, 0], 4, 512, { depth: 2 }),
    block([5, 3], 4, 512),
    block([5, 5], 4, 512),
    block([5, 0], 4, 512, { depth: 3 }),
  ],
  [plain(1, 960)],
];

/** Attention at strides 16 (keys and values from half the size) and 32. */
const mediumHalved = multiQuery(160, { heads: 4, width: 64, halved: true });
const mediumFull = multiQuery(256, { heads: 4, width: 64 });
const hybridMedium: Stages = [
  [fused(3, 4, 48, { stride: 2 })],
  [scaledBlock([3, 5], 4, 80, { stride: 2 }), scaledBlock([3, 3], 2, 80)],
  [
    scaledBlock([3, 5], 6, 160, { stride: 2 }),
    scaledBlock([0, 0], 2, 160),
    scaledBlock([3, 3], 4, 160),
    scaledBlock([3, 5], 4, 160),
    mediumHalved,
    scaledBlock([3, 3], 4, 160),
    mediumHalved,
    scaledBlock([3, 0], 4, 160),
    mediumHalved,
    scaledBlock([3, 3], 4, 160),
    mediumHalved,
    scaledBlock([3, 0], 4, 160),
  ],
  [
    scaledBlock([5, 5], 6, 256, { stride: 2 }),
    scaledBlock([5, 5], 4, 256),
    scaledBlock([3, 5], 4, 256, { depth: 2 }),
    scaledBlock([0, 0], 2, 256),
    scaledBlock([3, 5], 2, 256),
    scaledBlock([0, 0], 2, 256),
    scaledBlock([0, 0], 4, 256),
    mediumFull,
    scaledBlock([3, 0], 4, 256),
    mediumFull,
    scaledBlock([5, 5], 4, 256),
    mediumFull,
    scaledBlock([5, 0], 4, 256),
    mediumFull,
    scaledBlock([5, 0], 4, 256),
  ],
  [plain(1, 960)],
];

const largeHalved = multiQuery(192, { heads: 8, width: 48, halved: true });
const largeFull = multiQuery(512, { heads: 8, width: 64 });
const hybridLarge: Stages = [
  [fused(3, 4, 48, { stride: 2 })],
  [scaledBlock([3, 5], 4, 96, { stride: 2 }), scaledBlock([3, 3], 4, 96)],
  [
    scaledBlock([3, 5], 4, 192, { stride: 2 }),
    scaledBlock([3, 3], 4, 192, { depth: 3 }),
    scaledBlock([3, 5], 4, 192),
    scaledBlock([5, 3], 4, 192, { depth: 2 }),
    largeHalved,
    scaledBlock([5, 3], 4, 192),
    largeHalved,
    scaledBlock([5, 3], 4, 192),
    largeHalved,
    scaledBlock([5, 3], 4, 192),
    largeHalved,
    scaledBlock([3, 0], 4, 192),
  ],
  [
    scaledBlock([5, 5], 4, 512, { depth: 4, stride: 2 }),
    scaledBlock([5, 0], 4, 512),
    scaledBlock([5, 3], 4, 512),
    scaledBlock([5, 0], 4, 512, { depth: 2 }),
    scaledBlock([5, 3], 4, 512),
    scaledBlock([5, 5], 4, 512),
    largeFull,
    scaledBlock([5, 0], 4, 512),
    largeFull,
    scaledBlock([5, 0], 4, 512),
    largeFull,
    scaledBlock([5, 0], 4, 512),
    largeFull,
    scaledBlock([5, 0], 4, 512),
  ],
  [plain(1, 960)],
];

interface Shape {
  readonly stem?: number;
  readonly width?: number;
  readonly activation?: 'relu' | 'gelu';
}

/** A width below 1 scales the rows but not the stem, and the large hybrid has GELU, as in timm. */
function mobilenetV4(stages: Stages, { stem = 32, width = 1, activation = 'relu' }: Shape = {}) {
  return mobileNetwork({
    manner: { activation },
    stem,
    stages,
    head: pooledHead(1280, { norm: true }),
    width: (channels) => roundChannels(channels * width),
  });
}

/** MobileNet-v4: Qin et al. 2024. */
export const architectures = defineFamily(
  { family: 'MobileNet-v4', year: 2024, paper: 'arXiv 2404.10518' },
  {
    mobilenetv4_conv_small_050: {
      build: mobilenetV4(small, { width: 0.5 }),
      timm: 'mobilenetv4_conv_small_050',
    },
    mobilenetv4_conv_small: { build: mobilenetV4(small), timm: 'mobilenetv4_conv_small' },
    mobilenetv4_conv_medium: { build: mobilenetV4(medium), timm: 'mobilenetv4_conv_medium', inputSize: 256 },
    mobilenetv4_hybrid_medium: {
      build: mobilenetV4(hybridMedium),
      timm: 'mobilenetv4_hybrid_medium',
      inputSize: 256,
    },
    mobilenetv4_conv_large: {
      build: mobilenetV4(large, { stem: 24 }),
      timm: 'mobilenetv4_conv_large',
      inputSize: 384,
    },
    mobilenetv4_hybrid_large: {
      build: mobilenetV4(hybridLarge, { stem: 24, activation: 'gelu' }),
      timm: 'mobilenetv4_hybrid_large',
      inputSize: 384,
    },
  },
);
