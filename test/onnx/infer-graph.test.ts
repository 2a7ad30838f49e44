import { describe, expect, test } from 'vitest';
import { inferGraph } from '../../main/onnx/infer.ts';
import { body, float, graph, int, ints, node, stored, tensor } from './handmade.ts';

const constant = (name: string, values: readonly number[], shape: readonly number[] = [values.length]) =>
  node('Constant', [], [name], { value: tensor(stored('', shape, values, 'int64')) });

describe('inferGraph', () => {
  test('the batch binds the first dimension, a symbol every place it stands', () => {
    const sum = graph({
      inputs: { a: ['N', 3, 'H', 'H'], b: ['N', 3, 'H', 'H'] },
      outputs: ['y'],
      nodes: [node('Add', ['a', 'b'], ['y'])],
    });
    expect(inferGraph(sum, { batch: 4, symbols: { H: 96 } }).values.get('y')?.shape).toEqual([4, 3, 96, 96]);
    const open = inferGraph(sum, { batch: 1 });
    expect(open.values.get('y')?.shape).toEqual([1, 3, 224, 224]);
    expect(open.assumed).toEqual(["input 'a': dimension 'H' taken as 224"]);
  });

  test('an image of open size takes the default, with channels first or last', () => {
    const relu = (dims: (number | string | null)[]) =>
      graph({ inputs: { x: dims }, outputs: ['y'], nodes: [node('Relu', ['x'], ['y'])] });
    const shape = (dims: (number | string | null)[]) =>
      inferGraph(relu(dims), { batch: 2, defaultImageSize: 160 }).values.get('y')?.shape;
    expect(shape([null, 3, null, null])).toEqual([2, 3, 160, 160]);
    expect(shape([null, null, null, 3])).toEqual([2, 160, 160, 3]);
    expect(shape([null, null, null, null])).toEqual([2, 3, 160, 160]);
    expect(shape([1, 3, 64, 64])).toEqual([1, 3, 64, 64]);
    expect(shape([-1, 3, 0, 64])).toEqual([2, 3, 160, 64]);
    const sequence = inferGraph(relu(['N', 'T', 80]), { batch: 1 });
    expect(sequence.values.get('y')?.shape).toBeUndefined();
    expect(sequence.assumed).toEqual(["input 'x': dimension 'T' is open and has no size given"]);
  });

  test('a batch that the file fixes is left as it is, and that is said', () => {
    const fixed = graph({ inputs: { x: [1, 8] }, outputs: ['y'], nodes: [node('Relu', ['x'], ['y'])] });
    const inferred = inferGraph(fixed, { batch: 16 });
    expect(inferred.values.get('y')?.shape).toEqual([1, 8]);
    expect(inferred.assumed).toEqual(["input 'x': its batch is fixed at 1 in the file, not 16"]);
  });

  test('initializers that are also listed as inputs are weights', () => {
    const old = graph({
      inputs: { x: ['N', 3, 8, 8], w: [4, 3, 3, 3] },
      outputs: ['y'],
      nodes: [node('Conv', ['x', 'w'], ['y'])],
      initializers: [stored('w', [4, 3, 3, 3])],
    });
    expect(inferGraph(old, { batch: 1 }).values.get('y')?.shape).toEqual([1, 4, 6, 6]);
  });

  test('the shape subgraph that PyTorch leaves for x.view(x.size(0), -1) is followed', () => {
    const view = graph({
      inputs: { x: ['N', 512, 7, 7] },
      outputs: ['y'],
      nodes: [
        node('Shape', ['x'], ['shape']),
        constant('zero', [0], []),
        node('Gather', ['shape', 'zero'], ['batch'], { axis: int(0) }),
        constant('axes', [0]),
        node('Unsqueeze', ['batch', 'axes'], ['batch1']),
        constant('rest', [-1]),
        node('Concat', ['batch1', 'rest'], ['target'], { axis: int(0) }),
        node('Reshape', ['x', 'target'], ['y']),
      ],
    });
    expect(inferGraph(view, { batch: 3 }).values.get('y')?.shape).toEqual([3, 25088]);
  });

  test('an unknown operator is named, and what the file declares about its output is used', () => {
    const custom = graph({
      inputs: { x: ['N', 3, 8, 8] },
      outputs: ['y'],
      nodes: [node('acme.Magic', ['x'], ['m']), node('Relu', ['m'], ['y'])],
    });
    const blind = inferGraph(custom, { batch: 1 });
    expect(blind.unknownOperators).toEqual(['acme.Magic']);
    expect(blind.values.get('y')).toEqual({ type: undefined, shape: undefined });
    const declared = {
      ...custom,
      valueInfo: new Map([['m', { name: 'm', type: 'float' as const, dims: ['N', 7] }]]),
    };
    expect(inferGraph(declared, { batch: 5 }).values.get('y')).toEqual({ type: 'float', shape: [5, 7] });
  });

  describe('subgraphs', () => {
    const branch = (op: string, attributes = {}) =>
      graph({ outputs: ['b'], nodes: [node(op, ['x'], ['b'], attributes)], opset: 11 });
    const choice = (thenOp: string, elseOp: string) =>
      graph({
        inputs: { c: [], x: ['N', 1, 8] },
        inputTypes: { c: 'bool' },
        outputs: ['y'],
        nodes: [
          node('If', ['c'], ['y'], { then_branch: body(branch(thenOp)), else_branch: body(branch(elseOp)) }),
        ],
      });

    test('If has the shape that both branches agree on, and sees the values around it', () => {
      expect(inferGraph(choice('Relu', 'Sigmoid'), { batch: 2 }).values.get('y')?.shape).toEqual([2, 1, 8]);
      expect(inferGraph(choice('Relu', 'Squeeze'), { batch: 2 }).values.get('y')?.shape).toBeUndefined();
    });

    test('a branch that cannot run at these shapes is not taken', () => {
      const guarded = graph({
        inputs: { c: [], x: ['N', 3, 8] },
        inputTypes: { c: 'bool' },
        outputs: ['y'],
        nodes: [
          node('If', ['c'], ['y'], {
            then_branch: body(branch('Squeeze', { axes: ints(1) })),
            else_branch: body(branch('Identity')),
          }),
        ],
        opset: 11,
      });
      expect(inferGraph(guarded, { batch: 2 }).values.get('y')?.shape).toEqual([2, 3, 8]);
    });

    test('a condition that follows from shapes decides which branch is inferred', () => {
      const decided = graph({
        inputs: { x: ['N', 1, 8] },
        outputs: ['y'],
        nodes: [
          node('Shape', ['x'], ['shape']),
          constant('one', [1], []),
          node('Gather', ['shape', 'one'], ['middle']),
          node('Equal', ['middle', 'one'], ['c']),
          node('If', ['c'], ['y'], {
            then_branch: body(branch('Squeeze', { axes: ints(1) })),
            else_branch: body(branch('Identity')),
          }),
        ],
        opset: 11,
      });
      const inferred = inferGraph(decided, { batch: 2 });
      expect(inferred.values.get('y')?.shape).toEqual([2, 8]);
      expect(inferred.bodies.size).toBe(1);
    });

    test('Loop carries values and stacks what each turn puts out', () => {
      const turn = graph({
        inputs: { i: [], go: [], state: [null, null] },
        outputs: ['goOn', 'next', 'scanned'],
        nodes: [
          node('Identity', ['go'], ['goOn']),
          node('Add', ['state', 'x'], ['next']),
          node('ReduceSum', ['next'], ['scanned'], { keepdims: int(0) }),
        ],
      });
      const loop = graph({
        inputs: { x: ['N', 8] },
        outputs: ['last', 'all'],
        nodes: [
          constant('trips', [6], []),
          node('Loop', ['trips', '', 'x'], ['last', 'all'], { body: body(turn) }),
        ],
      });
      const { values } = inferGraph(loop, { batch: 2 });
      expect(values.get('last')?.shape).toEqual([2, 8]);
      expect(values.get('all')?.shape).toEqual([6]);
    });

    test('Scan cuts its sequence and stacks its outputs', () => {
      const step = graph({
        inputs: { state: [4], item: [4] },
        outputs: ['next', 'out'],
        nodes: [
          node('Add', ['state', 'item'], ['next']),
          node('Elu', ['next'], ['out'], { alpha: float(1) }),
        ],
      });
      const scan = graph({
        inputs: { h: [4], xs: [9, 4] },
        outputs: ['last', 'outs'],
        nodes: [node('Scan', ['h', 'xs'], ['last', 'outs'], { body: body(step), num_scan_inputs: int(1) })],
      });
      const { values } = inferGraph(scan, { batch: 1 });
      expect(values.get('last')?.shape).toEqual([4]);
      expect(values.get('outs')?.shape).toEqual([9, 4]);
    });
  });
});
