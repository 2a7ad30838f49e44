import { describe, expect, test } from 'vitest';
import { checkGraph } from '../../main/onnx/check.ts';
import { graph, ints, node, stored, type GraphParts } from './handmade.ts';

const sound: GraphParts = {
  inputs: { x: ['N', 3, 8, 8] },
  outputs: ['y'],
  nodes: [node('Conv', ['x', 'w'], ['a']), node('Relu', ['a'], ['y'])],
  initializers: [stored('w', [4, 3, 3, 3])],
};
const check = (changes: Partial<GraphParts>) => () => checkGraph(graph({ ...sound, ...changes }));

describe('checkGraph', () => {
  test('passes a sound graph', () => {
    expect(check({})).not.toThrow();
  });

  test('refuses a node before its input, an unmade output and a name made twice', () => {
    expect(check({ nodes: sound.nodes.toReversed() })).toThrow(/uses 'a', which nothing before it makes/);
    expect(check({ outputs: ['z'] })).toThrow(/output 'z' is made by no node/);
    expect(check({ nodes: [...sound.nodes, node('Relu', ['x'], ['a'])] })).toThrow(/no name of its own/);
    const renamed = { ...node('Relu', ['x'], ['a']), name: 'other' };
    expect(check({ nodes: [...sound.nodes, renamed] })).toThrow(/value 'a' is made twice/);
  });

  test('refuses an initializer without a user and an operator without a shape', () => {
    expect(check({ initializers: [stored('w', [4, 3, 3, 3]), stored('v', [1])] })).toThrow(/'v' has no user/);
    expect(check({ nodes: [...sound.nodes, node('NonZero', ['y'], ['z'])] })).toThrow(
      /shape of 'z' is not known/,
    );
    expect(check({ nodes: [...sound.nodes, node('acme.Odd', ['y'], ['z'])] })).toThrow(
      /acme.Odd is not known/,
    );
  });

  test('refuses a batch that is not open, or got lost on the way', () => {
    expect(check({ inputs: { x: [1, 3, 8, 8] } })).toThrow(/does not grow with the batch/);
    const target = stored('target', [2], [2, -1], 'int64');
    const folded = [...sound.nodes, node('Reshape', ['y', 'target'], ['z'])];
    const initializers = [...(sound.initializers ?? []), target];
    expect(check({ nodes: folded, initializers, outputs: ['z'] })).toThrow(
      /does not grow with the batch: \[2, 72\] at 1, \[2, 144\] at 2/,
    );
    const transposed = [...sound.nodes, node('Transpose', ['y'], ['z'], { perm: ints(1, 0, 2, 3) })];
    expect(check({ nodes: transposed, outputs: ['z'] })).toThrow(/does not grow with the batch/);
  });
});
