import { elementCount, type Shape } from '../graph.ts';
import type { ValueInfo } from '../infer.ts';
import { broadcastContent, broadcastShapes, isEvaluable, stridedView, stridesOf } from './content.ts';
import {
  normalAxis,
  showShape,
  value,
  type NodeContext,
  type ShapeRule,
  type ShapeRules,
} from './context.ts';

/** The first input under another shape, content and all. */
function reshaped(context: NodeContext, shape: Shape): ValueInfo {
  const data = context.data(0);
  return { type: context.type(0), shape, ...(data && { data }) };
}

const unknown: ShapeRule = (context) => [value(context.type(0), undefined)];

/** Axes given as attribute (older operator sets) or as an input; 'unknown' where the input's content is not known. */
export function axesOf(context: NodeContext, input: number): readonly number[] | 'unknown' | undefined {
  const attribute = context.ints('axes');
  if (attribute) return attribute;
  if (!context.has(input)) return undefined;
  return context.data(input) ?? 'unknown';
}

const reshape: ShapeRule = (context) => {
  const [x, asked] = [context.shape(0), context.ints('shape') ?? context.data(1)];
  if (!asked) return unknown(context);
  const copyZero = context.int('allowzero') !== 1;
  if (asked.some((dim, axis) => dim < -1 || (dim === -1 && asked.indexOf(-1) !== axis))) {
    throw context.contradiction(`${showShape(asked)} is no shape to reshape to`);
  }
  if (!x) return asked.every((dim) => dim > 0) ? [value(context.type(0), asked)] : unknown(context);
  const shape = asked.map((dim, axis) => (dim === 0 && copyZero ? (x[axis] ?? 0) : dim));
  const total = elementCount(x);
  const wildcard = shape.indexOf(-1);
  if (wildcard >= 0) {
    const rest = shape.reduce((product, dim) => (dim === -1 ? product : product * dim), 1);
    shape[wildcard] = rest === 0 ? 0 : total / rest;
  }
  if (elementCount(shape) !== total || shape.some((dim) => !Number.isInteger(dim))) {
    throw context.contradiction(`${showShape(x)} cannot be reshaped to ${showShape(asked)}`);
  }
  return [reshaped(context, shape)];
};

const flatten: ShapeRule = (context) => {
  const x = context.shape(0);
  if (!x) return unknown(context);
  const axis = context.int('axis') ?? 1;
  const split = axis < 0 ? axis + x.length : axis;
  if (split < 0 || split > x.length)
    throw context.contradiction(`axis ${axis} does not split ${showShape(x)}`);
  return [reshaped(context, [elementCount(x.slice(0, split)), elementCount(x.slice(split))])];
};

const transpose: ShapeRule = (context) => {
  const x = context.shape(0);
  if (!x) return unknown(context);
  const order = context.ints('perm') ?? x.map((_, axis) => x.length - 1 - axis);
  if (
    order.length !== x.length ||
    new Set(order).size !== x.length ||
    order.some((axis) => x[axis] === undefined)
  ) {
    throw context.contradiction(`perm ${showShape(order)} does not permute the axes of ${showShape(x)}`);
  }
  const shape = order.map((axis) => x[axis] ?? 0);
  const source = context.data(0);
  const strides = stridesOf(x);
  const data =
    source &&
    stridedView(
      source,
      shape,
      order.map((axis) => strides[axis] ?? 0),
    );
  return [{ type: context.type(0), shape, ...(data && { data }) }];
};

const squeeze: ShapeRule = (context) => {
  const [x, axes] = [context.shape(0), axesOf(context, 1)];
  if (!x || axes === 'unknown') return unknown(context);
  const removed = new Set(axes?.map((axis) => normalAxis(context, axis, x.length)));
  for (const axis of removed) {
    if (x[axis] !== 1) throw context.contradiction(`axis ${axis} of ${showShape(x)} is not 1`);
  }
  return [
    reshaped(
      context,
      x.filter((dim, axis) => (axes ? !removed.has(axis) : dim !== 1)),
    ),
  ];
};

