import type { ConvOptions, GraphBuilder, Value } from '../../onnx/builder.ts';
import type { Pair } from '../../onnx/padding.ts';

/** One layer of an Inception module's branch. */
export type Layer = (g: GraphBuilder, x: Value) => Value;

/** An Inception module: branches side by side, each a list of layers. */
export type Module = readonly (readonly Layer[])[];

/** Convolution, batch norm (ε = 0.001, as in TensorFlow's Inceptions) and ReLU. */
export function inceptionConv(channels: number, kernel: number | Pair, options: ConvOptions = {}): Layer {
  return (g, x) => g.convNorm(x, channels, kernel, { eps: 1e-3, ...options });
}

/** 3×3 average pool that keeps the size and counts the padding. */
export const averagePooled: Layer = (g, x) => g.avgPool(x, 3, { stride: 1, padding: 1 });

/** 3×3 average pool that keeps the size and averages real pixels only, as TensorFlow does. */
export const averagePooledInside: Layer = (g, x) =>
  g.avgPool(x, 3, { stride: 1, padding: 1, countPadding: false });

/** 3×3 max pool at stride 2 without padding. */
export const maxPooled: Layer = (g, x) => g.maxPool(x, 3, { stride: 2 });

/** Layers one after the other. */
export function chain(g: GraphBuilder, x: Value, layers: readonly Layer[]): Value {
  return layers.reduce((y, layer) => layer(g, y), x);
}

/** Branches that read the same map, side by side, their outputs joined in this order. */
export function branches(g: GraphBuilder, x: Value, module: Module): Value {
  return g.concat(module.map((layers, index) => g.scope(`branch${index}`, () => chain(g, x, layers))));
}

/** Modules grouped by the stride of their output, 8, 16 and 32; marks the last map of each group. */
export function moduleStages(g: GraphBuilder, stem: Value, stages: readonly (readonly Layer[])[]): Value {
  let x = stem;
  stages.forEach((modules, stage) => {
    modules.forEach((module, index) => {
      x = g.scope(`stage${stage + 1}/${index}`, () => module(g, x));
    });
    g.tap(x);
  });
  return x;
}

/** The module as a layer of a stage. */
export const asLayer =
  (module: Module): Layer =>
  (g, x) =>
    branches(g, x, module);

/** Stem of Inception-v3 and Inception-ResNet-v2: to 192 channels at stride 4 (marked), then a pool. */
export function inceptionV3Stem(g: GraphBuilder, image: Value): Value {
  const stride4 = g.scope('stem', () =>
    chain(g, image, [
      inceptionConv(32, 3, { stride: 2, padding: 0 }),
      inceptionConv(32, 3, { padding: 0 }),
      inceptionConv(64, 3),
      maxPooled,
      inceptionConv(80, 1),
      inceptionConv(192, 3, { padding: 0 }),
    ]),
  );
  return maxPooled(g, g.tap(stride4));
}
