import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';

interface Layout {
  readonly groups: number;
  /** Output widths of stages 2, 3 and 4 (arXiv 1707.01083, table 1). */
  readonly widths: readonly [number, number, number];
  /** Convolutions with biases, and neither norm nor ReLU behind the first: the code that arXiv 1810.00736 measured. */
  readonly biased?: boolean;
}

/** Units a stage, the strided one included. */
const depths = [4, 8, 4];

/**
 * ShuffleNet unit (figure 2b; 2c where it strides, with the pooled input joined to its output instead of added).
 * The first unit of all has an ungrouped first layer, its input being narrow (section 3.2).
 */
function unit(
  g: GraphBuilder,
  x: Value,
  width: number,
  {
    strided,
    firstGroups,
    groups,
    bias,
  }: { strided: boolean; firstGroups: number; groups: number; bias: boolean },
): Value {
  const inner = width / 4;
  const plain = { bias, activation: 'none' } as const;
  let y = g.convNorm(x, inner, 1, { groups: firstGroups, bias });
  y = g.channelShuffle(y, groups);
  y = g.convNorm(y, inner, 3, { groups: inner, stride: strided ? 2 : 1, ...plain });
  if (!strided) return g.relu(g.add(x, g.convNorm(y, width, 1, { groups, ...plain })));
  y = g.convNorm(y, width - dim(x, 1), 1, { groups, ...plain });
  return g.relu(g.concat([g.avgPool(x, 3, { stride: 2, padding: 1 }), y]));
}

function shufflenet({ groups, widths, biased = false }: Layout) {
  return (g: GraphBuilder, image: Value): Value => {
    const stem = biased
      ? g.conv(image, 24, 3, { stride: 2, bias: true })
      : g.convNorm(image, 24, 3, { stride: 2 });
    let x = g.tap(g.maxPool(stem, 3, { stride: 2, padding: 1 }));
    widths.forEach((width, stage) => {
      for (let index = 0; index < (depths[stage] ?? 0); index++) {
        const firstGroups = stage === 0 && index === 0 ? 1 : groups;
        x = g.scope(`stage${stage + 2}/${index}`, () =>
          unit(g, x, width, { strided: index === 0, firstGroups, groups, bias: biased }),
        );
      }
      g.tap(x);
    });
    return pooledClassifier(g, x);
  };
}

/** ShuffleNet 1×: Zhang et al. 2017. The groups of 3 are the paper's choice; arXiv 1810.00736 measured groups of 8. */
export const architectures = defineFamily(
  { family: 'ShuffleNet', year: 2017, paper: 'arXiv 1707.01083' },
  {
    shufflenet_g3: { build: shufflenet({ groups: 3, widths: [240, 480, 960] }) },
    shufflenet_g8: {
      build: shufflenet({ groups: 8, widths: [384, 768, 1536], biased: true }),
      bianco2018: 'ShuffleNet',
    },
  },
);
