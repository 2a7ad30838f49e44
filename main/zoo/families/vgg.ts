import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { defineFamily, imagenetClasses } from '../architecture.ts';

/** Channels of the five stages; each ends in a max pool (arXiv 1409.1556, table 1). */
const stageWidths = [64, 128, 256, 512, 512];

/** Plain network of 3×3 convolutions, `depths[i]` of them in stage i. */
function vgg(depths: readonly number[], norm: boolean) {
  return (g: GraphBuilder, image: Value): Value => {
    let x = image;
    stageWidths.forEach((width, stage) => {
      for (let index = 0; index < (depths[stage] ?? 0); index++) {
        x = g.scope(`stage${stage + 1}/${index}`, () => {
          const y = g.conv(x, width, 3, { bias: true });
          return g.relu(norm ? g.batchNorm(y) : y);
        });
      }
      // A stage's maps are those before its pool; stages 1 and 2 (strides 1 and 2) are no part of a pyramid.
      if (stage >= 2) g.tap(x);
      x = g.maxPool(x, 2);
    });
    g.tap(x);
    x = g.flatten(g.adaptiveAvgPool(x, 7));
    x = g.relu(g.linear(x, 4096));
    x = g.relu(g.linear(x, 4096));
    return g.linear(g.features(x), imagenetClasses);
  };
}

/** Configurations A, B, D and E. */
const depths = {
  vgg11: [1, 1, 2, 2, 2],
  vgg13: [2, 2, 2, 2, 2],
  vgg16: [2, 2, 3, 3, 3],
  vgg19: [2, 2, 4, 4, 4],
};

/** VGG, as torchvision builds it: convolutions keep their biases in front of a batch norm. Simonyan and Zisserman 2014. */
export const architectures = defineFamily(
  { family: 'VGG', year: 2014, paper: 'arXiv 1409.1556' },
  Object.fromEntries(
    Object.entries(depths).flatMap(([name, stages]) => {
      const printed = name.replace('vgg', 'VGG');
      const dashed = name.replace('vgg', 'VGG-');
      return [
        [name, { build: vgg(stages, false), ...namesElsewhere(name, dashed, printed) }],
        [
          `${name}_bn`,
          { build: vgg(stages, true), ...namesElsewhere(`${name}_bn`, `${dashed}_BN`, `${printed}_BN`) },
        ],
      ];
    }),
  ),
);

function namesElsewhere(name: string, bianco2018: string, cadene: string) {
  return { timm: name, torchvision: name, bianco2018, cadene };
}
