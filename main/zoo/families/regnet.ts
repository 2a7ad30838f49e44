import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';
import { roundChannels } from '../blocks/roundChannels.ts';
import { roundToEven } from '../blocks/roundToEven.ts';
import { squeezeExcite } from '../blocks/squeezeExcite.ts';
import { resnetShortcut } from '../blocks/tunedResNet.ts';

/** A point of the design space (arXiv 2003.13678, section 3.3): block j's width before quantisation is initial + slope · j. */
interface Point {
  readonly depth: number;
  readonly initial: number;
  readonly slope: number;
  /** Ratio between the widths of consecutive stages, nearly. */
  readonly multiplier: number;
  readonly groupWidth: number;
}

/**
 * How a width becomes a multiple of the group width. pycls and timm take the nearest multiple, the even one of two equally
 * near; torchvision takes the larger of two, and rounds up where rounding down would lose more than a tenth.
 */
type Rounding = 'pycls' | 'torchvision';

interface Stage {
  readonly width: number;
  readonly depth: number;
  readonly groupWidth: number;
}

/** The four stages of a design (arXiv 2003.13678, equations 2 to 4). */
function stagesOf({ depth, initial, slope, multiplier, groupWidth }: Point, rounding: Rounding): Stage[] {
  const quantised = Array.from({ length: depth }, (_, block) => {
    const power = roundToEven(Math.log((initial + slope * block) / initial) / Math.log(multiplier));
    return roundToEven((initial * multiplier ** power) / 8) * 8;
  });
  const depths = Map.groupBy(quantised, (width) => width);
  return [...depths].map(([width, blocks]) => {
    const group = Math.min(groupWidth, width);
    const multiple =
      rounding === 'torchvision' ? roundChannels(width, group) : roundToEven(width / group) * group;
    return { width: multiple, depth: blocks.length, groupWidth: group };
  });
}

/**
 * RegNet's block: ResNeXt's bottleneck without a bottleneck (ratio 1). RegNetY's gate comes after the 3×3 layer and squeezes
 * to a quarter of the block's input.
 */
function block(
  g: GraphBuilder,
  x: Value,
  { width, groupWidth }: Stage,
  { stride, gated }: { stride: number; gated: boolean },
): Value {
  let y = g.convNorm(x, width, 1);
  y = g.convNorm(y, width, 3, { stride, groups: width / groupWidth });
  if (gated) y = squeezeExcite(g, y, Math.round(dim(x, 1) / 4));
  y = g.convNorm(y, width, 1, { activation: 'none' });
  return g.relu(g.add(y, resnetShortcut(g, x, width, stride)));
}

function regnet(point: Point, options: { gated: boolean; rounding?: Rounding }) {
  const stages = stagesOf(point, options.rounding ?? 'pycls');
  return (g: GraphBuilder, image: Value): Value => {
    let x = g.scope('stem', () => g.convNorm(image, 32, 3, { stride: 2 }));
    stages.forEach((stage, s) => {
      for (let index = 0; index < stage.depth; index++) {
        const stride = index === 0 ? 2 : 1;
        x = g.scope(`s${s + 1}/${index}`, () => block(g, x, stage, { stride, gated: options.gated }));
      }
      g.tap(x);
    });
    return pooledClassifier(g, x);
  };
}

const point = (
  depth: number,
  initial: number,
  slope: number,
  multiplier: number,
  groupWidth: number,
): Point => ({ depth, initial, slope, multiplier, groupWidth });

/** RegNetX's and RegNetY's points by their cost (arXiv 2003.13678, tables of the appendix; as in pycls' model zoo). */
const x = {
  '200mf': point(13, 24, 36.44, 2.49, 8),
  '400mf': point(22, 24, 24.48, 2.54, 16),
  '600mf': point(16, 48, 36.97, 2.24, 24),
  '800mf': point(16, 56, 35.73, 2.28, 16),
  '1.6gf': point(18, 80, 34.01, 2.25, 24),
  '3.2gf': point(25, 88, 26.31, 2.25, 48),
  '4.0gf': point(23, 96, 38.65, 2.43, 40),
  '6.4gf': point(17, 184, 60.83, 2.07, 56),
  '8.0gf': point(23, 80, 49.56, 2.88, 120),
  '12gf': point(19, 168, 73.36, 2.37, 112),
  '16gf': point(22, 216, 55.59, 2.1, 128),
  '32gf': point(23, 320, 69.86, 2.0, 168),
};
const y = {
  '200mf': point(13, 24, 36.44, 2.49, 8),
  '400mf': point(16, 48, 27.89, 2.09, 8),
  '600mf': point(15, 48, 32.54, 2.32, 16),
  '800mf': point(14, 56, 38.84, 2.4, 16),
  '1.6gf': point(27, 48, 20.71, 2.65, 24),
  '3.2gf': point(21, 80, 42.63, 2.66, 24),
  '4.0gf': point(22, 96, 31.41, 2.24, 64),
  '6.4gf': point(25, 112, 33.22, 2.27, 72),
  '8.0gf': point(17, 192, 76.82, 2.19, 56),
  '12gf': point(19, 168, 73.36, 2.37, 112),
  '16gf': point(18, 200, 106.23, 2.48, 112),
  '32gf': point(20, 232, 115.89, 2.53, 232),
  '64gf': point(20, 352, 147.48, 2.4, 328),
  '128gf': point(27, 456, 160.83, 2.52, 264),
};

