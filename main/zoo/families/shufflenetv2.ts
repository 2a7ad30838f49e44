import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';

/** 1×1, depthwise 3×3, 1×1: the right branch of arXiv 1807.11164, figures 3c and 3d. */
function branch(g: GraphBuilder, x: Value, channels: number, stride: number): Value {
  const y = g.convNorm(x, channels, 1);
  return g.convNorm(depthwise(g, y, stride), channels, 1);
}

function depthwise(g: GraphBuilder, x: Value, stride: number): Value {
  return g.convNorm(x, dim(x, 1), 3, { stride, groups: dim(x, 1), activation: 'none' });
}

/** Half the channels pass through (figure 3c). */
function unit(g: GraphBuilder, x: Value): Value {
  const half = dim(x, 1) / 2;
  const [kept, worked] = g.split(x, [half, half]) as [Value, Value];
  return g.channelShuffle(g.concat([kept, branch(g, worked, half, 1)]), 2);
}

/** Both branches stride and read all channels (figure 3d). */
function stridedUnit(g: GraphBuilder, x: Value, channels: number): Value {
  const left = g.convNorm(depthwise(g, x, 2), channels / 2, 1);
  return g.channelShuffle(g.concat([left, branch(g, x, channels / 2, 2)]), 2);
}

/** Units a stage, the strided one included (table 5). */
const depths = [4, 8, 4];

/** `widths`: of stages 2, 3, 4 and of the last convolution. */
function shufflenetV2(...widths: readonly [number, number, number, number]) {
  return (g: GraphBuilder, image: Value): Value => {
    const stem = g.convNorm(image, 24, 3, { stride: 2 });
    let x = g.tap(g.maxPool(stem, 3, { stride: 2, padding: 1 }));
    depths.forEach((depth, stage) => {
      for (let index = 0; index < depth; index++) {
        x = g.scope(`stage${stage + 2}/${index}`, () =>
          index === 0 ? stridedUnit(g, x, widths[stage] ?? 0) : unit(g, x),
        );
      }
      g.tap(x);
    });
    return pooledClassifier(g, g.convNorm(x, widths[3], 1));
  };
}

/** ShuffleNet-v2, as torchvision builds it: Ma et al. 2018. */
export const architectures = defineFamily(
  { family: 'ShuffleNet-v2', year: 2018, paper: 'arXiv 1807.11164' },
  {
    shufflenet_v2_x0_5: { build: shufflenetV2(48, 96, 192, 1024), torchvision: 'shufflenet_v2_x0_5' },
    shufflenet_v2_x1_0: { build: shufflenetV2(116, 232, 464, 1024), torchvision: 'shufflenet_v2_x1_0' },
    shufflenet_v2_x1_5: { build: shufflenetV2(176, 352, 704, 1024), torchvision: 'shufflenet_v2_x1_5' },
    shufflenet_v2_x2_0: { build: shufflenetV2(244, 488, 976, 2048), torchvision: 'shufflenet_v2_x2_0' },
  },
);
