import type { GraphNode } from '../graph.ts';

/**
 * What an operator does with one of its inputs, as far as counting learned values goes:
 * - weight: the weights or bias of a convolution, matrix product or norm: learned, whoever holds it;
 * - quantised-weight: the same in an operator that computes on integers;
 * - arithmetic: takes part in arithmetic; learned where it is an initializer of real numbers;
 * - quantised-arithmetic: the same in an operator that computes on integers;
 * - through: handed on, so that its use is the output's use; 'dequantise' is through, for quantised values;
 * - setting: a shape, an index, a bound, a scale, a zero point, a running statistic: never learned.
 */
export type Slot =
  | 'weight'
  | 'quantised-weight'
  | 'arithmetic'
  | 'quantised-arithmetic'
  | 'through'
  | 'dequantise'
  | 'setting';

interface Operands {
  readonly weights?: readonly number[];
  readonly settings?: readonly number[] | 'all';
  readonly through?: readonly number[] | 'all';
}

/** Inputs not listed here, and all inputs of operators not listed, are arithmetic. */
const standard: ReadonlyMap<string, Operands> = new Map<string, Operands>([
  ...named(['Conv', 'ConvTranspose', 'Gemm'], { weights: [1, 2] }),
  ...named(['DeformConv'], { weights: [1, 3] }),
  ...named(['MatMul', 'Einsum', 'PRelu'], { weights: [1] }),
  ...named(['BatchNormalization'], { weights: [1, 2], settings: [3, 4] }),
  ...named(['LayerNormalization', 'GroupNormalization', 'InstanceNormalization', 'RMSNormalization'], {
    weights: [1, 2],
  }),
  ...named(['SimplifiedLayerNormalization'], { weights: [1] }),
  ...named(['LSTM'], { weights: [1, 2, 3, 7], settings: [4] }),
  ...named(['GRU', 'RNN'], { weights: [1, 2, 3], settings: [4] }),
  ...named(['Identity', 'Cast', 'CastLike', 'Transpose', 'Flatten'], { through: [0] }),
  ...named(['Reshape', 'Squeeze', 'Unsqueeze', 'Expand', 'Tile', 'Split'], { through: [0], settings: [1] }),
  ...named(['Gather', 'GatherElements', 'GatherND'], { through: [0], settings: [1] }),
  ...named(['Slice'], { through: [0], settings: [1, 2, 3, 4] }),
  ...named(['Concat'], { through: 'all' }),
  ...named(['Clip', 'Dropout', 'MaxUnpool', 'RoiAlign'], { settings: [1, 2] }),
  ...named(['Pad', 'Resize'], { settings: [1, 2, 3] }),
  ...named(['Upsample', 'TopK', 'CumSum', 'Trilu', 'AffineGrid', 'CenterCropPad', 'ReverseSequence'], {
    settings: [1],
  }),
  ...named(['ScatterND', 'ScatterElements', 'Scatter', 'MaxRoiPool'], { settings: [1] }),
  ...named(['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd'], { settings: [1] }),
  ...named(['ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceSumSquare'], { settings: [1] }),
  ...named(['Where', 'If'], { settings: [0] }),
  ...named(['Loop'], { settings: [0, 1] }),
  ...named(['Shape', 'Size', 'Range', 'ConstantOfShape', 'OneHot', 'NonMaxSuppression', 'NonZero'], {
    settings: 'all',
  }),
  ...named(['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'], { settings: 'all' }),
  ...named(['QuantizeLinear'], { through: [0], settings: [1, 2] }),
]);

