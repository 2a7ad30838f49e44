import { elementCount, type Shape, type Tensor } from '../graph.ts';
import type { ValueInfo } from '../infer.ts';

/** Tensors above this many elements are never evaluated: shape arithmetic needs a handful. */
const mostEvaluatedElements = 1024;

/** Whether a tensor of this many elements is worth evaluating. Hostile shapes make counts that are no counts at all. */
export function isEvaluable(count: number): boolean {
  return Number.isInteger(count) && count >= 0 && count <= mostEvaluatedElements;
}

/** What is known of a stored tensor, its content included where it is small. */
export function tensorInfo(tensor: Tensor): ValueInfo {
  const { type, shape, source } = tensor;
  const count = elementCount(shape);
  if (!isEvaluable(count)) return { type, shape };
  if (source.kind === 'fill') return { type, shape, data: new Array<number>(count).fill(source.value) };
  if (source.kind === 'literal' && source.values.length === count)
    return { type, shape, data: Array.from(source.values) };
  return { type, shape };
}

/** The shape two or more shapes broadcast to by numpy's rule, or undefined where they do not fit. */
export function broadcastShapes(shapes: readonly Shape[]): Shape | undefined {
  const first = shapes[0];
  if (first && shapes.every((shape) => sameShape(shape, first))) return first;
  const rank = shapes.reduce((most, shape) => Math.max(most, shape.length), 0);
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const offset = rank - shape.length;
    for (let axis = 0; axis < shape.length; axis++) {
      const dim = shape[axis] ?? 1;
      const known = result[offset + axis] ?? 1;
      if (dim === known || dim === 1) continue;
      if (known !== 1) return undefined;
      result[offset + axis] = dim;
    }
  }
  return result;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/** Elements between neighbours along each axis of a dense tensor. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  }
  return strides;
}

/**
 * Reads a small tensor through a strided view: element (i0, i1 …) of the result is data[offset + Σ i·stride].
 * Slicing, transposing and broadcasting are all such views. Undefined where the result is too large to be worth it.
 */
export function stridedView(
  data: readonly number[],
  shape: Shape,
  strides: readonly number[],
  offset = 0,
): number[] | undefined {
  const count = elementCount(shape);
  if (!isEvaluable(count)) return undefined;
  const result = new Array<number>(count);
  const index = new Array<number>(shape.length).fill(0);
  let position = offset;
  for (let i = 0; i < count; i++) {
    result[i] = data[position] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] ?? 0;
      const dim = shape[axis] ?? 1;
      const next = (index[axis] ?? 0) + 1;
      position += stride;
      if (next < dim) {
        index[axis] = next;
        break;
      }
      index[axis] = 0;
      position -= stride * dim;
    }
  }
  return result;
}

/** The content of a small tensor broadcast to a larger shape, or undefined where it is unknown or too large. */
export function broadcastContent(value: ValueInfo | undefined, target: Shape): readonly number[] | undefined {
  if (!value?.data || !value.shape) return undefined;
  if (sameShape(value.shape, target)) return value.data;
  const own = stridesOf(value.shape);
  const offset = target.length - value.shape.length;
  const strides = target.map((_, axis) => {
    const inner = axis - offset;
    return inner < 0 || value.shape?.[inner] === 1 ? 0 : (own[inner] ?? 0);
  });
  return stridedView(value.data, target, strides);
}
