import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';
import { resnetShortcut } from '../blocks/tunedResNet.ts';

/** A stage: two 3×3 layers a block ("XX"), a bottleneck to a quarter ("BL") or a depthwise one widened threefold ("DW"). */
type Stage = readonly [kind: 'xx' | 'bl' | 'dw', depth: number, width: number, stride: 1 | 2];

function block(g: GraphBuilder, x: Value, [kind, , width]: Stage, stride: number): Value {
  const branch = () => {
    if (kind === 'xx') {
      return g.convNorm(g.convNorm(x, width, 3, { stride }), width, 3, { activation: 'none' });
    }
    const inner = kind === 'bl' ? width / 4 : width * 3;
    const groups = kind === 'bl' ? 1 : inner;
    const y = g.convNorm(g.convNorm(x, inner, 1), inner, 3, { stride, groups });
    return g.convNorm(y, width, 1, { activation: 'none' });
  };
  return g.relu(g.add(branch(), resnetShortcut(g, x, width, stride)));
}

/** GPU-efficient networks (arXiv 2006.14090, table 2), as timm's gernet_*; the last pyramid map is after the head's layer. */
function gernet(stemWidth: number, stages: readonly Stage[], headWidth: number) {
  return (g: GraphBuilder, image: Value): Value => {
    let x = g.scope('stem', () => g.convNorm(image, stemWidth, 3, { stride: 2 }));
    stages.forEach((stage, s) => {
      const [, depth, , stride] = stage;
      for (let index = 0; index < depth; index++) {
        x = g.scope(`stage${s}/${index}`, () => block(g, x, stage, index === 0 ? stride : 1));
      }
      if (dim(x, 2) > dim(image, 2) / 32) g.tap(x);
    });
    return pooledClassifier(g, g.tap(g.scope('head', () => g.convNorm(x, headWidth, 1))));
  };
}

export const architectures = defineFamily(
  { family: 'GENet', year: 2020, paper: 'arXiv 2006.14090' },
  {
    gernet_s: {
      build: gernet(
        13,
        [
          ['xx', 1, 48, 2],
          ['xx', 3, 48, 2],
          ['bl', 7, 384, 2],
          ['dw', 2, 560, 2],
          ['dw', 1, 256, 1],
        ],
        1920,
      ),
      timm: 'gernet_s',
    },
    gernet_m: {
      build: gernet(
        32,
        [
          ['xx', 1, 128, 2],
          ['xx', 2, 192, 2],
          ['bl', 6, 640, 2],
          ['dw', 4, 640, 2],
          ['dw', 1, 640, 1],
        ],
        2560,
      ),
      timm: 'gernet_m',
    },
    gernet_l: {
      build: gernet(
        32,
        [
          ['xx', 1, 128, 2],
          ['xx', 2, 192, 2],
          ['bl', 6, 640, 2],
          ['dw', 5, 640, 2],
          ['dw', 4, 640, 1],
        ],
        2560,
      ),
      timm: 'gernet_l',
      inputSize: 256,
    },
  },
);
