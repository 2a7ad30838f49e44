import { elementTypeOfCode } from '../elementType.ts';
import { elementCount, type Shape } from '../graph.ts';
import type { ValueInfo } from '../infer.ts';
import { isEvaluable, tensorInfo } from './content.ts';
import { value, type ShapeRule, type ShapeRules } from './context.ts';

const constant: ShapeRule = (context) => {
  const tensor = context.tensor('value');
  if (tensor) return [tensorInfo(tensor)];
  const float = context.float('value_float');
  if (float !== undefined) return [{ type: 'float', shape: [], data: [float] }];
  const int = context.int('value_int');
  if (int !== undefined) return [{ type: 'int64', shape: [], data: [int] }];
  const floats = context.floats('value_floats');
  if (floats) return [list('float', floats)];
  const ints = context.ints('value_ints');
  if (ints) return [list('int64', ints)];
  return [value(context.node.attributes['value_string'] ? 'string' : undefined, undefined)];
};

function list(type: 'float' | 'int64', values: readonly number[]): ValueInfo {
  const shape = [values.length];
  return isEvaluable(values.length) ? { type, shape, data: values } : { type, shape };
}

const constantOfShape: ShapeRule = (context) => {
  const tensor = context.tensor('value');
  const type = tensor?.type ?? 'float';
  const shape = context.data(0);
  if (!shape) return [value(type, undefined)];
  if (shape.some((dim) => dim < 0)) throw context.contradiction('a dimension asked for is negative');
  const fill = tensor ? tensorInfo(tensor).data?.[0] : 0;
  const count = elementCount(shape);
  if (fill === undefined || !isEvaluable(count)) return [value(type, shape)];
  return [{ type, shape, data: new Array<number>(count).fill(fill) }];
};

const shapeOf: ShapeRule = (context) => {
  const x = context.shape(0);
  if (!x) return [value('int64', undefined)];
  const data = x.slice(context.int('start') ?? 0, context.int('end'));
  return [{ type: 'int64', shape: [data.length], data }];
};

const sizeOf: ShapeRule = (context) => {
  const x = context.shape(0);
  return x ? [{ type: 'int64', shape: [], data: [elementCount(x)] }] : [value('int64', [])];
};

const range: ShapeRule = (context) => {
  const [start, limit, step] = [0, 1, 2].map((i) => context.data(i)?.[0]);
  const type = context.type(0);
  if (start === undefined || limit === undefined || step === undefined) return [value(type, undefined)];
  if (step === 0) throw context.contradiction('the step is 0');
  const count = Math.max(0, Math.ceil((limit - start) / step));
  if (!isEvaluable(count)) return [value(type, [count])];
  return [{ type, shape: [count], data: Array.from({ length: count }, (_, i) => start + i * step) }];
};

function typeAttribute(fallback: ValueInfo['type']): (code: number | undefined) => ValueInfo['type'] {
  return (code) => (code === undefined ? fallback : elementTypeOfCode(code));
}

const eyeLike: ShapeRule = (context) => [
  value(typeAttribute(context.type(0))(context.int('dtype')), context.shape(0)),
];

const random: ShapeRule = (context) => [
  value(typeAttribute('float')(context.int('dtype')), context.ints('shape')),
];

const multinomial: ShapeRule = (context) => {
  const rows = context.shape(0)?.[0];
  return [
    value(
      typeAttribute('int32')(context.int('dtype')),
      rows === undefined ? undefined : [rows, context.int('sample_size') ?? 1],
    ),
  ];
};

const windowFunction: ShapeRule = (context) => {
  const size = context.data(0);
  return [value(typeAttribute('float')(context.int('output_datatype')), size && ([size[0] ?? 0] as Shape))];
};

/** Operators that make tensors from nothing but shapes and constants. */
export const creationRules: ShapeRules = [
  ['Constant', constant],
  ['ConstantOfShape', constantOfShape],
  ['Shape', shapeOf],
  ['Size', sizeOf],
  ['Range', range],
  ['EyeLike', eyeLike],
  ['Bernoulli', eyeLike],
  ['Multinomial', multinomial],
  ['RandomNormal', random],
  ['RandomUniform', random],
  ['RandomNormalLike', eyeLike],
  ['RandomUniformLike', eyeLike],
  ['HannWindow', windowFunction],
  ['HammingWindow', windowFunction],
  ['BlackmanWindow', windowFunction],
];