const unsqueeze: ShapeRule = (context) => {
  const [x, axes] = [context.shape(0), axesOf(context, 1)];
  if (!x || !axes || axes === 'unknown') return unknown(context);
  const rank = x.length + axes.length;
  const added = new Set(axes.map((axis) => normalAxis(context, axis, rank)));
  if (added.size !== axes.length) throw context.contradiction(`axes ${showShape(axes)} repeat`);
  let next = 0;
  const shape = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (x[next++] ?? 1)));
  return [reshaped(context, shape)];
};

/** Concatenates `parts` along one axis, contents included where every part is small and known. */
export function concatenate(
  context: NodeContext,
  parts: readonly (ValueInfo | undefined)[],
  axis: number,
): ValueInfo {
  const type = parts[0]?.type;
  const first = parts[0]?.shape;
  if (!first) return value(type, undefined);
  const along = normalAxis(context, axis, first.length);
  let size = 0;
  for (const part of parts) {
    const shape = part?.shape;
    if (!shape) return value(type, undefined);
    if (shape.length !== first.length || shape.some((dim, i) => i !== along && dim !== first[i])) {
      throw context.contradiction(
        `${showShape(first)} and ${showShape(shape)} do not concatenate along axis ${axis}`,
      );
    }
    size += shape[along] ?? 0;
  }
  const shape = first.map((dim, i) => (i === along ? size : dim));
  if (parts.some((part) => !part?.data) || !isEvaluable(elementCount(shape))) return value(type, shape);
  // An empty result may still have an axis of 2⁵² rows to walk.
  if (elementCount(shape) === 0) return { type, shape, data: [] };
  const outer = elementCount(shape.slice(0, along));
  const data: number[] = [];
  for (let row = 0; row < outer; row++) {
    for (const part of parts) {
      const run = elementCount(part?.shape?.slice(along) ?? []);
      data.push(...(part?.data?.slice(row * run, (row + 1) * run) ?? []));
    }
  }
  return { type, shape, data };
}

const concat: ShapeRule = (context) => [concatenate(context, context.inputs, context.int('axis') ?? 1)];

/** y_scale, y_zero_point, then tensor, scale and zero point of each part. */
const quantisedConcat: ShapeRule = (context) => {
  const parts = context.inputs.filter((_, index) => index >= 2 && (index - 2) % 3 === 0);
  return [value(parts[0]?.type, concatenate(context, parts, context.int('axis') ?? 1).shape)];
};

/** A window of the first input along one axis. */
function slab(context: NodeContext, axis: number, start: number, size: number): ValueInfo {
  const x = context.shape(0) ?? [];
  const shape = x.map((dim, i) => (i === axis ? size : dim));
  const strides = stridesOf(x);
  const source = context.data(0);
  const data = source && stridedView(source, shape, strides, start * (strides[axis] ?? 0));
  return { type: context.type(0), shape, ...(data && { data }) };
}

const split: ShapeRule = (context) => {
  const x = context.shape(0);
  const count = context.node.outputs.length;
  const nothing = context.node.outputs.map(() => value(context.type(0), undefined));
  if (!x || count === 0) return nothing;
  const axis = normalAxis(context, context.int('axis') ?? 0, x.length);
  const total = x[axis] ?? 0;
  let sizes = context.ints('split') ?? context.data(1);
  if (!sizes) {
    if (context.has(1)) return nothing;
    const parts = context.int('num_outputs') ?? count;
    if (parts !== count) throw context.contradiction(`num_outputs is ${parts}, the node has ${count}`);
    const size = Math.ceil(total / parts);
    sizes = context.node.outputs.map((_, i) => Math.max(0, Math.min(size, total - i * size)));
  }
  if (
    sizes.length !== count ||
    sizes.some((size) => size < 0) ||
    sizes.reduce((a, b) => a + b, 0) !== total
  ) {
    throw context.contradiction(`${total} elements do not split into ${showShape(sizes)}`);
  }
  let start = 0;
  return sizes.map((size) => {
    const part = slab(context, axis, start, size);
    start += size;
    return part;
  });
};

function clamp(x: number, lowest: number, highest: number): number {
  return Math.max(lowest, Math.min(x, highest));
}

