import type { ConvOptions, GraphBuilder, Value } from '../../onnx/builder.ts';
import type { Pair } from '../../onnx/padding.ts';

/** One layer of an Inception module's branch. */
export type Layer = (g: GraphBuilder, x: Value) => Value;

/** Convolution, batch norm (ε = 0.001, as in TensorFlow's Inceptions) and ReLU. */
export function inceptionConv(channels: number, kernel: number | Pair, options: ConvOptions = {}): Layer {
  return (g, x) => g.convNorm(x, channels, kernel, { eps: 1e-3, ...options });
}

/** 3×3 average pool that keeps the size and counts the padding. */
export const averagePooled: Layer = (g, x) => g.avgPool(x, 3, { stride: 1, padding: 1 });

/** 3×3 max pool at stride 2 without padding. */
export const maxPooled: Layer = (g, x) => g.maxPool(x, 3, { stride: 2 });

/** Branches that read the same map, side by side, their outputs joined in this order. */
export function branches(g: GraphBuilder, x: Value, layers: readonly (readonly Layer[])[]): Value {
  return g.concat(
    layers.map((branch, index) =>
      g.scope(`branch${index}`, () => branch.reduce((y, layer) => layer(g, y), x)),
    ),
  );
}
