import { describe, expect, test } from 'vitest';
import { graphCost, type GraphCost } from '../../main/onnx/cost.ts';
import type { Attributes, Shape } from '../../main/onnx/graph.ts';
import { readModel } from '../../main/onnx/read.ts';
import { body, graph, int, node, stored, string, tensor } from './handmade.ts';

const fixture = (name: string) => new URL(`fixtures/${name}`, import.meta.url).pathname;

/** The cost of one operator on inputs x0, x1 … and stored weights w0, w1 …. */
function costOf(op: string, inputs: Shape[], weights: Shape[], attributes: Attributes = {}): GraphCost {
  const names = [...inputs.map((_, i) => `x${i}`), ...weights.map((_, i) => `w${i}`)];
  return graphCost(
    graph({
      inputs: Object.fromEntries(inputs.map((shape, i) => [`x${i}`, shape])),
      outputs: ['y'],
      nodes: [node(op, names, ['y'], attributes)],
      initializers: weights.map((shape, i) => stored(`w${i}`, shape)),
      opset: 23,
    }),
  );
}

describe('cost of whole networks made by others', () => {
  test("ResNet-50 has torchvision's parameters and multiply-adds", async () => {
    const cost = graphCost(await readModel(fixture('light_resnet50.onnx')));
    expect(cost.params).toBe(25_557_032);
    expect(cost.macs).toBe(4_089_184_256);
    expect(cost.activations).toBe(11_114_984);
    // timm's figure counts two operations for each element a batch norm puts out: 4.11 G.
    expect((cost.macs + 2 * cost.batchNormElements) / 1e9).toBeCloseTo(4.11, 2);
    expect(cost.inputs).toEqual([{ name: 'gpu_0/data_0', type: 'float', shape: [1, 3, 224, 224] }]);
    expect(cost.outputs).toEqual([{ name: 'gpu_0/softmax_1', type: 'float', shape: [1, 1000] }]);
    expect(cost.operators['Conv']).toBe(53);
    expect(cost.unknownOperators).toEqual([]);
    expect(cost.notes).toEqual([]);
  });

  test("SqueezeNet 1.1 has torchvision's parameters and multiply-adds", async () => {
    const cost = graphCost(await readModel(fixture('light_squeezenet.onnx')));
    expect(cost.params).toBe(1_235_496);
    expect(cost.macs).toBe(349_151_936);
    expect(cost.activations).toBe(2_589_352);
  });

  test("nodes add up to the whole, and a node's traffic is that of its tensors", async () => {
    const cost = graphCost(await readModel(fixture('light_resnet50.onnx')));
    const total = (field: 'macs' | 'params' | 'activationElements') =>
      cost.nodes.reduce((sum, one) => sum + one[field], 0);
    expect(total('macs')).toBe(cost.macs);
    expect(total('params')).toBe(cost.params);
    expect(total('activationElements')).toBe(cost.activations);
    const stem = cost.nodes.find((one) => one.op === 'Conv');
    expect(stem).toMatchObject({
      macs: 64 * 112 * 112 * 3 * 49,
      params: 64 * 3 * 49,
      inputBytes: 4 * 3 * 224 * 224,
      weightBytes: 4 * 64 * 3 * 49,
      outputBytes: 4 * 64 * 112 * 112,
      outputShape: [1, 64, 112, 112],
    });
  });
});

