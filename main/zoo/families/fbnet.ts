import { defineFamily } from '../architecture.ts';
import { convHead, mobileNetwork, pooledHead } from '../blocks/mobileNetwork.ts';
import { inverted, plain, separable, type Manner, type Row } from '../blocks/mobileRows.ts';
import { roundChannels } from '../blocks/roundChannels.ts';

type Stages = readonly (readonly Row[])[];

/** FBNet-C (arXiv 1812.03443, figure 4 and table 1), as in timm: 16 channels in the stem, 1,984 in the head. */
const c: Stages = [
  [inverted(3, 1, 16)],
  [inverted(3, 6, 24, { stride: 2 }), inverted(3, 1, 24, { depth: 2 })],
  [inverted(5, 6, 32, { stride: 2 }), inverted(5, 3, 32), inverted(5, 6, 32), inverted(3, 6, 32)],
  [inverted(5, 6, 64, { stride: 2 }), inverted(5, 3, 64), inverted(5, 6, 64, { depth: 2 })],
  [inverted(5, 6, 112, { depth: 3 }), inverted(5, 3, 112)],
  [inverted(5, 6, 184, { depth: 4, stride: 2 })],
  [inverted(3, 6, 352)],
];

const squeeze = 0.25;

/** FBNet-v3's tables as in timm (arXiv 2006.02049, appendix, and the authors' code). */
const v3b: Stages = [
  [separable(3, 16, { depth: 2 })],
  [inverted(5, 4, 24, { stride: 2 }), inverted(5, 2, 24, { depth: 3 })],
  [inverted(5, 5, 40, { stride: 2, squeeze }), inverted(5, 3, 40, { depth: 4, squeeze })],
  [inverted(5, 5, 72, { stride: 2 }), inverted(3, 3, 72, { depth: 4 })],
  [inverted(3, 5, 120, { squeeze }), inverted(5, 3, 120, { depth: 5, squeeze })],
  [
    inverted(3, 6, 184, { stride: 2, squeeze }),
    inverted(5, 4, 184, { depth: 5, squeeze }),
    inverted(5, 6, 224, { squeeze }),
  ],
  [plain(1, 1344)],
];

const v3d: Stages = [
  [separable(3, 16, { depth: 2 })],
  [inverted(3, 5, 24, { stride: 2 }), inverted(3, 2, 24, { depth: 5 })],
  [inverted(5, 4, 40, { stride: 2, squeeze }), inverted(3, 3, 40, { depth: 4, squeeze })],
  [inverted(3, 5, 72, { stride: 2 }), inverted(3, 3, 72, { depth: 4 })],
  [inverted(3, 5, 128, { squeeze }), inverted(5, 3, 128, { depth: 6, squeeze })],
  [
    inverted(3, 6, 208, { stride: 2, squeeze }),
    inverted(5, 5, 208, { depth: 5, squeeze }),
    inverted(5, 6, 240, { squeeze }),
  ],
  [plain(1, 1440)],
];

const v3g: Stages = [
  [separable(3, 24, { depth: 3 })],
  [inverted(5, 4, 40, { stride: 2 }), inverted(5, 2, 40, { depth: 4 })],
  [inverted(5, 4, 56, { stride: 2, squeeze }), inverted(5, 3, 56, { depth: 4, squeeze })],
  [inverted(5, 5, 104, { stride: 2 }), inverted(3, 3, 104, { depth: 4 })],
  [inverted(3, 5, 160, { squeeze }), inverted(5, 3, 160, { depth: 8, squeeze })],
  [
    inverted(3, 6, 264, { stride: 2, squeeze }),
    inverted(5, 5, 264, { depth: 6, squeeze }),
    inverted(5, 6, 288, { depth: 2, squeeze }),
  ],
  [plain(1, 1728)],
];

/** Squeezed widths are multiples of 8 next to a quarter of the input, at least 0.95 of it. */
const mannerV3: Manner = {
  activation: 'hardSwish',
  squeezed: (input, _hidden, share) => roundChannels(input * share, 8, 0.95),
  gate: 'hardSigmoid',
};

const fbnetV3 = (stages: Stages, stem: number) =>
  mobileNetwork({ manner: mannerV3, stem, stages, head: pooledHead(1984, { bias: false }) });

/** Differentiable architecture search: Wu et al. 2018. */
const fbnets = defineFamily(
  { family: 'FBNet', year: 2018, paper: 'arXiv 1812.03443' },
  {
    fbnetc_100: {
      build: mobileNetwork({
        manner: { activation: 'relu', eps: 1e-3 },
        stem: 16,
        stages: c,
        head: convHead(1984),
      }),
      timm: 'fbnetc_100',
    },
  },
);

/** Architecture and training recipe searched together: Dai et al. 2020. */
const fbnetV3s = defineFamily(
  { family: 'FBNet-v3', year: 2020, paper: 'arXiv 2006.02049' },
  {
    fbnetv3_b: { build: fbnetV3(v3b, 16), timm: 'fbnetv3_b' },
    fbnetv3_d: { build: fbnetV3(v3d, 24), timm: 'fbnetv3_d' },
    fbnetv3_g: {
      build: fbnetV3(v3g, 32),
      timm: 'fbnetv3_g',
      inputSize: 240,
      inputSizes: { multipleOf: 16, min: 64 },
    },
  },
);

export const architectures = [...fbnets, ...fbnetV3s];
