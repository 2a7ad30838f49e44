import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';
import { invertedResidual } from '../blocks/invertedResidual.ts';
import { roundChannels } from '../blocks/roundChannels.ts';

/** Rows of arXiv 1801.04381, table 2; `tap`: the map is the last at its stride. */
const stages = [
  { expansion: 1, channels: 16, depth: 1, stride: 1, tap: false },
  { expansion: 6, channels: 24, depth: 2, stride: 2, tap: true },
  { expansion: 6, channels: 32, depth: 3, stride: 2, tap: true },
  { expansion: 6, channels: 64, depth: 4, stride: 2, tap: false },
  { expansion: 6, channels: 96, depth: 3, stride: 1, tap: true },
  { expansion: 6, channels: 160, depth: 3, stride: 2, tap: false },
  { expansion: 6, channels: 320, depth: 1, stride: 1, tap: true },
];

interface Scaling {
  readonly width?: number;
  readonly depth?: number;
  /** Stem, head, and the depth of the first and the last stage stay as they are (timm's "d" variants). */
  readonly fixedEnds?: boolean;
}

/** Inverted residuals; the width scales all layers, but the head only grows, never shrinks (section 6.1). */
function mobilenetV2({ width = 1, depth = 1, fixedEnds = false }: Scaling = {}) {
  return (g: GraphBuilder, image: Value): Value => {
    let x = g.convNorm(image, fixedEnds ? 32 : roundChannels(32 * width), 3, {
      stride: 2,
      activation: 'relu6',
    });
    stages.forEach((stage, number) => {
      const isEnd = number === 0 || number === stages.length - 1;
      const blocks = isEnd && fixedEnds ? stage.depth : Math.ceil(stage.depth * depth);
      for (let index = 0; index < blocks; index++) {
        x = g.scope(`stage${number}/${index}`, () =>
          invertedResidual(g, x, {
            hidden: dim(x, 1) * stage.expansion,
            channels: roundChannels(stage.channels * width),
            stride: index === 0 ? stage.stride : 1,
          }),
        );
      }
      if (stage.tap) g.tap(x);
    });
    const head = fixedEnds ? 1280 : Math.max(1280, roundChannels(1280 * width));
    return pooledClassifier(g, g.convNorm(x, head, 1, { activation: 'relu6' }));
  };
}

/** MobileNet-v2: Sandler et al. 2018; other widths and depths than 1.0 as timm defines them. */
export const architectures = defineFamily(
  { family: 'MobileNet-v2', year: 2018, paper: 'arXiv 1801.04381' },
  {
    mobilenetv2_035: { build: mobilenetV2({ width: 0.35 }), timm: 'mobilenetv2_035' },
    mobilenetv2_050: { build: mobilenetV2({ width: 0.5 }), timm: 'mobilenetv2_050' },
    mobilenetv2_075: { build: mobilenetV2({ width: 0.75 }), timm: 'mobilenetv2_075' },
    mobilenet_v2: {
      build: mobilenetV2(),
      timm: 'mobilenetv2_100',
      torchvision: 'mobilenet_v2',
      bianco2018: 'MobileNet-v2',
    },
    mobilenetv2_110d: {
      build: mobilenetV2({ width: 1.1, depth: 1.2, fixedEnds: true }),
      timm: 'mobilenetv2_110d',
    },
    mobilenetv2_120d: {
      build: mobilenetV2({ width: 1.2, depth: 1.4, fixedEnds: true }),
      timm: 'mobilenetv2_120d',
    },
    mobilenetv2_140: { build: mobilenetV2({ width: 1.4 }), timm: 'mobilenetv2_140' },
  },
);
