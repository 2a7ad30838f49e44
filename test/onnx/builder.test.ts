import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { GraphBuilder } from '../../main/onnx/builder.ts';
import { checkGraph } from '../../main/onnx/check.ts';
import { graphCost } from '../../main/onnx/cost.ts';
import { spatialPads } from '../../main/onnx/padding.ts';

test('half padding keeps the size at stride 1 for any odd kernel and dilation', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 24, max: 64 }),
      (half, dilation, size) => {
        const g = new GraphBuilder('conv');
        const y = g.conv(g.image(3, size, size), 4, 2 * half + 1, { dilation });
        expect(y.shape).toEqual([1, 4, size, size]);
      },
    ),
  );
});

test('SAME padding gives ⌈size / stride⌉, the odd rest at the end', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 8, max: 64 }),
      (kernel, stride, size) => {
        const g = new GraphBuilder('conv');
        const y = g.conv(g.image(3, size, size), 4, kernel, { stride, padding: 'same' });
        expect(y.shape[2]).toBe(Math.ceil(size / stride));
        const [top, , bottom] = spatialPads('same', [size, size], [kernel, kernel], [stride, stride], [1, 1]);
        expect(bottom - top === 0 || bottom - top === 1).toBe(true);
      },
    ),
  );
});

test('what no output needs is not in the graph', () => {
  const g = new GraphBuilder('headless');
  const pooled = g.globalAvgPool(g.convNorm(g.image(3, 32, 32), 8, 3));
  g.linear(pooled, 1000);
  const graph = g.finish([['features', pooled]]);
  expect(graph.nodes.map(({ op }) => op)).toEqual([
    'Conv',
    'BatchNormalization',
    'Relu',
    'GlobalAveragePool',
    'Flatten',
    'Identity',
  ]);
  expect(graphCost(graph).params).toBe(3 * 8 * 9 + 2 * 8);
  checkGraph(graph);
});

test('a batch written into a shape is found out', () => {
  const g = new GraphBuilder('fixed');
  const flat = g.reshape(g.image(3, 4, 4), [1, 48]);
  expect(() => checkGraph(g.finish([['out', g.linear(flat, 2)]]))).toThrow(/fc|Reshape|reshape|batch/);
});

test('groups that do not divide the channels are refused', () => {
  const g = new GraphBuilder('groups');
  expect(() => g.conv(g.image(3, 8, 8), 4, 1, { groups: 2 })).toThrow(
    'conv of 3 to 4 channels does not divide into 2 groups',
  );
});
