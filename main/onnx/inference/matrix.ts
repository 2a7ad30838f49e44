import type { Shape } from '../graph.ts';
import { broadcastShapes } from './content.ts';
import { showShape, value, type NodeContext, type ShapeRule, type ShapeRules } from './context.ts';
import { einsumRanges } from './einsum.ts';

/** numpy's matmul: batch axes broadcast, a vector is a row on the left and a column on the right. */
export function matMulShape(context: NodeContext, a: Shape, b: Shape): Shape {
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  const batch = broadcastShapes([left.slice(0, -2), right.slice(0, -2)]);
  if (a.length === 0 || b.length === 0 || !batch || left.at(-1) !== right.at(-2)) {
    throw context.contradiction(`matrices of shape ${showShape(a)} and ${showShape(b)} do not multiply`);
  }
  const rows = a.length === 1 ? [] : left.slice(-2, -1);
  const columns = b.length === 1 ? [] : right.slice(-1);
  return [...batch, ...rows, ...columns];
}

function matMul(
  left: number,
  right: number,
  type: (context: NodeContext) => ReturnType<NodeContext['type']>,
): ShapeRule {
  return (context) => {
    const [a, b] = [context.shape(left), context.shape(right)];
    return [value(type(context), a && b && matMulShape(context, a, b))];
  };
}

/** The last two axes exchanged where the attribute says so. */
function maybeTransposed(shape: Shape, transposed: boolean): Shape {
  if (!transposed || shape.length < 2) return shape;
  return [...shape.slice(0, -2), ...shape.slice(-1), ...shape.slice(-2, -1)];
}

const fusedMatMul: ShapeRule = (context) => {
  const [a, b] = [context.shape(0), context.shape(1)];
  if (!a || !b) return [value(context.type(0), undefined)];
  // transBatch moves the first axis to the last but one: [m, batch…, k] is read as [batch…, m, k].
  const unbatched = (shape: Shape, flag: string) =>
    context.int(flag) === 1 && shape.length > 2
      ? [...shape.slice(1, -1), ...shape.slice(0, 1), ...shape.slice(-1)]
      : shape;
  const left = maybeTransposed(unbatched(a, 'transBatchA'), context.int('transA') === 1);
  const right = maybeTransposed(unbatched(b, 'transBatchB'), context.int('transB') === 1);
  return [value(context.type(0), matMulShape(context, left, right))];
};

function gemm(
  left: number,
  right: number,
  bias: number,
  type: (context: NodeContext) => ReturnType<NodeContext['type']>,
): ShapeRule {
  return (context) => {
    const [a, b] = [context.shape(left), context.shape(right)];
    if (!a || !b) return [value(type(context), undefined)];
    if (a.length !== 2 || b.length !== 2) {
      throw context.contradiction(`inputs ${showShape(a)} and ${showShape(b)} are not matrices`);
    }
    const shape = matMulShape(
      context,
      maybeTransposed(a, context.int('transA') === 1),
      maybeTransposed(b, context.int('transB') === 1),
    );
    const c = context.shape(bias);
    if (c && broadcastShapes([c, shape])?.join() !== shape.join()) {
      throw context.contradiction(
        `a bias of shape ${showShape(c)} does not fit an output of ${showShape(shape)}`,
      );
    }
    return [value(type(context), shape)];
  };
}

const einsum: ShapeRule = (context) => [value(context.type(0), einsumRanges(context)?.output)];

/** Weights packed to a few bits: their logical size stands in the attributes K (in) and N (out). */
const packedMatMul: ShapeRule = (context) => {
  const [x, depth, columns] = [context.shape(0), context.int('K') ?? 0, context.int('N') ?? 0];
  if (depth < 1 || columns < 1 || (x && x.at(-1) !== depth)) {
    throw context.contradiction(
      `weights of ${depth}×${columns} do not multiply ${x ? showShape(x) : 'its input'}`,
    );
  }
  return [value(context.type(0), x && [...x.slice(0, -1), columns])];
};

