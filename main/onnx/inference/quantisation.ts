import { elementTypeOfCode } from '../elementType.ts';
import { value, type ShapeRule, type ShapeRules } from './context.ts';

/** The quantised type is that of the zero point, else of output_dtype, else uint8. */
const quantize: ShapeRule = (context) => {
  const asked = elementTypeOfCode(context.int('output_dtype') ?? 0);
  return [value(context.has(2) ? context.type(2) : (asked ?? 'uint8'), context.shape(0))];
};

const dequantize: ShapeRule = (context) => [value(context.type(1), context.shape(0))];

const dynamicQuantize: ShapeRule = (context) => [
  value('uint8', context.shape(0)),
  value('float', []),
  value('uint8', []),
];

export const quantisationRules: ShapeRules = [
  ['QuantizeLinear', quantize],
  ['DequantizeLinear', dequantize],
  ['DynamicQuantizeLinear', dynamicQuantize],
];
