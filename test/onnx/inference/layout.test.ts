import { describe, expect, test } from 'vitest';
import {
  float,
  floats,
  infer,
  int,
  ints,
  list,
  of,
  scalar,
  shapeOf,
  stored,
  string,
  tensor,
} from '../handmade.ts';

describe('shapes of operators that move, pick and make elements', () => {
  test('Reshape copies zeros, infers one -1 and refuses what does not add up', () => {
    expect(shapeOf('Reshape', [of(2, 512, 7, 7), list(0, -1)])).toEqual([2, 25088]);
    expect(shapeOf('Reshape', [of(2, 0), list(0, 5)], { attributes: { allowzero: int(1) } })).toEqual([0, 5]);
    expect(() => shapeOf('Reshape', [of(2, 3), list(4, -1)])).toThrow(/cannot be reshaped/);
    expect(() => shapeOf('Reshape', [of(2, 3), list(-1, -1)])).toThrow(/no shape to reshape to/);
    expect(shapeOf('Reshape', [of(2, 3), { type: 'int64', shape: [2] }])).toBeUndefined();
  });

  test('Flatten, Transpose, Squeeze and Unsqueeze in their old and new forms', () => {
    expect(shapeOf('Flatten', [of(2, 3, 4)], { attributes: { axis: int(-1) } })).toEqual([6, 4]);
    expect(shapeOf('Flatten', [of(2, 3, 4)], { attributes: { axis: int(0) } })).toEqual([1, 24]);
    expect(shapeOf('Transpose', [of(2, 3, 4)])).toEqual([4, 3, 2]);
    expect(shapeOf('Transpose', [of(2, 3, 4)], { attributes: { perm: ints(0, 2, 1) } })).toEqual([2, 4, 3]);
    expect(() => shapeOf('Transpose', [of(2, 3)], { attributes: { perm: ints(0, 0) } })).toThrow(
      /does not permute/,
    );
    expect(shapeOf('Squeeze', [of(1, 8, 1, 1)], { attributes: { axes: ints(2, 3) }, opset: 11 })).toEqual([
      1, 8,
    ]);
    expect(shapeOf('Squeeze', [of(1, 8, 1, 1), list(-1)])).toEqual([1, 8, 1]);
    expect(shapeOf('Squeeze', [of(1, 8, 1, 1)])).toEqual([8]);
    expect(shapeOf('Unsqueeze', [of(3, 4), list(0, -1)])).toEqual([1, 3, 4, 1]);
    expect(() => shapeOf('Squeeze', [of(1, 8), list(1)])).toThrow(/is not 1/);
  });

  test('Concat, Split and Slice in their old and new forms', () => {
    expect(shapeOf('Concat', [of(1, 64, 7, 7), of(1, 32, 7, 7)], { attributes: { axis: int(1) } })).toEqual([
      1, 96, 7, 7,
    ]);
    expect(() =>
      shapeOf('Concat', [of(1, 64, 7, 7), of(1, 32, 8, 7)], { attributes: { axis: int(1) } }),
    ).toThrow();
    const shapes = (...values: Parameters<typeof infer>) => infer(...values).map((value) => value.shape);
    expect(
      shapes('Split', [of(2, 10)], {
        attributes: { axis: int(1), split: ints(3, 7) },
        outputs: 2,
        opset: 11,
      }),
    ).toEqual([
      [2, 3],
      [2, 7],
    ]);
    expect(shapes('Split', [of(2, 10), list(4, 6)], { attributes: { axis: int(-1) }, outputs: 2 })).toEqual([
      [2, 4],
      [2, 6],
    ]);
    expect(
      shapes('Split', [of(7, 2)], { attributes: { num_outputs: int(3) }, outputs: 3, opset: 18 }),
    ).toEqual([
      [3, 2],
      [3, 2],
      [1, 2],
    ]);
    const old = { starts: ints(1, -3), ends: ints(100, -1), axes: ints(1, 0) };
    expect(shapeOf('Slice', [of(5, 8)], { attributes: old, opset: 9 })).toEqual([2, 7]);
    const everything = list(Number.MAX_SAFE_INTEGER * 4);
    expect(shapeOf('Slice', [of(5, 8), list(0), everything, list(1), list(3)])).toEqual([5, 3]);
    expect(shapeOf('Slice', [of(5, 8), list(-1), list(-100), list(1), list(-2)])).toEqual([5, 4]);
  });

  test('Gather and its kin', () => {
    expect(shapeOf('Gather', [of(1000, 64), { type: 'int64', shape: [2, 7] }])).toEqual([2, 7, 64]);
    expect(shapeOf('Gather', [of(2, 197, 768), scalar(0)], { attributes: { axis: int(1) } })).toEqual([
      2, 768,
    ]);
    expect(shapeOf('GatherND', [of(2, 3, 4), of(5, 2)])).toEqual([5, 4]);
    expect(shapeOf('GatherElements', [of(2, 3), of(2, 1)])).toEqual([2, 1]);
    expect(shapeOf('OneHot', [of(2, 3), scalar(10), of(2)])).toEqual([2, 3, 10]);
    expect(infer('TopK', [of(2, 1000), list(5)], { outputs: 2 })).toEqual([
      { type: 'float', shape: [2, 5] },
      { type: 'int64', shape: [2, 5] },
    ]);
    expect(infer('NonZero', [of(2, 3)])).toEqual([{ type: 'int64', shape: undefined }]);
  });

  test('Expand, Tile, Pad and rearrangements of blocks', () => {
    expect(shapeOf('Expand', [of(1, 1, 768), list(8, 1, 1)])).toEqual([8, 1, 768]);
    expect(shapeOf('Tile', [of(2, 3), list(2, 4)])).toEqual([4, 12]);
    expect(
      shapeOf('Pad', [of(1, 3, 8, 8)], { attributes: { pads: ints(0, 0, 1, 2, 0, 0, 3, 4) }, opset: 9 }),
    ).toEqual([1, 3, 12, 14]);
    expect(shapeOf('Pad', [of(1, 3, 8, 8), list(1, 1), undefined, list(-1)], { opset: 18 })).toEqual([
      1, 3, 8, 10,
    ]);
    expect(shapeOf('DepthToSpace', [of(1, 12, 4, 4)], { attributes: { blocksize: int(2) } })).toEqual([
      1, 3, 8, 8,
    ]);
    expect(shapeOf('SpaceToDepth', [of(1, 3, 8, 8)], { attributes: { blocksize: int(2) } })).toEqual([
      1, 12, 4, 4,
    ]);
  });

  test('Resize by scales and by sizes, Upsample by attribute and by input', () => {
    const scales = { type: 'float' as const, shape: [4], data: [1, 1, 2, 2.5] };
    expect(shapeOf('Resize', [of(1, 8, 7, 7), undefined, scales])).toEqual([1, 8, 14, 17]);
    expect(shapeOf('Resize', [of(1, 8, 7, 7), undefined, undefined, list(1, 8, 28, 30)])).toEqual([
      1, 8, 28, 30,
    ]);
    expect(shapeOf('Resize', [of(1, 8, 7, 7), scales], { opset: 10 })).toEqual([1, 8, 14, 17]);
    const policy = { axes: ints(2, 3), keep_aspect_ratio_policy: string('not_larger') };
    expect(
      shapeOf('Resize', [of(1, 8, 10, 20), undefined, undefined, list(30, 30)], {
        attributes: policy,
        opset: 18,
      }),
    ).toEqual([1, 8, 15, 30]);
    expect(
      shapeOf('Upsample', [of(1, 8, 7, 7)], { attributes: { scales: floats(1, 1, 3, 3) }, opset: 7 }),
    ).toEqual([1, 8, 21, 21]);
  });

  test('reductions keep or drop axes, given as attribute or input', () => {
    expect(
      shapeOf('ReduceMean', [of(2, 512, 7, 7)], { attributes: { axes: ints(2, 3), keepdims: int(0) } }),
    ).toEqual([2, 512]);
    expect(shapeOf('ReduceSum', [of(2, 3, 4), list(-1)])).toEqual([2, 3, 1]);
    expect(shapeOf('ReduceMax', [of(2, 3, 4)], { attributes: { keepdims: int(0) } })).toEqual([]);
    expect(
      shapeOf('ReduceMean', [of(2, 3)], { attributes: { noop_with_empty_axes: int(1) }, opset: 18 }),
    ).toEqual([2, 3]);
    expect(shapeOf('ArgMax', [of(2, 1000)], { attributes: { axis: int(1), keepdims: int(0) } })).toEqual([2]);
  });

  test('element-wise operators broadcast as numpy does, and say where they cannot', () => {
    expect(shapeOf('Add', [of(2, 64, 7, 7), of(64, 1, 1)])).toEqual([2, 64, 7, 7]);
    expect(shapeOf('Mul', [of(3, 1), of(1, 4)])).toEqual([3, 4]);
    expect(shapeOf('Where', [{ type: 'bool', shape: [3, 1] }, of(4), of(1)])).toEqual([3, 4]);
    expect(infer('Greater', [of(3), of()])[0]?.type).toBe('bool');
    expect(() => shapeOf('Add', [of(2, 3), of(4)])).toThrow(/shapes \[2, 3\] and \[4\] do not broadcast/);
    expect(() => shapeOf('PRelu', [of(1, 8, 4, 4), of(9, 1, 1)])).toThrow();
    expect(infer('Cast', [of(3)], { attributes: { to: int(10) } })).toEqual([
      { type: 'float16', shape: [3] },
    ]);
  });
});