/** ai.onnx Attention: [batch, sequence, heads·size] or [batch, heads, sequence, size] each for query, key, value. */
const attention: ShapeRule = (context) => {
  const [q, k, v] = [context.shape(0), context.shape(1), context.shape(2)];
  const type = context.type(0);
  if (!q || !k || !v) return [0, 1, 2, 3].map(() => value(type, undefined));
  const [qHeads, kvHeads] = [
    context.int('q_num_heads') ?? q[1] ?? 1,
    context.int('kv_num_heads') ?? v[1] ?? 1,
  ];
  const past = context.shape(4)?.[2] ?? 0;
  if (q.length === 4) {
    const [n = 0, heads = 0, sequence = 0] = q;
    const total = (k[2] ?? 0) + past;
    return [
      value(type, [n, heads, sequence, v[3] ?? 0]),
      value(context.type(1), [n, k[1] ?? 0, total, k[3] ?? 0]),
      value(context.type(2), [n, v[1] ?? 0, total, v[3] ?? 0]),
      value(type, [n, heads, sequence, total]),
    ];
  }
  if (q.length !== 3 || qHeads < 1 || kvHeads < 1)
    throw context.contradiction(`a query of shape ${showShape(q)} has no heads`);
  const [n = 0, sequence = 0] = q;
  const total = (k[1] ?? 0) + past;
  return [
    value(type, [n, sequence, ((v[2] ?? 0) / kvHeads) * qHeads]),
    value(context.type(1), [n, kvHeads, total, (k[2] ?? 0) / kvHeads]),
    value(context.type(2), [n, kvHeads, total, (v[2] ?? 0) / kvHeads]),
    value(type, [n, qHeads, sequence, total]),
  ];
};

/** com.microsoft Attention: the projection to query, key and value is part of it, weights [hidden, q + k + v]. */
const projectedAttention: ShapeRule = (context) => {
  const [x, weight] = [context.shape(0), context.shape(1)];
  if (!x || !weight) return [value(context.type(0), undefined)];
  if (x.length !== 3 || x[2] !== weight[0]) {
    throw context.contradiction(`input ${showShape(x)} and weights ${showShape(weight)} do not multiply`);
  }
  const vHidden = context.ints('qkv_hidden_sizes')?.[2] ?? (weight[1] ?? 0) / 3;
  return [value(context.type(0), [x[0] ?? 0, x[1] ?? 0, vHidden])];
};

/** com.microsoft MultiHeadAttention on projected inputs: the output has the value's hidden size. */
const multiHeadAttention: ShapeRule = (context) => {
  const [q, v] = [context.shape(0), context.shape(2)];
  if (!q) return [value(context.type(0), undefined)];
  const [n = 0, sequence = 0] = q;
  // Packed forms: query [n, s, heads, 3, size] alone.
  if (q.length === 5) return [value(context.type(0), [n, sequence, (q[2] ?? 0) * (q[4] ?? 0)])];
  if (!v) return [value(context.type(0), context.has(2) ? undefined : q)];
  // Value as [n, s, hidden], or already split as [n, heads, s, size].
  const hidden = v.length === 4 ? (v[1] ?? 0) * (v[3] ?? 0) : (v[2] ?? 0);
  return [value(context.type(0), [n, sequence, hidden])];
};

const determinant: ShapeRule = (context) => [value(context.type(0), context.shape(0)?.slice(0, -2))];

/** Matrix products and what is built of them. */
export const matrixRules: ShapeRules = [
  ['MatMul', matMul(0, 1, (context) => context.type(0))],
  ['MatMulInteger', matMul(0, 1, () => 'int32')],
  ['QLinearMatMul', matMul(0, 3, (context) => context.type(7))],
  ['Gemm', gemm(0, 1, 2, (context) => context.type(0))],
  ['Einsum', einsum],
  ['Attention', attention],
  ['Det', determinant],
];

export const microsoftMatrixRules: ShapeRules = [
  ['FusedMatMul', fusedMatMul],
  ['FusedMatMulActivation', fusedMatMul],
  ['FusedGemm', gemm(0, 1, 2, (context) => context.type(0))],
  ['GemmFastGelu', matMul(0, 1, (context) => context.type(0))],
  ['DynamicQuantizeMatMul', matMul(0, 1, (context) => context.type(0))],
  ['MatMulIntegerToFloat', matMul(0, 1, (context) => context.type(2))],
  ['QLinearMatMul', matMul(0, 3, (context) => context.type(7))],
  [
    'QGemm',
    gemm(0, 3, 6, (context) =>
      context.has(8) ? context.type(8) : context.has(7) ? context.type(0) : 'float',
    ),
  ],
  ['MatMulNBits', packedMatMul],
  ['MatMulBnb4', packedMatMul],
  ['Attention', projectedAttention],
  ['QAttention', projectedAttention],
  ['MultiHeadAttention', multiHeadAttention],
];
