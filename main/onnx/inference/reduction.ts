import { elementCount } from '../graph.ts';
import { normalAxis, value, type NodeContext, type ShapeRule, type ShapeRules } from './context.ts';
import { axesOf } from './layout.ts';

function reduce(evaluate?: (data: readonly number[]) => number): ShapeRule {
  return (context) => {
    const x = context.shape(0);
    const type = context.type(0);
    const given = axesOf(context, 1);
    if (!x || given === 'unknown') return [value(type, undefined)];
    if ((!given || given.length === 0) && context.int('noop_with_empty_axes') === 1) return [value(type, x)];
    const all = !given || given.length === 0;
    const axes = new Set(all ? x.keys() : given.map((axis) => normalAxis(context, axis, x.length)));
    const keep = (context.int('keepdims') ?? 1) !== 0;
    const shape = keep ? x.map((dim, i) => (axes.has(i) ? 1 : dim)) : x.filter((_, i) => !axes.has(i));
    const source = context.data(0);
    if (!evaluate || !source || elementCount(shape) !== 1 || source.length === 0) return [value(type, shape)];
    return [{ type, shape, data: [evaluate(source)] }];
  };
}

function argument(context: NodeContext): ReturnType<ShapeRule> {
  const x = context.shape(0);
  if (!x) return [value('int64', undefined)];
  const axis = normalAxis(context, context.int('axis') ?? 0, x.length);
  const keep = (context.int('keepdims') ?? 1) !== 0;
  return [value('int64', keep ? x.map((dim, i) => (i === axis ? 1 : dim)) : x.filter((_, i) => i !== axis))];
}

const sum = (data: readonly number[]) => data.reduce((a, b) => a + b, 0);

/** Operators that fold axes of a tensor to one element. */
export const reductionRules: ShapeRules = [
  ['ReduceSum', reduce(sum)],
  ['ReduceProd', reduce((data) => data.reduce((a, b) => a * b, 1))],
  ['ReduceMax', reduce((data) => Math.max(...data))],
  ['ReduceMin', reduce((data) => Math.min(...data))],
  ['ReduceMean', reduce((data) => sum(data) / data.length)],
  ...['ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceSumSquare'].map(
    (op) => [op, reduce()] as const,
  ),
  ['ArgMax', argument],
  ['ArgMin', argument],
];
