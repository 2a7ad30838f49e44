import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import type { ElementType } from '../../main/onnx/elementType.ts';
import {
  elementCount,
  type Attributes,
  type GraphNode,
  type Shape,
  type Tensor as Stored,
} from '../../main/onnx/graph.ts';
import { inferGraph } from '../../main/onnx/infer.ts';
import { encodeModel } from '../../main/onnx/write.ts';
import { graph, int, ints, node, stored, string } from './handmade.ts';

interface Case {
  node: GraphNode;
  inputs: Record<string, Shape>;
  initializers?: Stored[];
  inputTypes?: Record<string, ElementType>;
  opset?: number;
}

const feedOf = (type: ElementType, shape: Shape): Tensor => {
  const count = elementCount(shape);
  if (type === 'uint8') return new Tensor('uint8', new Uint8Array(count).fill(1), [...shape]);
  if (type === 'int64') return new Tensor('int64', new BigInt64Array(count), [...shape]);
  return new Tensor('float32', new Float32Array(count).fill(0.5), [...shape]);
};

/** The shapes that ONNX Runtime really puts out, and those that we infer. */
async function both({
  node: one,
  inputs,
  initializers,
  inputTypes,
  opset,
}: Case): Promise<[Shape[], (Shape | undefined)[]]> {
  const parts = graph({
    inputs,
    nodes: [one],
    outputs: one.outputs.slice(),
    ...(initializers && { initializers }),
    ...(inputTypes && { inputTypes }),
    opset: opset ?? 17,
  });
  const { values } = inferGraph(parts, { batch: 1 });
  const inferred = one.outputs.map((name) => values.get(name)?.shape);
  const outputs = one.outputs.map((name) => ({
    name,
    type: values.get(name)?.type,
    dims: values.get(name)?.shape?.map((_, axis) => `${name}_${axis}`),
  }));
  const session = await InferenceSession.create(
    encodeModel({ ...parts, outputs }, { seed: 1, producer: 'test' }),
    {
      graphOptimizationLevel: 'disabled',
      logSeverityLevel: 4,
    },
  );
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => [name, feedOf(inputTypes?.[name] ?? 'float', shape)]),
  );
  const results = await session.run(feeds);
  await session.release();
  return [one.outputs.map((name) => results[name]?.dims ?? []), inferred];
}

const scale = (name: string) => stored(name, [], [0.02]);
const zero = (name: string) => stored(name, [], [0], 'uint8');

const cases: Record<string, Case> = {
  QLinearConv: {
    node: node('QLinearConv', ['x', 'xs', 'xz', 'w', 'ws', 'wz', 'ys', 'yz'], ['y'], {
      pads: ints(1, 1, 0, 0),
      strides: ints(2, 2),
    }),
    inputs: { x: [1, 2, 9, 9] },
    inputTypes: { x: 'uint8' },
    initializers: [
      scale('xs'),
      zero('xz'),
      stored('w', [4, 2, 3, 3], new Array<number>(72).fill(1), 'uint8'),
      scale('ws'),
      zero('wz'),
      scale('ys'),
      zero('yz'),
    ],
  },
  'com.microsoft.QLinearAdd': {
    node: node('com.microsoft.QLinearAdd', ['a', 'as', 'az', 'b', 'bs', 'bz', 'cs', 'cz'], ['c']),
    inputs: { a: [2, 3, 1], b: [3, 4] },
    inputTypes: { a: 'uint8', b: 'uint8' },
    initializers: ['as', 'bs', 'cs'].map(scale).concat(['az', 'bz', 'cz'].map(zero)),
  },
  'com.microsoft.QLinearConcat': {
    node: node('com.microsoft.QLinearConcat', ['ys', 'yz', 'a', 'as', 'az', 'b', 'bs', 'bz'], ['y'], {
      axis: int(1),
    }),
    inputs: { a: [2, 3, 4], b: [2, 5, 4] },
    inputTypes: { a: 'uint8', b: 'uint8' },
    initializers: ['as', 'bs', 'ys'].map(scale).concat(['az', 'bz', 'yz'].map(zero)),
  },
  'com.microsoft.QLinearGlobalAveragePool': {
    node: node('com.microsoft.QLinearGlobalAveragePool', ['x', 'xs', 'xz', 'ys', 'yz'], ['y'], {
      channels_last: int(0),
    }),
    inputs: { x: [2, 3, 5, 5] },
    inputTypes: { x: 'uint8' },
    initializers: ['xs', 'ys'].map(scale).concat(['xz', 'yz'].map(zero)),
  },
  'com.microsoft.QLinearAveragePool': {
    node: node('com.microsoft.QLinearAveragePool', ['x', 'xs', 'xz', 'ys', 'yz'], ['y'], {
      kernel_shape: ints(3, 3),
      strides: ints(2, 2),
      ceil_mode: int(1),
    }),
    inputs: { x: [1, 3, 8, 8] },
    inputTypes: { x: 'uint8' },
    initializers: ['xs', 'ys'].map(scale).concat(['xz', 'yz'].map(zero)),
  },
  'com.microsoft.QGemm': {
    node: node('com.microsoft.QGemm', ['a', 'as', 'az', 'b', 'bs', 'bz', '', 'ys', 'yz'], ['y'], {
      transB: int(1),
    }),
    inputs: { a: [3, 8] },
    inputTypes: { a: 'uint8' },
    initializers: [
      scale('as'),
      zero('az'),
      stored('b', [5, 8], new Array<number>(40).fill(1), 'uint8'),
      scale('bs'),
      zero('bz'),
      scale('ys'),
      zero('yz'),
    ],
  },
  'com.microsoft.FusedConv': {
    node: node('com.microsoft.FusedConv', ['x', 'w'], ['y'], {
      activation: string('Relu'),
      pads: ints(1, 1, 1, 1),
    }),
    inputs: { x: [1, 2, 9, 9], w: [4, 2, 3, 3] },
  },
  'com.microsoft.FusedMatMul': {
    node: node('com.microsoft.FusedMatMul', ['a', 'b'], ['y'], { transA: int(1), transB: int(1) }),
    inputs: { a: [2, 5, 3], b: [2, 7, 5] },
  },
  'com.microsoft.Attention': {
    node: node('com.microsoft.Attention', ['x', 'w', 'b'], ['y'], { num_heads: int(2) }),
    inputs: { x: [2, 5, 8], w: [8, 24], b: [24] },
  },
  'com.microsoft.MultiHeadAttention': {
    node: node('com.microsoft.MultiHeadAttention', ['q', 'k', 'v'], ['y'], { num_heads: int(2) }),
    inputs: { q: [2, 5, 8], k: [2, 7, 8], v: [2, 7, 12] },
  },
  'com.microsoft.SkipLayerNormalization': {
    node: node('com.microsoft.SkipLayerNormalization', ['x', 's', 'g'], ['y']),
    inputs: { x: [2, 5, 8], s: [2, 5, 8], g: [8] },
  },
  'com.microsoft.BiasGelu': {
    node: node('com.microsoft.BiasGelu', ['x', 'b'], ['y']),
    inputs: { x: [2, 5, 8], b: [8] },
  },
  'com.microsoft.QuickGelu': { node: node('com.microsoft.QuickGelu', ['x'], ['y']), inputs: { x: [2, 5] } },
  'com.microsoft.FastGelu': { node: node('com.microsoft.FastGelu', ['x'], ['y']), inputs: { x: [2, 5] } },
  'com.microsoft.DynamicQuantizeMatMul': {
    node: node('com.microsoft.DynamicQuantizeMatMul', ['a', 'b', 'bs', 'bz'], ['y']),
    inputs: { a: [2, 3, 8] },
    initializers: [stored('b', [8, 5], new Array<number>(40).fill(1), 'uint8'), scale('bs'), zero('bz')],
  },
  Einsum: {
    node: node('Einsum', ['a', 'b'], ['y'], { equation: string('bhwc,hkc->bhwk') }),
    inputs: { a: [2, 3, 4, 5], b: [3, 6, 5] },
  },
  LSTM: {
    node: node('LSTM', ['x', 'w', 'r'], ['y', 'h', 'c'], {
      hidden_size: int(6),
      direction: string('bidirectional'),
    }),
    inputs: { x: [4, 2, 3], w: [2, 24, 3], r: [2, 24, 6] },
  },
};

