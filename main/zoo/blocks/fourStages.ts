import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { imagenetClasses } from '../architecture.ts';

/** Where a block of a residual network stands. */
export interface Place {
  readonly stage: number;
  /** The block's index in its stage. */
  readonly index: number;
  /** Width before expansion: 64, 128, 256, 512. */
  readonly width: number;
  /** 2 in the first block of each stage but the first. */
  readonly stride: number;
}

/**
 * Stages of residual blocks at strides 4, 8, 16, 32, the width doubling from 64 (arXiv 1512.03385, table 1), from the
 * stem's map at stride 4. Marks each stage's last map.
 */
export function fourStages(
  g: GraphBuilder,
  stem: Value,
  depths: readonly number[],
  block: (x: Value, place: Place) => Value,
): Value {
  let x = stem;
  depths.forEach((depth, stage) => {
    for (let index = 0; index < depth; index++) {
      const place = { stage, index, width: 64 * 2 ** stage, stride: stage > 0 && index === 0 ? 2 : 1 };
      x = g.scope(`layer${stage + 1}/${index}`, () => block(x, place));
    }
    g.tap(x);
  });
  return x;
}

/** Global average pooling and one linear layer: the head of most residual networks. */
export function pooledClassifier(g: GraphBuilder, x: Value): Value {
  return g.linear(g.features(g.globalAvgPool(x)), imagenetClasses);
}
