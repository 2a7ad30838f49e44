import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';

/** A stage: inner width, and the output widths of its blocks. */
type Stage = readonly [inner: number, outputs: readonly number[]];

/**
 * SelecSLS block (arXiv 1907.00837, figure 3): three 3×3 layers in a chain, joined at the end, with the stage's first output
 * in all blocks after it.
 */
function block(
  g: GraphBuilder,
  x: Value,
  first: Value | null,
  { inner, width, stride }: { inner: number; width: number; stride: number },
): Value {
  const one = g.convNorm(x, inner, 3, { stride });
  const two = g.convNorm(g.convNorm(one, inner, 1), inner / 2, 3);
  const three = g.convNorm(g.convNorm(two, inner, 1), inner / 2, 3);
  return g.convNorm(g.concat(first === null ? [one, two, three] : [one, two, three, first]), width, 1);
}

/** SelecSLS as timm's. `head`: widths of three 3×3 layers, the first and third of stride 2, and of a 1×1 layer. */
function selecsls(stages: readonly Stage[], head: readonly [number, number, number, number]) {
  return (g: GraphBuilder, image: Value): Value => {
    let x = g.scope('stem', () => g.convNorm(image, 32, 3, { stride: 2 }));
    stages.forEach(([inner, outputs], stage) => {
      let first: Value | null = null;
      for (const [index, width] of outputs.entries()) {
        x = g.scope(`stage${stage}/${index}`, () =>
          block(g, x, first, { inner, width, stride: index === 0 ? 2 : 1 }),
        );
        first ??= x;
      }
      g.tap(x);
    });
    return g.scope('head', () => {
      const coarse = g.tap(g.convNorm(g.convNorm(x, head[0], 3, { stride: 2 }), head[1], 3));
      return pooledClassifier(g, g.convNorm(g.convNorm(coarse, head[2], 3, { stride: 2 }), head[3], 1));
    });
  };
}

const stages42: Stage[] = [
  [64, [64, 128]],
  [144, [144, 288]],
  [304, [304, 480]],
];
const stages60: Stage[] = [
  [64, [64, 128]],
  [128, [128, 128, 288]],
  [288, [288, 288, 288, 416]],
];

export const architectures = defineFamily(
  { family: 'SelecSLS', year: 2019, paper: 'arXiv 1907.00837' },
  {
    selecsls42b: { build: selecsls(stages42, [960, 1024, 1280, 1024]), timm: 'selecsls42b' },
    selecsls60: { build: selecsls(stages60, [756, 1024, 1024, 1280]), timm: 'selecsls60' },
    selecsls60b: { build: selecsls(stages60, [756, 1024, 1280, 1024]), timm: 'selecsls60b' },
  },
);