const slice: ShapeRule = (context) => {
  const x = context.shape(0);
  const [starts, ends] = [context.ints('starts') ?? context.data(1), context.ints('ends') ?? context.data(2)];
  const axes = axesOf(context, 3);
  const steps = context.has(4) ? context.data(4) : undefined;
  if (!x || !starts || !ends || axes === 'unknown' || (context.has(4) && !steps)) return unknown(context);
  if (starts.length !== ends.length) {
    throw context.contradiction(`${starts.length} starts and ${ends.length} ends do not match`);
  }
  const shape = x.slice();
  const strides = stridesOf(x);
  let offset = 0;
  starts.forEach((givenStart, i) => {
    const axis = normalAxis(context, axes?.[i] ?? i, x.length);
    const [dim, step, stride] = [x[axis] ?? 0, steps?.[i] ?? 1, strides[axis] ?? 0];
    if (step === 0) throw context.contradiction('a step is 0');
    const fromFront = (position: number) => (position < 0 ? position + dim : position);
    // Walking backwards ends before element 0, which is position -1.
    const start = clamp(fromFront(givenStart), 0, step > 0 ? dim : dim - 1);
    const end =
      step > 0 ? clamp(fromFront(ends[i] ?? 0), 0, dim) : clamp(fromFront(ends[i] ?? 0), -1, dim - 1);
    shape[axis] = Math.max(0, Math.ceil((end - start) / step));
    offset += start * stride;
    strides[axis] = stride * step;
  });
  const source = context.data(0);
  const data = source && stridedView(source, shape, strides, offset);
  return [{ type: context.type(0), shape, ...(data && { data }) }];
};

const expand: ShapeRule = (context) => {
  const [x, asked] = [context.shape(0), context.data(1)];
  if (!x || !asked) return unknown(context);
  const shape = broadcastShapes([x, asked]);
  if (!shape) throw context.contradiction(`${showShape(x)} does not expand to ${showShape(asked)}`);
  const data = broadcastContent(context.inputs[0], shape);
  return [{ type: context.type(0), shape, ...(data && { data }) }];
};

const tile: ShapeRule = (context) => {
  const [x, repeats] = [context.shape(0), context.data(1)];
  if (!x || !repeats) return unknown(context);
  if (repeats.length !== x.length) {
    throw context.contradiction(`${repeats.length} repeats do not match the rank of ${showShape(x)}`);
  }
  return [
    value(
      context.type(0),
      x.map((dim, axis) => dim * (repeats[axis] ?? 1)),
    ),
  ];
};

const pad: ShapeRule = (context) => {
  const x = context.shape(0);
  const pads = context.ints('pads') ?? context.data(1);
  const given = axesOf(context, 3);
  if (!x || !pads || given === 'unknown') return unknown(context);
  const axes = given?.map((axis) => normalAxis(context, axis, x.length)) ?? x.map((_, axis) => axis);
  if (pads.length !== 2 * axes.length) {
    throw context.contradiction(`${pads.length} pads do not match ${axes.length} axes`);
  }
  const shape = x.slice();
  axes.forEach((axis, i) => {
    shape[axis] = (shape[axis] ?? 0) + (pads[i] ?? 0) + (pads[i + axes.length] ?? 0);
  });
  return [value(context.type(0), shape)];
};

const depthToSpace: ShapeRule = (context) => {
  const x = context.shape(0);
  if (!x) return unknown(context);
  const block = context.int('blocksize') ?? 1;
  const [n = 0, c = 0, h = 0, w = 0] = x;
  if (x.length !== 4 || block < 1 || c % (block * block) !== 0) {
    throw context.contradiction(`blocks of ${block}×${block} do not fit ${showShape(x)}`);
  }
  return [value(context.type(0), [n, c / (block * block), h * block, w * block])];
};

const spaceToDepth: ShapeRule = (context) => {
  const x = context.shape(0);
  if (!x) return unknown(context);
  const block = context.int('blocksize') ?? 1;
  const [n = 0, c = 0, h = 0, w = 0] = x;
  if (x.length !== 4 || block < 1 || h % block !== 0 || w % block !== 0) {
    throw context.contradiction(`blocks of ${block}×${block} do not fit ${showShape(x)}`);
  }
  return [value(context.type(0), [n, c * block * block, h / block, w / block])];
};

