import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { defineFamily, imagenetClasses } from '../architecture.ts';

/** Fire module (arXiv 1602.07360, figure 1): a 1×1 squeeze, then 1×1 and 3×3 expansions side by side. */
function fire(g: GraphBuilder, x: Value, squeeze: number, expand: number): Value {
  const conv = (y: Value, channels: number, kernel: number) =>
    g.relu(g.conv(y, channels, kernel, { bias: true }));
  const squeezed = conv(x, squeeze, 1);
  return g.concat([conv(squeezed, expand, 1), conv(squeezed, expand, 3)]);
}

interface Layout {
  readonly stem: { readonly channels: number; readonly kernel: number };
  /** [squeeze, expand] of the fire modules between two max pools; expand is the width of each of the two branches. */
  readonly stages: readonly (readonly (readonly [squeeze: number, expand: number])[])[];
}

/** The first stage follows the stem and a pool, so the stages have strides 4, 8 and 16; there is no stride 32. */
function squeezenet({ stem, stages }: Layout) {
  return (g: GraphBuilder, image: Value): Value => {
    let x = g.relu(g.conv(image, stem.channels, stem.kernel, { stride: 2, padding: 0, bias: true }));
    stages.forEach((modules, stage) => {
      x = g.maxPool(x, 3, { stride: 2, ceil: true });
      modules.forEach(([squeeze, expand], index) => {
        x = g.scope(`stage${stage + 1}/${index}`, () => fire(g, x, squeeze, expand));
      });
      g.tap(x);
    });
    g.features(g.globalAvgPool(x));
    return g.globalAvgPool(g.relu(g.conv(x, imagenetClasses, 1, { bias: true })));
  };
}

/** SqueezeNet: Iandola et al. 2016; 1.1 is of the authors' repository. As torchvision builds them: pools round up. */
export const architectures = defineFamily(
  { family: 'SqueezeNet', year: 2016, paper: 'arXiv 1602.07360' },
  {
    squeezenet1_0: {
      build: squeezenet({
        stem: { channels: 96, kernel: 7 },
        stages: [
          [
            [16, 64],
            [16, 64],
            [32, 128],
          ],
          [
            [32, 128],
            [48, 192],
            [48, 192],
            [64, 256],
          ],
          [[64, 256]],
        ],
      }),
      torchvision: 'squeezenet1_0',
      bianco2018: 'SqueezeNet-v1.0',
      cadene: 'SqueezeNet1_0',
    },
    squeezenet1_1: {
      build: squeezenet({
        stem: { channels: 64, kernel: 3 },
        stages: [
          [
            [16, 64],
            [16, 64],
          ],
          [
            [32, 128],
            [32, 128],
          ],
          [
            [48, 192],
            [48, 192],
            [64, 256],
            [64, 256],
          ],
        ],
      }),
      torchvision: 'squeezenet1_1',
      bianco2018: 'SqueezeNet-v1.1',
      cadene: 'SqueezeNet1_1',
    },
  },
);
