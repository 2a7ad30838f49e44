import { elementTypeOfCode, type ElementType } from '../elementType.ts';
import type { Shape } from '../graph.ts';
import type { ValueInfo } from '../infer.ts';
import { broadcastContent, broadcastShapes } from './content.ts';
import { showShape, value, type NodeContext, type ShapeRule, type ShapeRules } from './context.ts';

const integerTypes = new Set<ElementType>([
  'int4',
  'uint4',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
]);

/** The broadcast shape of the inputs, or undefined while one of them is unknown. */
export function broadcastInputs(
  context: NodeContext,
  first = 0,
  last = context.node.inputs.length,
): Shape | undefined {
  const shapes: Shape[] = [];
  for (let index = first; index < last; index++) {
    const shape = context.shape(index);
    if (!shape) return undefined;
    shapes.push(shape);
  }
  if (shapes.length === 0) return undefined;
  const result = broadcastShapes(shapes);
  if (!result) throw context.contradiction(`shapes ${shapes.map(showShape).join(' and ')} do not broadcast`);
  return result;
}

/** Output like the first input; the operator changes values only. */
export const likeFirst: ShapeRule = (context) => [value(context.type(0), context.shape(0))];

function mapped(operation: (x: number) => number): ShapeRule {
  return (context) => {
    const data = context.data(0)?.map(operation);
    return [{ type: context.type(0), shape: context.shape(0), ...(data && { data }) }];
  };
}

/** Folds the broadcast inputs into one content, where all are small and known. */
function fold(
  context: NodeContext,
  shape: Shape | undefined,
  operation: (a: number, b: number) => number,
): number[] | undefined {
  const [first, ...rest] = context.inputs;
  if (!shape || !first?.data) return undefined;
  let result = broadcastContent(first, shape)?.slice();
  for (const input of rest) {
    const other = broadcastContent(input, shape);
    if (!result || !other) return undefined;
    result = result.map((x, i) => operation(x, other[i] ?? 0));
  }
  return result;
}

function arithmetic(operation: (a: number, b: number, integer: boolean) => number): ShapeRule {
  return (context) => {
    const shape = broadcastInputs(context);
    const type = context.type(0) ?? context.type(1);
    const integer = type !== undefined && integerTypes.has(type);
    const rounded = type === 'float' ? Math.fround : (x: number) => x;
    const data = fold(context, shape, (a, b) => rounded(operation(a, b, integer)));
    return [{ type, shape, ...(data && { data }) }];
  };
}

function comparison(operation: (a: number, b: number) => boolean): ShapeRule {
  return (context) => {
    const shape = broadcastInputs(context);
    const data = fold(context, shape, (a, b) => (operation(a, b) ? 1 : 0));
    return [{ type: 'bool', shape, ...(data && { data }) }];
  };
}

const broadcast: ShapeRule = (context) => [value(context.type(0), broadcastInputs(context))];

const where: ShapeRule = (context) => {
  const shape = broadcastInputs(context, 0, 3);
  const type = context.type(1) ?? context.type(2);
  if (!shape) return [value(type, shape)];
  const [condition, whenTrue, whenFalse] = [0, 1, 2].map((i) => broadcastContent(context.inputs[i], shape));
  if (!condition || !whenTrue || !whenFalse) return [value(type, shape)];
  return [{ type, shape, data: condition.map((c, i) => (c ? whenTrue[i] : whenFalse[i]) ?? 0) }];
};

function cast(context: NodeContext, type: ElementType | undefined): ValueInfo[] {
  const shape = context.shape(0);
  const source = context.data(0);
  if (!source) return [value(type, shape)];
  const toInteger = type !== undefined && integerTypes.has(type);
  const data = source.map((x) => (type === 'bool' ? Number(x !== 0) : toInteger ? Math.trunc(x) : x));
  return [{ type, shape, data }];
}

const castTo: ShapeRule = (context) => cast(context, elementTypeOfCode(context.int('to') ?? 0));
const castLike: ShapeRule = (context) => cast(context, context.type(1));

const boolLikeFirst: ShapeRule = (context) => [value('bool', context.shape(0))];

const not: ShapeRule = (context) => {
  const data = context.data(0)?.map((x) => (x ? 0 : 1));
  return [{ type: 'bool', shape: context.shape(0), ...(data && { data }) }];
};

/** The slope is broadcast to the input, never the other way round. */
const prelu: ShapeRule = (context) => {
  const shape = context.shape(0);
  if (shape && context.shape(1)) {
    const joint = broadcastInputs(context, 0, 2);
    if (joint && (joint.length !== shape.length || joint.some((dim, axis) => dim !== shape[axis]))) {
      throw context.contradiction(
        `a slope of shape ${showShape(context.shape(1) ?? [])} does not fit ${showShape(shape)}`,
      );
    }
  }
  return [value(context.type(0), shape)];
};