const microsoft: ReadonlyMap<string, Operands> = new Map<string, Operands>([
  ...named(['FusedConv', 'NhwcConv', 'NhwcFusedConv', 'FusedGemm', 'GemmFastGelu'], { weights: [1, 2] }),
  ...named(['FusedMatMul', 'FusedMatMulActivation', 'BiasGelu', 'FastGelu', 'BiasAdd', 'BiasSplitGelu'], {
    weights: [1],
  }),
  ...named(['Attention'], { weights: [1, 2], settings: [3, 4] }),
  ...named(['MultiHeadAttention'], { weights: [3], settings: [4] }),
  ...named(['LayerNormalization', 'SimplifiedLayerNormalization', 'GroupNorm'], { weights: [1, 2] }),
  ...named(['SkipLayerNormalization'], { weights: [2, 3, 4] }),
  ...named(['SkipSimplifiedLayerNormalization'], { weights: [2, 3] }),
  ...named(['QuantizeLinear'], { through: [0], settings: [1, 2] }),
]);

/** Operators on integers, of ai.onnx and com.microsoft: what is neither weight nor operand is a scale or zero point. */
const quantised: ReadonlyMap<string, { weights?: readonly number[]; operands: readonly number[] }> = new Map([
  ['ConvInteger', { weights: [1], operands: [0] }],
  ['MatMulInteger', { weights: [1], operands: [0] }],
  ['QLinearConv', { weights: [3, 8], operands: [0] }],
  ['QLinearMatMul', { weights: [3], operands: [0] }],
  ['QGemm', { weights: [3, 6], operands: [0] }],
  ['DynamicQuantizeMatMul', { weights: [1, 4], operands: [0] }],
  ['MatMulIntegerToFloat', { weights: [1, 6], operands: [0] }],
  ['MatMulNBits', { weights: [1, 5], operands: [0] }],
  ['MatMulBnb4', { weights: [1], operands: [0] }],
  ['QAttention', { weights: [1, 2], operands: [0] }],
  ['QLinearAdd', { operands: [0, 3] }],
  ['QLinearMul', { operands: [0, 3] }],
  ['QLinearSigmoid', { operands: [0] }],
  ['QLinearLeakyRelu', { operands: [0] }],
  ['QLinearSoftmax', { operands: [0] }],
  ['QLinearGlobalAveragePool', { operands: [0] }],
  ['QLinearAveragePool', { operands: [0] }],
]);

function named(ops: readonly string[], operands: Operands): [string, Operands][] {
  return ops.map((op) => [op, operands]);
}

/** What `node` does with its input at `index`. */
export function slotOf(node: GraphNode, index: number): Slot {
  // Its operators take their inputs as the standard ones of the same names do.
  const isStandard = ['', 'ai.onnx', 'com.microsoft.nchwc'].includes(node.domain);
  if (!isStandard && node.domain !== 'com.microsoft') return 'arithmetic';
  if (node.op === 'DequantizeLinear') return index === 0 ? 'dequantise' : 'setting';
  if (node.op === 'QLinearConcat')
    return index >= 2 && (index - 2) % 3 === 0 ? 'quantised-arithmetic' : 'setting';
  const integer = quantised.get(node.op);
  if (integer) {
    if (integer.weights?.includes(index)) return 'quantised-weight';
    return integer.operands.includes(index) ? 'quantised-arithmetic' : 'setting';
  }
  const operands = (isStandard ? standard : microsoft).get(node.op);
  if (!operands) return 'arithmetic';
  if (operands.weights?.includes(index)) return 'weight';
  if (operands.settings === 'all' || operands.settings?.includes(index)) return 'setting';
  return operands.through === 'all' || operands.through?.includes(index) ? 'through' : 'arithmetic';
}

const foldedOperators = new Set([
  ...['Identity', 'Cast', 'CastLike', 'Transpose', 'Flatten', 'Reshape', 'Squeeze', 'Unsqueeze'],
  ...['QuantizeLinear', 'DequantizeLinear'],
]);

/** Operators whose output is as constant as their first input: runtimes fold them, or fuse them with the weight's user. */
export function isFolded(node: GraphNode): boolean {
  return foldedOperators.has(node.op) && slotOf(node, 0) !== 'arithmetic';
}
