import { elementCount, type Shape } from '../graph.ts';
import { isEvaluable } from './content.ts';
import { normalAxis, showShape, value, type ShapeRule, type ShapeRules } from './context.ts';
import { likeFirst } from './elementwise.ts';

const gather: ShapeRule = (context) => {
  const [x, indices] = [context.shape(0), context.shape(1)];
  const type = context.type(0);
  if (!x || !indices) return [value(type, undefined)];
  const axis = normalAxis(context, context.int('axis') ?? 0, x.length);
  const shape = [...x.slice(0, axis), ...indices, ...x.slice(axis + 1)];
  const [source, picks] = [context.data(0), context.data(1)];
  if (!source || !picks || !isEvaluable(elementCount(shape))) return [value(type, shape)];
  // An empty result may still have an axis of 2⁵² rows to walk.
  if (elementCount(shape) === 0) return [{ type, shape, data: [] }];
  const dim = x[axis] ?? 0;
  const inner = elementCount(x.slice(axis + 1));
  const data: number[] = [];
  for (let outer = 0; outer < elementCount(x.slice(0, axis)); outer++) {
    for (const pick of picks) {
      const position = pick < 0 ? pick + dim : pick;
      if (!Number.isInteger(position) || position < 0 || position >= dim) {
        throw context.contradiction(`index ${pick} is outside ${showShape(x)}`);
      }
      const start = (outer * dim + position) * inner;
      data.push(...source.slice(start, start + inner));
    }
  }
  return [{ type, shape, data }];
};

const gatherElements: ShapeRule = (context) => [value(context.type(0), context.shape(1))];

const gatherND: ShapeRule = (context) => {
  const [x, indices] = [context.shape(0), context.shape(1)];
  const last = indices?.at(-1);
  if (!x || !indices || last === undefined) return [value(context.type(0), undefined)];
  const batchDims = context.int('batch_dims') ?? 0;
  if (batchDims < 0 || batchDims + last > x.length) {
    throw context.contradiction(
      `indices of ${last} entries and ${batchDims} batch dimensions exceed ${showShape(x)}`,
    );
  }
  return [value(context.type(0), [...indices.slice(0, -1), ...x.slice(batchDims + last)])];
};

const oneHot: ShapeRule = (context) => {
  const [indices, depth] = [context.shape(0), context.data(1)?.[0]];
  if (!indices || depth === undefined) return [value(context.type(2), undefined)];
  const axis = normalAxis(context, context.int('axis') ?? -1, indices.length + 1);
  return [value(context.type(2), [...indices.slice(0, axis), depth, ...indices.slice(axis)])];
};

const topK: ShapeRule = (context) => {
  const x = context.shape(0);
  const k = context.int('k') ?? context.data(1)?.[0];
  if (!x || k === undefined) return [value(context.type(0), undefined), value('int64', undefined)];
  const axis = normalAxis(context, context.int('axis') ?? -1, x.length);
  if (k < 0 || k > (x[axis] ?? 0)) throw context.contradiction(`${k} largest of ${x[axis]} were asked for`);
  const shape: Shape = x.map((dim, i) => (i === axis ? k : dim));
  return [value(context.type(0), shape), value('int64', shape)];
};

/** How many elements are not zero depends on the data, so the count is unknown. */
const nonZero: ShapeRule = () => [value('int64', undefined)];

const dataDependent: ShapeRule = (context) => [value(context.type(0), undefined)];

const unique: ShapeRule = (context) => [
  value(context.type(0), undefined),
  ...[1, 2, 3].map(() => value('int64', undefined)),
];

/** Operators that pick elements by index, or tell indices. */
export const indexingRules: ShapeRules = [
  ['Gather', gather],
  ['GatherElements', gatherElements],
  ['GatherND', gatherND],
  ['Scatter', likeFirst],
  ['ScatterElements', likeFirst],
  ['ScatterND', likeFirst],
  ['TensorScatter', likeFirst],
  ['ReverseSequence', likeFirst],
  ['Trilu', likeFirst],
  ['CumSum', likeFirst],
  ['OneHot', oneHot],
  ['TopK', topK],
  ['NonZero', nonZero],
  ['NonMaxSuppression', nonZero],
  ['Compress', dataDependent],
  ['Unique', unique],
];