describe('the runtime puts out the shapes that we infer', () => {
  test.each(Object.entries(cases))('%s', async (_name, one) => {
    const [real, inferred] = await both(one);
    expect(inferred).toEqual(real);
  });

  const size = fc.integer({ min: 1, max: 4 });
  const windows = fc.record({
    axes: fc.integer({ min: 1, max: 2 }),
    op: fc.constantFrom('Conv', 'MaxPool', 'AveragePool', 'LpPool', 'ConvTranspose'),
    input: fc.tuple(fc.integer({ min: 8, max: 19 }), fc.integer({ min: 8, max: 19 })),
    kernel: fc.tuple(size, size),
    strides: fc.tuple(size, size),
    dilations: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
    pads: fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }),
    autoPad: fc.constantFrom('NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'),
    ceil: fc.boolean(),
    group: fc.constantFrom(1, 2, 4),
  });

  test('for any window: padded, strided, dilated, grouped, SAME, with ceil mode, transposed', async () => {
    await fc.assert(
      fc.asyncProperty(
        windows,
        async ({ axes, op, input, kernel, strides, dilations, pads, autoPad, ceil, group }) => {
          const take = (pair: readonly number[]) => pair.slice(0, axes);
          const isPool = op.endsWith('Pool');
          // ONNX Runtime refuses poolings padded by a whole kernel, and under SAME dilation and kernels below the stride.
          const fitting = pads.map((pad, i) => Math.min(pad, isPool ? (kernel[i % 2] ?? 1) - 1 : pad));
          const dilated = autoPad.startsWith('SAME') ? [1, 1] : dilations;
          const stepped =
            isPool && autoPad.startsWith('SAME')
              ? strides.map((s, i) => Math.min(s, kernel[i] ?? 1))
              : strides;
          const attributes: Attributes = {
            kernel_shape: ints(...take(kernel)),
            strides: ints(...take(stepped)),
            dilations: ints(...take(dilated)),
            auto_pad: string(autoPad),
            ...(autoPad === 'NOTSET' && { pads: ints(...take(fitting), ...take(fitting.slice(2))) }),
            ...(isPool ? { ceil_mode: int(ceil ? 1 : 0) } : { group: int(group) }),
          };
          const x = [2, 4, ...take(input)];
          const w = op === 'Conv' ? [8, 4 / group, ...take(kernel)] : [4, 2, ...take(kernel)];
          const one = node(op, isPool ? ['x'] : ['x', 'w'], ['y'], attributes);
          const [real, inferred] = await both({ node: one, inputs: isPool ? { x } : { x, w }, opset: 22 });
          expect(inferred).toEqual(real);
        },
      ),
      { numRuns: 300 },
    );
  });
});