describe('evaluation of small tensors', () => {
  test('the content of shapes flows through gather, arithmetic, concatenation and casts', () => {
    const shape = infer('Shape', [of(2, 512, 7, 9)])[0];
    expect(shape?.data).toEqual([2, 512, 7, 9]);
    expect(
      infer('Shape', [of(2, 512, 7, 9)], { attributes: { start: int(-2) }, opset: 15 })[0]?.data,
    ).toEqual([7, 9]);
    const height = infer('Gather', [shape, scalar(2)])[0];
    expect(height).toEqual({ type: 'int64', shape: [], data: [7] });
    const half = infer('Div', [height, scalar(2)])[0];
    expect(half?.data).toEqual([3]);
    const vector = infer('Unsqueeze', [half, list(0)])[0];
    expect(infer('Concat', [vector, list(-1)], { attributes: { axis: int(0) } })[0]).toEqual(list(3, -1));
    expect(infer('Slice', [shape, list(-1), list(-(2 ** 63)), list(0), list(-1)])[0]?.data).toEqual([
      9, 7, 512, 2,
    ]);
    expect(infer('ReduceProd', [shape], { attributes: { keepdims: int(0) } })[0]).toEqual(
      scalar(2 * 512 * 63),
    );
    expect(infer('Where', [infer('Equal', [shape, list(7)])[0], list(1), shape])[0]?.data).toEqual([
      2, 512, 1, 9,
    ]);
    expect(infer('Range', [scalar(2), scalar(9), scalar(3)])[0]).toEqual(list(2, 5, 8));
    expect(infer('Size', [of(4, 5)])[0]).toEqual(scalar(20));
    const real = infer('Cast', [list(7)], { attributes: { to: int(1) } })[0];
    const scaled = infer('Floor', [infer('Mul', [real, { type: 'float', shape: [], data: [1.5] }])[0]])[0];
    expect(infer('Cast', [scaled], { attributes: { to: int(7) } })[0]).toEqual(list(10));
  });

  test('constants of every form are known, large ones by shape only', () => {
    expect(
      infer('Constant', [], { attributes: { value: tensor(stored('', [2], [3, 4], 'int64')) } }),
    ).toEqual([list(3, 4)]);
    expect(infer('Constant', [], { attributes: { value_ints: ints(3, 4) } })).toEqual([list(3, 4)]);
    expect(infer('Constant', [], { attributes: { value_float: float(0.5) } })).toEqual([
      scalar(0.5, 'float'),
    ]);
    expect(infer('ConstantOfShape', [list(64, 3, 7, 7)])).toEqual([{ type: 'float', shape: [64, 3, 7, 7] }]);
    const ones = { value: tensor(stored('', [1], [1], 'int64')) };
    expect(infer('ConstantOfShape', [list(3)], { attributes: ones })).toEqual([list(1, 1, 1)]);
  });

  test('two-dimensional contents are sliced, transposed and concatenated in their order', () => {
    const matrix = { type: 'int64' as const, shape: [2, 3], data: [1, 2, 3, 4, 5, 6] };
    expect(infer('Transpose', [matrix])[0]?.data).toEqual([1, 4, 2, 5, 3, 6]);
    expect(infer('Slice', [matrix, list(1), list(3), list(1)])[0]?.data).toEqual([2, 3, 5, 6]);
    expect(infer('Concat', [matrix, matrix], { attributes: { axis: int(1) } })[0]?.data).toEqual([
      1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6,
    ]);
    expect(infer('Gather', [matrix, list(2, 0)], { attributes: { axis: int(1) } })[0]?.data).toEqual([
      3, 1, 6, 4,
    ]);
    expect(infer('Add', [matrix, list(10, 20, 30)])[0]?.data).toEqual([11, 22, 33, 14, 25, 36]);
  });

  test('empty tensors with huge axes are evaluated without walking those axes', () => {
    const empty = { type: 'int64' as const, shape: [2 ** 52, 0], data: [] };
    const along = { attributes: { axis: int(1) } };
    expect(infer('Concat', [empty, empty], along)[0]?.data).toEqual([]);
    expect(infer('Gather', [empty, { type: 'int64', shape: [0], data: [] }], along)[0]?.data).toEqual([]);
    expect(infer('Transpose', [empty])[0]?.shape).toEqual([0, 2 ** 52]);
  });

  test('impossible shapes are refused, not carried on', () => {
    expect(() => infer('ConstantOfShape', [list(2 ** 40, 2 ** 40)])).toThrow(/not a possible shape/);
    expect(() =>
      infer('Range', [scalar(0, 'float'), scalar(Infinity, 'float'), scalar(1, 'float')]),
    ).toThrow();
    expect(() => infer('Tile', [of(2), list(-1)])).toThrow(/not a possible shape/);
  });
});
