import { elementCount, type Shape } from '../graph.ts';
import type { NodeContext } from '../inference/context.ts';
import { einsumRanges } from '../inference/einsum.ts';

/** Multiply-adds of one run of a node, from its shapes; undefined where a shape it depends on is not known. */
type MacRule = (context: NodeContext, output: Shape) => number | undefined;

/** Each output element is a dot product over the kernel and the input channels of its group: weights [M, C/group, k…]. */
function convolution(weight: number): MacRule {
  return (context, output) => {
    const w = context.shape(weight);
    return w && elementCount(output) * elementCount(w.slice(1));
  };
}

/** Each input element is spread over the kernel and the output channels of its group: weights [C, M/group, k…]. */
const transposedConvolution: MacRule = (context) => {
  const [x, w] = [context.shape(0), context.shape(1)];
  return x && w && elementCount(x) * elementCount(w.slice(1));
};

/** Each output element is a dot product of length K, the last axis of the left matrix. */
function product(left: number): MacRule {
  return (context, output) => {
    const depth = contractedDim(context, left);
    return depth === undefined ? undefined : elementCount(output) * depth;
  };
}

function contractedDim(context: NodeContext, left: number): number | undefined {
  const a = context.shape(left);
  if (!a || context.int('transA') !== 1 || a.length < 2) return a?.at(-1);
  // com.microsoft.FusedMatMul with transBatchA keeps the rows in the first axis.
  return context.int('transBatchA') === 1 ? a[0] : a.at(-2);
}

/** All indices run over their whole range; with one operand nothing is multiplied. */
const einsum: MacRule = (context) => {
  if (context.inputs.length < 2) return 0;
  const ranges = einsumRanges(context);
  return ranges && elementCount(ranges.extents);
};

/** Per step and sequence, every weight of W and R (all gates and directions) is used once; peepholes are element-wise. */
const recurrent: MacRule = (context) => {
  const [x, w, r] = [context.shape(0), context.shape(1), context.shape(2)];
  if (!x || !w || !r) return undefined;
  return (x[0] ?? 0) * (x[1] ?? 0) * (elementCount(w) + elementCount(r));
};

/** scores = query·keyᵀ and context = scores·value, per batch entry and head: s·t·(query width + value width). */
function scaledDotProduct(
  n: number,
  sequence: number,
  total: number,
  queryWidth: number,
  valueWidth: number,
): number {
  return n * sequence * total * (queryWidth + valueWidth);
}

const attention: MacRule = (context, output) => {
  const [q, k] = [context.shape(0), context.shape(1)];
  if (!q || !k) return undefined;
  const past = context.shape(4)?.[2] ?? 0;
  if (q.length === 4) {
    const [n = 0, heads = 0, sequence = 0, size = 0] = q;
    return scaledDotProduct(n, sequence, (k[2] ?? 0) + past, heads * size, heads * (output[3] ?? 0));
  }
  return scaledDotProduct(q[0] ?? 0, q[1] ?? 0, (k[1] ?? 0) + past, q[2] ?? 0, output[2] ?? 0);
};

/** com.microsoft Attention projects its input to query, key and value first: weights [hidden, q + k + v]. */
const projectedAttention: MacRule = (context, output) => {
  const [x, w] = [context.shape(0), context.shape(1)];
  if (!x || !w) return undefined;
  const [n = 0, sequence = 0] = x;
  const queryWidth = context.ints('qkv_hidden_sizes')?.[0] ?? (w[1] ?? 0) / 3;
  return n * sequence * elementCount(w) + scaledDotProduct(n, sequence, sequence, queryWidth, output[2] ?? 0);
};

/** Key as [n, t, width] or split as [n, heads, t, size]; absent where query holds all three, as [n, s, heads, 3, size]. */
const multiHeadAttention: MacRule = (context, output) => {
  const [q, k] = [context.shape(0), context.shape(1)];
  if (!q || (context.has(1) && !k)) return undefined;
  const [n = 0, sequence = 0] = q;
  const total = k ? ((k.length === 4 ? k[2] : k[1]) ?? 0) : sequence;
  const queryWidth = q.length === 5 ? (q[2] ?? 0) * (q[4] ?? 0) : (q[2] ?? 0);
  return scaledDotProduct(n, sequence, total, queryWidth, output[2] ?? 0);
};

/** Weights packed to a few bits: the inner dimension stands in attribute K. */
const packedProduct: MacRule = (context, output) => {
  const depth = context.int('K');
  return depth === undefined ? undefined : elementCount(output) * depth;
};

const standard: ReadonlyMap<string, MacRule> = new Map([
  ['Conv', convolution(1)],
  ['ConvInteger', convolution(1)],
  ['QLinearConv', convolution(3)],
  ['DeformConv', convolution(1)],
  ['ConvTranspose', transposedConvolution],
  ['MatMul', product(0)],
  ['MatMulInteger', product(0)],
  ['QLinearMatMul', product(0)],
  ['Gemm', product(0)],
  ['Einsum', einsum],
  ['LSTM', recurrent],
  ['GRU', recurrent],
  ['RNN', recurrent],
  ['Attention', attention],
]);

const microsoft: ReadonlyMap<string, MacRule> = new Map([
  ['FusedConv', convolution(1)],
  ['NhwcConv', convolution(1)],
  ['NhwcFusedConv', convolution(1)],
  ['QLinearConv', convolution(3)],
  ['FusedMatMul', product(0)],
  ['FusedMatMulActivation', product(0)],
  ['FusedGemm', product(0)],
  ['GemmFastGelu', product(0)],
  ['DynamicQuantizeMatMul', product(0)],
  ['MatMulIntegerToFloat', product(0)],
  ['QLinearMatMul', product(0)],
  ['QGemm', product(0)],
  ['MatMulNBits', packedProduct],
  ['MatMulBnb4', packedProduct],
  ['Attention', projectedAttention],
  ['QAttention', projectedAttention],
  ['MultiHeadAttention', multiHeadAttention],
]);

const domains: ReadonlyMap<string, ReadonlyMap<string, MacRule>> = new Map([
  ['', standard],
  ['ai.onnx', standard],
  ['com.microsoft', microsoft],
  ['com.microsoft.nchwc', new Map([['Conv', convolution(1)]])],
]);

/** The multiply-adds of an operator, or undefined for operators that have none. Biases and norms are not counted. */
export function macRuleOf(domain: string, op: string): MacRule | undefined {
  return domains.get(domain)?.get(op);
}