/** torchvision's X 400MF, Y 800MF and Y 8GF are wider than pycls' and timm's by their rounding: both forms are here. */
const [ungated, gated] = [{ gated: false }, { gated: true }];

export const architectures = defineFamily(
  { family: 'RegNet', year: 2020, paper: 'arXiv 2003.13678' },
  {
    regnetx_002: { build: regnet(x['200mf'], ungated), timm: 'regnetx_002' },
    regnetx_004: { build: regnet(x['400mf'], ungated), timm: 'regnetx_004' },
    regnet_x_400mf: {
      build: regnet(x['400mf'], { gated: false, rounding: 'torchvision' }),
      timm: 'regnetx_004_tv',
      torchvision: 'regnet_x_400mf',
    },
    regnetx_006: { build: regnet(x['600mf'], ungated), timm: 'regnetx_006' },
    regnet_x_800mf: {
      build: regnet(x['800mf'], ungated),
      timm: 'regnetx_008',
      torchvision: 'regnet_x_800mf',
    },
    regnet_x_1_6gf: {
      build: regnet(x['1.6gf'], ungated),
      timm: 'regnetx_016',
      torchvision: 'regnet_x_1_6gf',
    },
    regnet_x_3_2gf: {
      build: regnet(x['3.2gf'], ungated),
      timm: 'regnetx_032',
      torchvision: 'regnet_x_3_2gf',
    },
    regnetx_040: { build: regnet(x['4.0gf'], ungated), timm: 'regnetx_040' },
    regnetx_064: { build: regnet(x['6.4gf'], ungated), timm: 'regnetx_064' },
    regnet_x_8gf: { build: regnet(x['8.0gf'], ungated), timm: 'regnetx_080', torchvision: 'regnet_x_8gf' },
    regnetx_120: { build: regnet(x['12gf'], ungated), timm: 'regnetx_120' },
    regnet_x_16gf: { build: regnet(x['16gf'], ungated), timm: 'regnetx_160', torchvision: 'regnet_x_16gf' },
    regnet_x_32gf: { build: regnet(x['32gf'], ungated), timm: 'regnetx_320', torchvision: 'regnet_x_32gf' },
    regnety_002: { build: regnet(y['200mf'], gated), timm: 'regnety_002' },
    regnet_y_400mf: { build: regnet(y['400mf'], gated), timm: 'regnety_004', torchvision: 'regnet_y_400mf' },
    regnety_006: { build: regnet(y['600mf'], gated), timm: 'regnety_006' },
    regnety_008: { build: regnet(y['800mf'], gated), timm: 'regnety_008' },
    regnet_y_800mf: {
      build: regnet(y['800mf'], { gated: true, rounding: 'torchvision' }),
      timm: 'regnety_008_tv',
      torchvision: 'regnet_y_800mf',
    },
    regnet_y_1_6gf: { build: regnet(y['1.6gf'], gated), timm: 'regnety_016', torchvision: 'regnet_y_1_6gf' },
    regnet_y_3_2gf: { build: regnet(y['3.2gf'], gated), timm: 'regnety_032', torchvision: 'regnet_y_3_2gf' },
    regnety_040: { build: regnet(y['4.0gf'], gated), timm: 'regnety_040' },
    regnety_064: { build: regnet(y['6.4gf'], gated), timm: 'regnety_064' },
    regnety_080: { build: regnet(y['8.0gf'], gated), timm: 'regnety_080' },
    regnet_y_8gf: {
      build: regnet(y['8.0gf'], { gated: true, rounding: 'torchvision' }),
      timm: 'regnety_080_tv',
      torchvision: 'regnet_y_8gf',
    },
    regnety_120: { build: regnet(y['12gf'], gated), timm: 'regnety_120' },
    regnet_y_16gf: { build: regnet(y['16gf'], gated), timm: 'regnety_160', torchvision: 'regnet_y_16gf' },
    regnet_y_32gf: { build: regnet(y['32gf'], gated), timm: 'regnety_320', torchvision: 'regnet_y_32gf' },
    regnety_640: { build: regnet(y['64gf'], gated), timm: 'regnety_640', inputSize: 384 },
    regnet_y_128gf: {
      build: regnet(y['128gf'], gated),
      timm: 'regnety_1280',
      torchvision: 'regnet_y_128gf',
    },
  },
);
