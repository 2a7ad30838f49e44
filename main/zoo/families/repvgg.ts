import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';

/** Blocks in the four stages after the first layer (arXiv 2101.03697, table 2). */
const a = [2, 4, 14, 1];
const b = [4, 6, 16, 1];

/**
 * RepVGG in its deploy form (arXiv 2101.03697, section 3.3): the branches of each block merged into one 3×3 convolution with
 * a bias. `multipliers` widen 64 … 512 channels; of the first three stages the same one. `groups` is that of each second block.
 */
function repvgg(depths: readonly number[], [early, last]: readonly [number, number], groups = 1) {
  const layer = (g: GraphBuilder, x: Value, width: number, stride: number, layerGroups: number) =>
    g.relu(g.conv(x, width, 3, { stride, bias: true, groups: layerGroups }));

  return (g: GraphBuilder, image: Value): Value => {
    let x = g.scope('stage0', () => layer(g, image, Math.min(64, 64 * early), 2, 1));
    let position = 0;
    depths.forEach((depth, stage) => {
      const width = 64 * 2 ** stage * (stage === 3 ? last : early);
      for (let index = 0; index < depth; index++) {
        const layerGroups = position % 2 === 1 ? groups : 1;
        x = g.scope(`stage${stage + 1}/${index}`, () => layer(g, x, width, index === 0 ? 2 : 1, layerGroups));
        position++;
      }
      g.tap(x);
    });
    return pooledClassifier(g, x);
  };
}

/** timm's costs for these names count the training form, which has two branches more a block; its accuracies hold for both. */
export const architectures = defineFamily(
  { family: 'RepVGG', year: 2021, paper: 'arXiv 2101.03697' },
  {
    repvgg_a0: { build: repvgg(a, [0.75, 2.5]), timmWeights: 'repvgg_a0' },
    repvgg_a1: { build: repvgg(a, [1, 2.5]), timmWeights: 'repvgg_a1' },
    repvgg_a2: { build: repvgg(a, [1.5, 2.75]), timmWeights: 'repvgg_a2' },
    repvgg_b0: { build: repvgg(b, [1, 2.5]), timmWeights: 'repvgg_b0' },
    repvgg_b1: { build: repvgg(b, [2, 4]), timmWeights: 'repvgg_b1' },
    repvgg_b1g4: { build: repvgg(b, [2, 4], 4), timmWeights: 'repvgg_b1g4' },
    repvgg_b2: { build: repvgg(b, [2.5, 5]), timmWeights: 'repvgg_b2' },
    repvgg_b2g4: { build: repvgg(b, [2.5, 5], 4), timmWeights: 'repvgg_b2g4' },
    repvgg_b3: { build: repvgg(b, [3, 5]), timmWeights: 'repvgg_b3' },
    repvgg_b3g4: { build: repvgg(b, [3, 5], 4), timmWeights: 'repvgg_b3g4' },
  },
);
