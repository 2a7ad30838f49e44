import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';
import { roundChannels } from '../blocks/roundChannels.ts';

/** Depthwise separable layers by stride (arXiv 1704.04861, table 1): the first of a stage strides, but for the first stage. */
const stages = [
  { channels: 64, depth: 1 },
  { channels: 128, depth: 2 },
  { channels: 256, depth: 2 },
  { channels: 512, depth: 6 },
  { channels: 1024, depth: 2 },
];

/** Depthwise 3×3 and 1×1, each with batch norm and ReLU6 (figure 3, right; ReLU6 as in the authors' code and timm). */
function depthwiseSeparable(g: GraphBuilder, x: Value, channels: number, stride: number): Value {
  const activation = 'relu6';
  const spatial = g.convNorm(x, dim(x, 1), 3, { stride, groups: dim(x, 1), activation });
  return g.convNorm(spatial, channels, 1, { activation });
}

/** `head`: timm's variant with one more 1×1 layer of 1024 channels in front of the pooling. */
function mobilenetV1(width: number, head = false) {
  return (g: GraphBuilder, image: Value): Value => {
    let x = g.convNorm(image, roundChannels(32 * width), 3, { stride: 2, activation: 'relu6' });
    stages.forEach(({ channels, depth }, stage) => {
      for (let index = 0; index < depth; index++) {
        const stride = stage > 0 && index === 0 ? 2 : 1;
        x = g.scope(`stage${stage}/${index}`, () =>
          depthwiseSeparable(g, x, roundChannels(channels * width), stride),
        );
      }
      if (stage > 0) g.tap(x);
    });
    if (head) x = g.convNorm(x, 1024, 1, { activation: 'relu6' });
    return pooledClassifier(g, x);
  };
}

/** MobileNet-v1: Howard et al. 2017; arXiv 1810.00736 measured the same layers with plain ReLUs. */
export const architectures = defineFamily(
  { family: 'MobileNet-v1', year: 2017, paper: 'arXiv 1704.04861' },
  {
    mobilenetv1_100: { build: mobilenetV1(1), timm: 'mobilenetv1_100', bianco2018: 'MobileNet-v1' },
    mobilenetv1_100h: { build: mobilenetV1(1, true), timm: 'mobilenetv1_100h' },
    mobilenetv1_125: { build: mobilenetV1(1.25), timm: 'mobilenetv1_125' },
  },
);