const dropout: ShapeRule = (context) => [
  value(context.type(0), context.shape(0)),
  value('bool', context.shape(0)),
];

const identity: ShapeRule = (context) => [context.inputs[0] ?? value(undefined, undefined)];

/** Two inputs broadcast, after the first the scale and zero point of each: a, a_scale, a_zp, b, b_scale, b_zp, … */
const quantisedBinary: ShapeRule = (context) => {
  const [a, b] = [context.shape(0), context.shape(3)];
  if (!a || !b) return [value(context.type(0), undefined)];
  const shape = broadcastShapes([a, b]);
  if (!shape) throw context.contradiction(`shapes ${showShape(a)} and ${showShape(b)} do not broadcast`);
  return [value(context.type(0), shape)];
};

const unary = [
  ...[
    'Relu',
    'LeakyRelu',
    'ThresholdedRelu',
    'Clip',
    'Sigmoid',
    'HardSigmoid',
    'HardSwish',
    'Swish',
    'Mish',
    'Gelu',
    'Erf',
  ],
  ...['Elu', 'Selu', 'Celu', 'Softplus', 'Softsign', 'Tanh', 'Softmax', 'LogSoftmax', 'Hardmax', 'Shrink'],
  ...[
    'Exp',
    'Log',
    'Reciprocal',
    'Sin',
    'Cos',
    'Tan',
    'Asin',
    'Acos',
    'Atan',
    'Sinh',
    'Cosh',
    'Asinh',
    'Acosh',
    'Atanh',
  ],
  ...['BitwiseNot', 'RotaryEmbedding'],
];

/** round() of ONNX takes halves to the even neighbour. */
function roundHalfToEven(x: number): number {
  const nearest = Math.round(x);
  return Math.abs(x % 1) === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
}

/** Operators that work element by element, with numpy broadcasting where they take several inputs. */
export const elementwiseRules: ShapeRules = [
  ...unary.map((op) => [op, likeFirst] as const),
  ['Neg', mapped((x) => -x)],
  ['Abs', mapped(Math.abs)],
  ['Floor', mapped(Math.floor)],
  ['Ceil', mapped(Math.ceil)],
  ['Round', mapped(roundHalfToEven)],
  ['Sign', mapped(Math.sign)],
  ['Sqrt', mapped(Math.sqrt)],
  ['Add', arithmetic((a, b) => a + b)],
  ['Sub', arithmetic((a, b) => a - b)],
  ['Mul', arithmetic((a, b) => a * b)],
  ['Div', arithmetic((a, b, integer) => (integer ? (b === 0 ? 0 : Math.trunc(a / b)) : a / b))],
  ['Mod', arithmetic((a, b, integer) => (b === 0 ? 0 : integer ? ((a % b) + b) % b : a % b))],
  ['Pow', arithmetic((a, b) => a ** b)],
  ['Min', arithmetic((a, b) => Math.min(a, b))],
  ['Max', arithmetic((a, b) => Math.max(a, b))],
  ['Sum', arithmetic((a, b) => a + b)],
  ['Mean', broadcast],
  ...['BitShift', 'BitwiseAnd', 'BitwiseOr', 'BitwiseXor'].map((op) => [op, broadcast] as const),
  ['Equal', comparison((a, b) => a === b)],
  ['Greater', comparison((a, b) => a > b)],
  ['GreaterOrEqual', comparison((a, b) => a >= b)],
  ['Less', comparison((a, b) => a < b)],
  ['LessOrEqual', comparison((a, b) => a <= b)],
  ['And', comparison((a, b) => a !== 0 && b !== 0)],
  ['Or', comparison((a, b) => a !== 0 || b !== 0)],
  ['Xor', comparison((a, b) => (a !== 0) !== (b !== 0))],
  ['Not', not],
  ['IsNaN', boolLikeFirst],
  ['IsInf', boolLikeFirst],
  ['Where', where],
  ['PRelu', prelu],
  ['Cast', castTo],
  ['CastLike', castLike],
  ['Dropout', dropout],
  ['Identity', identity],
];

/** com.microsoft's element-wise operators: fused activations and quantised arithmetic. */
export const microsoftElementwiseRules: ShapeRules = [
  ...['Gelu', 'FastGelu', 'BiasGelu', 'QuickGelu', 'BiasAdd', 'RotaryEmbedding'].map(
    (op) => [op, likeFirst] as const,
  ),
  ...['QLinearSigmoid', 'QLinearLeakyRelu', 'QLinearSoftmax'].map((op) => [op, likeFirst] as const),
  [
    'BiasSplitGelu',
    (context) => {
      const shape = context.shape(0);
      return [
        value(
          context.type(0),
          shape?.map((dim, axis) => (axis === shape.length - 1 ? dim / 2 : dim)),
        ),
      ];
    },
  ],
  ['QLinearAdd', quantisedBinary],
  ['QLinearMul', quantisedBinary],
];
