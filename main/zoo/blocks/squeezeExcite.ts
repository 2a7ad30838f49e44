import { dim, type Activation, type GraphBuilder, type Value } from '../../onnx/builder.ts';

/** Small: synthetic gates stay near their middle, so that a stack of them neither dies out nor runs away. */
const gateGain = 0.1;

/**
 * Squeeze-and-excitation (arXiv 1709.01507, section 3): scales each channel by a gate computed from the map's means,
 * through a bottleneck of `squeezed` channels. Both layers are 1×1 convolutions with biases;
 * `norm` puts a batch norm behind the first.
 */
export function squeezeExcite(
  g: GraphBuilder,
  x: Value,
  squeezed: number,
  options: { activation?: Activation; gate?: Activation; norm?: boolean } = {},
): Value {
  const { activation = 'relu', gate = 'sigmoid', norm = false } = options;
  return g.scope('se', () => {
    const means = g.globalAvgPool(x, { flatten: false });
    const bottleneck = g.conv(means, squeezed, 1, { bias: true });
    const reduced = g.activate(norm ? g.batchNorm(bottleneck) : bottleneck, activation);
    return g.mul(x, g.activate(g.conv(reduced, dim(x, 1), 1, { bias: true, gain: gateGain }), gate));
  });
}
