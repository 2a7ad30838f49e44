import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';

/** Of the size that trained models have; their initial 1e-6 would leave blocks without effect. */
const gamma = 0.1;

/** A learned factor for each channel of a block's output (CaiT, arXiv 2103.17239, section 2), channels at `axis`: 1 or the last. */
export function layerScale(g: GraphBuilder, x: Value, axis: 1 | -1): Value {
  const last = x.shape.length - 1;
  const shape = axis === 1 ? [dim(x, 1), ...Array<number>(last - 1).fill(1)] : [dim(x, last)];
  return g.scope('scale', () => g.mul(x, g.parameter('gamma', shape, { fill: gamma })));
}