describe('multiply-adds', () => {
  test('of convolutions: per group, depthwise, transposed', () => {
    expect(costOf('Conv', [[2, 8, 10, 10]], [[16, 8, 3, 3], [16]]).macs).toBe(2 * 16 * 64 * 8 * 9);
    expect(costOf('Conv', [[1, 8, 10, 10]], [[16, 2, 3, 3]], { group: int(4) }).macs).toBe(16 * 64 * 2 * 9);
    expect(costOf('Conv', [[1, 8, 10, 10]], [[8, 1, 3, 3]], { group: int(8) }).macs).toBe(8 * 64 * 9);
    expect(costOf('ConvTranspose', [[1, 8, 7, 7]], [[8, 4, 2, 2]], { group: int(2) }).macs).toBe(
      8 * 49 * 4 * 4,
    );
    expect(costOf('com.microsoft.FusedConv', [[1, 8, 10, 10]], [[16, 8, 3, 3]]).macs).toBe(16 * 64 * 8 * 9);
  });

  test('of matrix products, whichever way they are written', () => {
    expect(
      costOf(
        'MatMul',
        [
          [2, 12, 197, 64],
          [2, 12, 64, 197],
        ],
        [],
      ).macs,
    ).toBe(2 * 12 * 197 * 197 * 64);
    expect(costOf('Gemm', [[8, 2048]], [[1000, 2048], [1000]], { transB: int(1) }).macs).toBe(
      8 * 1000 * 2048,
    );
    expect(costOf('Gemm', [[3, 8]], [[3, 5]], { transA: int(1) }).macs).toBe(8 * 5 * 3);
    const equation = { equation: string('bhid,bhjd->bhij') };
    expect(
      costOf(
        'Einsum',
        [
          [2, 3, 4, 5],
          [2, 3, 6, 5],
        ],
        [],
        equation,
      ).macs,
    ).toBe(2 * 3 * 4 * 6 * 5);
    expect(costOf('Einsum', [[4, 4]], [], { equation: string('ii') }).macs).toBe(0);
    expect(
      costOf(
        'com.microsoft.FusedMatMul',
        [
          [2, 5, 3],
          [2, 7, 5],
        ],
        [],
        { transA: int(1), transB: int(1) },
      ).macs,
    ).toBe(2 * 3 * 7 * 5);
  });

  test('of recurrences: every gate weight once per step', () => {
    const lstm = costOf(
      'LSTM',
      [[10, 2, 8]],
      [
        [1, 64, 8],
        [1, 64, 16],
        [1, 128],
      ],
      { hidden_size: int(16) },
    );
    expect(lstm.macs).toBe(10 * 2 * 64 * (8 + 16));
    expect(lstm.params).toBe(64 * 8 + 64 * 16 + 128);
    const gru = costOf(
      'GRU',
      [[10, 2, 8]],
      [
        [2, 48, 8],
        [2, 48, 16],
      ],
      { hidden_size: int(16), direction: string('bidirectional') },
    );
    expect(gru.macs).toBe(10 * 2 * 2 * 48 * (8 + 16));
  });

  test('of fused attention: both products, and the projection where it is part of the operator', () => {
    const s = 197 * 197;
    expect(
      costOf(
        'Attention',
        [
          [2, 12, 197, 64],
          [2, 12, 197, 64],
          [2, 12, 197, 64],
        ],
        [],
      ).macs,
    ).toBe(2 * 12 * s * 128);
    const projected = costOf('com.microsoft.Attention', [[2, 197, 768]], [[768, 2304], [2304]], {
      num_heads: int(12),
    });
    expect(projected.macs).toBe(2 * 197 * 768 * 2304 + 2 * s * 768 * 2);
    expect(projected.params).toBe(768 * 2304 + 2304);
    const multiHead = costOf(
      'com.microsoft.MultiHeadAttention',
      [
        [1, 5, 8],
        [1, 7, 8],
        [1, 7, 12],
      ],
      [],
      { num_heads: int(2) },
    );
    expect(multiHead.macs).toBe(5 * 7 * (8 + 12));
  });

  test('grow with the batch, where the graph leaves it open', () => {
    const open = graph({
      inputs: { x: ['N', 8, 10, 10] },
      outputs: ['y'],
      nodes: [node('Conv', ['x', 'w'], ['y'])],
      initializers: [stored('w', [16, 8, 3, 3])],
    });
    expect(graphCost(open, { batch: 32 }).macs).toBe(32 * graphCost(open).macs);
    expect(graphCost(open, { batch: 32 }).params).toBe(16 * 8 * 9);
  });
});

