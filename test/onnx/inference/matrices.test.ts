import { describe, expect, test } from 'vitest';
import { infer, int, ints, of, shapeOf, string } from '../handmade.ts';

describe('shapes of matrix products, norms and recurrences', () => {
  test('MatMul multiplies the last two axes and broadcasts the others', () => {
    expect(shapeOf('MatMul', [of(2, 12, 197, 64), of(2, 12, 64, 197)])).toEqual([2, 12, 197, 197]);
    expect(shapeOf('MatMul', [of(2, 197, 768), of(768, 3072)])).toEqual([2, 197, 3072]);
    expect(shapeOf('MatMul', [of(4, 1, 3, 5), of(7, 5, 2)])).toEqual([4, 7, 3, 2]);
    expect(shapeOf('MatMul', [of(5), of(5)])).toEqual([]);
    expect(shapeOf('MatMul', [of(5), of(3, 5, 2)])).toEqual([3, 2]);
    expect(() => shapeOf('MatMul', [of(2, 3), of(4, 5)])).toThrow(/do not multiply/);
  });

  test('Gemm transposes by its attributes and checks the bias', () => {
    const flags = { transB: int(1) };
    expect(shapeOf('Gemm', [of(8, 2048), of(1000, 2048), of(1000)], { attributes: flags })).toEqual([
      8, 1000,
    ]);
    expect(shapeOf('Gemm', [of(3, 8), of(3, 5)], { attributes: { transA: int(1) } })).toEqual([8, 5]);
    expect(() => shapeOf('Gemm', [of(8, 4), of(4, 10), of(11)])).toThrow(/bias/);
  });

  test('Einsum follows its equation, implicit and with ellipsis', () => {
    const attributes = (equation: string) => ({ attributes: { equation: string(equation) } });
    expect(shapeOf('Einsum', [of(2, 3, 4, 5), of(2, 3, 6, 5)], attributes('bhid, bhjd -> bhij'))).toEqual([
      2, 3, 4, 6,
    ]);
    expect(shapeOf('Einsum', [of(3, 4), of(4, 5)], attributes('ij,jk'))).toEqual([3, 5]);
    expect(shapeOf('Einsum', [of(9, 8, 3, 4), of(8, 4, 5)], attributes('...ij,...jk->...ik'))).toEqual([
      9, 8, 3, 5,
    ]);
    expect(shapeOf('Einsum', [of(4, 4)], attributes('ii'))).toEqual([]);
    expect(() => shapeOf('Einsum', [of(3, 4), of(5, 6)], attributes('ij,jk'))).toThrow(/'j' is both 4 and 5/);
  });

  test('integer and quantised products give the types that their operators promise', () => {
    const bytes = (...shape: number[]) => ({ type: 'uint8' as const, shape });
    expect(infer('MatMulInteger', [bytes(2, 3), bytes(3, 4)])).toEqual([{ type: 'int32', shape: [2, 4] }]);
    expect(infer('ConvInteger', [bytes(1, 3, 8, 8), bytes(4, 3, 3, 3)])).toEqual([
      { type: 'int32', shape: [1, 4, 6, 6] },
    ]);
    const qLinear = [bytes(1, 3, 8, 8), of(), bytes(), bytes(4, 3, 3, 3), of(4), bytes(4), of(), bytes()];
    expect(infer('QLinearConv', qLinear)).toEqual([{ type: 'uint8', shape: [1, 4, 6, 6] }]);
    const qGemm = [bytes(2, 3), of(), bytes(), bytes(5, 3), of(), bytes(), undefined, of(), bytes()];
    expect(infer('com.microsoft.QGemm', qGemm, { attributes: { transB: int(1) } })).toEqual([
      { type: 'uint8', shape: [2, 5] },
    ]);
    expect(shapeOf('com.microsoft.DynamicQuantizeMatMul', [of(2, 7, 3), bytes(3, 4), of(), bytes()])).toEqual(
      [2, 7, 4],
    );
    expect(infer('DynamicQuantizeLinear', [of(2, 3)], { outputs: 3 })).toEqual([
      { type: 'uint8', shape: [2, 3] },
      { type: 'float', shape: [] },
      { type: 'uint8', shape: [] },
    ]);
    expect(infer('QuantizeLinear', [of(2, 3), of(), { type: 'int8', shape: [] }])).toEqual([
      { type: 'int8', shape: [2, 3] },
    ]);
    expect(infer('DequantizeLinear', [bytes(2, 3), of(), bytes()])).toEqual([
      { type: 'float', shape: [2, 3] },
    ]);
  });

  test('attention keeps batch and sequence and has the width of the value', () => {
    const heads = { q_num_heads: int(8), kv_num_heads: int(2) };
    expect(
      shapeOf('Attention', [of(1, 5, 512), of(1, 9, 128), of(1, 9, 64)], { attributes: heads, opset: 23 }),
    ).toEqual([1, 5, 256]);
    expect(shapeOf('Attention', [of(1, 8, 5, 64), of(1, 8, 9, 64), of(1, 8, 9, 32)], { opset: 23 })).toEqual([
      1, 8, 5, 32,
    ]);
    expect(shapeOf('com.microsoft.Attention', [of(2, 197, 768), of(768, 2304), of(2304)])).toEqual([
      2, 197, 768,
    ]);
    expect(
      shapeOf('com.microsoft.MultiHeadAttention', [of(2, 197, 768), of(2, 50, 768), of(2, 50, 384)]),
    ).toEqual([2, 197, 384]);
    expect(
      shapeOf('com.microsoft.FusedMatMul', [of(2, 3, 5), of(2, 7, 5)], { attributes: { transB: int(1) } }),
    ).toEqual([2, 3, 7]);
  });

  test('norms keep the shape and tell the statistics', () => {
    const channels = of(64);
    expect(shapeOf('BatchNormalization', [of(2, 64, 7, 7), channels, channels, channels, channels])).toEqual([
      2, 64, 7, 7,
    ]);
    expect(() =>
      shapeOf('BatchNormalization', [of(2, 32, 7, 7), channels, channels, channels, channels]),
    ).toThrow(/32 channels/);
    expect(
      infer('LayerNormalization', [of(2, 197, 768), of(768)], { outputs: 3 }).map((v) => v.shape),
    ).toEqual([
      [2, 197, 768],
      [2, 197, 1],
      [2, 197, 1],
    ]);
    const skip = infer('com.microsoft.SkipLayerNormalization', [of(2, 9, 8), of(2, 9, 8), of(8)], {
      outputs: 4,
    });
    expect(skip[3]?.shape).toEqual([2, 9, 8]);
    expect(shapeOf('RMSNormalization', [of(2, 9, 8), of(8)], { opset: 23 })).toEqual([2, 9, 8]);
  });

  test('LSTM puts out all states, the last state and the last cell, per direction', () => {
    const attributes = { hidden_size: int(16), direction: string('bidirectional') };
    const outputs = infer('LSTM', [of(10, 2, 8), of(2, 64, 8), of(2, 64, 16)], { attributes, outputs: 3 });
    expect(outputs.map((output) => output.shape)).toEqual([
      [10, 2, 2, 16],
      [2, 2, 16],
      [2, 2, 16],
    ]);
    expect(
      shapeOf('GRU', [of(2, 10, 8), of(1, 48, 8), of(1, 48, 16)], { attributes: { layout: int(1) } }),
    ).toEqual([2, 10, 1, 16]);
  });

  test('an operator that nobody told us about is not guessed at', () => {
    expect(() => infer('MadeUp', [of(1)])).toThrow('MadeUp is not known');
    expect(() => infer('somebody.Conv', [of(1, 3, 8, 8), of(4, 3, 3, 3)])).toThrow('not known');
    expect(() => infer('constructor', [of(1)], { attributes: { axes: ints(1) } })).toThrow('not known');
  });
});