/** Resize of all axes by scales or to sizes; float32 arithmetic, as the runtime does it. */
const resize: ShapeRule = (context) => {
  const x = context.shape(0);
  if (!x) return unknown(context);
  const isUpsample = context.node.op === 'Upsample';
  const scalesInput = isUpsample || context.opset < 11 ? 1 : 2;
  const axes =
    context.ints('axes')?.map((axis) => normalAxis(context, axis, x.length)) ?? x.map((_, axis) => axis);
  const sizes = context.has(3) ? context.data(3) : undefined;
  const scales =
    context.floats('scales') ?? (context.has(scalesInput) ? context.data(scalesInput) : undefined);
  const shape = x.slice();
  if (scales && scales.length > 0) {
    if (scales.length !== axes.length)
      throw context.contradiction(`${scales.length} scales for ${axes.length} axes`);
    axes.forEach((axis, i) => {
      shape[axis] = Math.floor(Math.fround((x[axis] ?? 0) * Math.fround(scales[i] ?? 1)));
    });
    return [value(context.type(0), shape)];
  }
  if (!sizes) return unknown(context);
  if (sizes.length !== axes.length)
    throw context.contradiction(`${sizes.length} sizes for ${axes.length} axes`);
  const policy = context.string('keep_aspect_ratio_policy') ?? 'stretch';
  const ratios = axes.map((axis, i) => (sizes[i] ?? 0) / (x[axis] ?? 1));
  const ratio = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  axes.forEach((axis, i) => {
    shape[axis] = policy === 'stretch' ? (sizes[i] ?? 0) : Math.round(ratio * (x[axis] ?? 0));
  });
  return [value(context.type(0), shape)];
};

const centerCropPad: ShapeRule = (context) => {
  const [x, sizes] = [context.shape(0), context.data(1)];
  if (!x || !sizes) return unknown(context);
  const shape = x.slice();
  (context.ints('axes') ?? x.map((_, axis) => axis)).forEach((axis, i) => {
    shape[normalAxis(context, axis, x.length)] = sizes[i] ?? 0;
  });
  return [value(context.type(0), shape)];
};

/** Samples an image [N, C, …] at the places of a grid [N, …, spatial rank]. */
const gridSample: ShapeRule = (context) => {
  const [x, grid] = [context.shape(0), context.shape(1)];
  return [value(context.type(0), x && grid && [x[0] ?? 0, x[1] ?? 0, ...grid.slice(1, -1)])];
};

/** Sampling places for GridSample, from transforms [N, …] and the size [N, C, spatial …] of the image to be sampled. */
const affineGrid: ShapeRule = (context) => {
  const size = context.data(1);
  return [value(context.type(0), size && [size[0] ?? 0, ...size.slice(2), size.length - 2])];
};

/** [N, C·block elements, L] of patches back to an image. */
const col2Im: ShapeRule = (context) => {
  const [x, image, block] = [context.shape(0), context.data(1), context.data(2)];
  if (!x || !image || !block) return unknown(context);
  return [value(context.type(0), [x[0] ?? 0, (x[1] ?? 0) / elementCount(block), ...image])];
};

/** Operators that move elements about without computing on them. */
export const layoutRules: ShapeRules = [
  ['Reshape', reshape],
  ['Flatten', flatten],
  ['Transpose', transpose],
  ['Squeeze', squeeze],
  ['Unsqueeze', unsqueeze],
  ['Concat', concat],
  ['Split', split],
  ['Slice', slice],
  ['Expand', expand],
  ['Tile', tile],
  ['Pad', pad],
  ['DepthToSpace', depthToSpace],
  ['SpaceToDepth', spaceToDepth],
  ['Resize', resize],
  ['Upsample', resize],
  ['CenterCropPad', centerCropPad],
  ['GridSample', gridSample],
  ['AffineGrid', affineGrid],
  ['Col2Im', col2Im],
];

export const microsoftLayoutRules: ShapeRules = [['QLinearConcat', quantisedConcat]];