describe('parameters', () => {
  test("a batch norm's scale and shift count, its running statistics do not", () => {
    const cost = costOf('BatchNormalization', [[1, 64, 7, 7]], [[64], [64], [64], [64]]);
    expect(cost.params).toBe(128);
    expect(cost.batchNormElements).toBe(64 * 49);
    expect(costOf('LayerNormalization', [[1, 9, 8]], [[8], [8]])).toMatchObject({
      params: 16,
      layerNormElements: 72,
      macs: 0,
    });
  });

  test('shared weights count once, running through reshapes and casts', () => {
    const shared = graph({
      inputs: { x: ['N', 8] },
      outputs: ['y'],
      nodes: [
        node('Transpose', ['w'], ['wt']),
        node('MatMul', ['x', 'wt'], ['a']),
        node('MatMul', ['a', 'w'], ['y']),
      ],
      initializers: [stored('w', [8, 8])],
    });
    expect(graphCost(shared).params).toBe(64);
    expect(graphCost(shared).nodes.map((one) => one.weightBytes)).toEqual([0, 256, 256]);
  });

  test('position embeddings and layer scales count; bounds, shapes, indices and lone factors do not', () => {
    const cost = graphCost(
      graph({
        inputs: { x: ['N', 4, 8] },
        outputs: ['y'],
        nodes: [
          node('Add', ['x', 'position'], ['a']),
          node('Mul', ['a', 'gamma'], ['b']),
          node('Mul', ['b', 'half'], ['c']),
          node('Clip', ['c', 'low', 'high'], ['d']),
          node('Reshape', ['d', 'target'], ['e']),
          node('Gather', ['table', 'index'], ['bias']),
          node('Add', ['e', 'bias'], ['f']),
          node('PRelu', ['f', 'slope'], ['y']),
        ],
        initializers: [
          stored('position', [1, 4, 8]),
          stored('gamma', [8]),
          stored('half', [1], [0.5]),
          stored('low', [], [0]),
          stored('high', [], [6]),
          stored('target', [2], [-1, 32], 'int64'),
          stored('table', [10, 32]),
          stored('index', [], [3], 'int64'),
          stored('slope', [1], [0.25]),
        ],
      }),
    );
    expect(cost.params).toBe(32 + 8 + 320 + 1);
    expect(cost.outputs).toEqual([{ name: 'y', type: 'float', shape: [1, 32] }]);
  });

  test('constants inside the graph count as weights only where they are weights', () => {
    const constant = (name: string, shape: Shape) =>
      node('Constant', [], [name], { value: tensor(stored('', shape)) });
    const cost = graphCost(
      graph({
        inputs: { x: ['N', 8] },
        outputs: ['y'],
        nodes: [
          constant('w', [8, 4]),
          constant('mask', [4]),
          node('MatMul', ['x', 'w'], ['a']),
          node('Add', ['a', 'mask'], ['y']),
        ],
      }),
    );
    expect(cost.params).toBe(32);
  });

  test('quantised weights count through DequantizeLinear and in QLinear operators, scales and zero points do not', () => {
    const qdq = graphCost(
      graph({
        inputs: { x: ['N', 3, 8, 8] },
        outputs: ['y'],
        nodes: [
          node('QuantizeLinear', ['x', 'xs', 'xz'], ['q']),
          node('DequantizeLinear', ['q', 'xs', 'xz'], ['dx']),
          node('DequantizeLinear', ['w', 'ws', 'wz'], ['dw'], { axis: int(0) }),
          node('DequantizeLinear', ['b', 'bs'], ['db']),
          node('Conv', ['dx', 'dw', 'db'], ['y']),
        ],
        initializers: [
          stored('xs', [], [0.1]),
          stored('xz', [], [128], 'uint8'),
          stored('w', [16, 3, 3, 3], undefined, 'int8'),
          stored('ws', [16]),
          stored('wz', [16], undefined, 'int8'),
          stored('b', [16], undefined, 'int32'),
          stored('bs', [16]),
        ],
      }),
    );
    expect(qdq.params).toBe(16 * 27 + 16);
    expect(qdq.macs).toBe(16 * 36 * 27);
    expect(qdq.nodes.at(-1)).toMatchObject({ op: 'Conv', params: 16 * 27 + 16, weightBytes: 16 * 27 + 64 });

    const qLinear = costOf('QLinearConv', [[1, 3, 8, 8]], []);
    expect(qLinear.notes).toHaveLength(1);
    const integer = graphCost(
      graph({
        inputs: { x: ['N', 3, 8, 8] },
        inputTypes: { x: 'uint8' },
        outputs: ['y'],
        nodes: [node('QLinearConv', ['x', 's', 'z', 'w', 's', 'z', 's', 'z', 'b'], ['y'])],
        initializers: [
          stored('s', [16]),
          stored('z', [], [0], 'uint8'),
          stored('w', [16, 3, 3, 3], undefined, 'uint8'),
          stored('b', [16], undefined, 'int32'),
        ],
      }),
    );
    expect(integer).toMatchObject({ params: 16 * 27 + 16, macs: 16 * 36 * 27 });
  });

  test('weights packed to four bits count by the matrix they stand for', () => {
    const packed = graphCost(
      graph({
        inputs: { x: ['N', 64] },
        outputs: ['y'],
        nodes: [
          node('com.microsoft.MatMulNBits', ['x', 'b', 's'], ['y'], {
            K: int(64),
            N: int(128),
            bits: int(4),
          }),
        ],
        initializers: [stored('b', [128, 2, 16], undefined, 'uint8'), stored('s', [256])],
      }),
    );
    expect(packed).toMatchObject({ params: 64 * 128, macs: 64 * 128 });
  });
});

describe('honesty', () => {
  test('unknown operators are listed, never silently zero', () => {
    const cost = graphCost(
      graph({
        inputs: { x: ['N', 3, 8, 8] },
        outputs: ['y'],
        nodes: [
          node('acme.SecretConv', ['x', 'w'], ['a']),
          node('Zap', ['a'], ['b']),
          node('Conv', ['b', 'w'], ['y']),
        ],
        initializers: [stored('w', [4, 3, 3, 3])],
      }),
    );
    expect(cost.unknownOperators).toEqual(['Zap', 'acme.SecretConv']);
    expect(cost.operators).toEqual({ Conv: 1, Zap: 1, 'acme.SecretConv': 1 });
    expect(cost.notes.join(' ')).toContain('Zap, acme.SecretConv');
    expect(cost.notes.join(' ')).toContain("node 'make y' (Conv)");
  });

  test('subgraphs are counted once each, and the answer says so', () => {
    const branch = (weight: string) =>
      graph({ outputs: ['b'], nodes: [node('MatMul', ['x', weight], ['b'])] });
    const cost = graphCost(
      graph({
        inputs: { c: [], x: ['N', 8] },
        inputTypes: { c: 'bool' },
        outputs: ['y'],
        nodes: [node('If', ['c'], ['y'], { then_branch: body(branch('v')), else_branch: body(branch('w')) })],
        initializers: [stored('v', [8, 4]), stored('w', [8, 4])],
      }),
    );
    expect(cost).toMatchObject({ subgraphs: 2, macs: 2 * 32, params: 64, operators: { If: 1, MatMul: 2 } });
    expect(cost.notes).toEqual([expect.stringContaining('2 subgraph(s)')]);
  });
});
