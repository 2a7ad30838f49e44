import { centred } from '../../onnx/moments.ts';
import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';

/**
 * Normalisation over a whole map, channels included, with a learned factor and shift for each channel: PyTorch's GroupNorm
 * with one group. Operator set 17 has no such operator, so it is written as exporters write it, by an instance norm.
 */
export function mapNorm(g: GraphBuilder, x: Value): Value {
  const [channels, height, width] = [dim(x, 1), dim(x, 2), dim(x, 3)];
  return g.scope('norm', () => {
    const flat = g.reshape(x, [-1, 1, channels * height * width]);
    const normed = g.node(
      'InstanceNormalization',
      [flat, g.constant([1], [1]), g.constant([0], [1])],
      { epsilon: { kind: 'float', value: 1e-5 } },
      centred(1),
    );
    const map = g.reshape(normed, [-1, channels, height, width]);
    const scaled = g.mul(map, g.parameter('weight', [channels, 1, 1], { fill: 1 }));
    return g.add(scaled, g.parameter('bias', [channels, 1, 1], { std: 0.02 }));
  });
}
