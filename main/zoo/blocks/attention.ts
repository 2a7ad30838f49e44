import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';

/** Parts of an attention whose heads stand apart: query and value [B, heads, tokens, width], key already transposed. */
export interface HeadParts {
  readonly query: Value;
  /** [B, heads, width, tokens]. */
  readonly keyTransposed: Value;
  readonly value: Value;
}

export interface SelfAttentionOptions {
  readonly heads: number;
  /** Bias of the joint query, key and value layer; default true. */
  readonly bias?: boolean;
  /** Changes the scaled scores [B, heads, tokens, tokens] before the softmax: position biases, masks. */
  readonly adjust?: (scores: Value) => Value;
}

/** Separates the heads of [B, tokens, heads · width] into [B, heads, tokens, width]. */
export function splitHeads(g: GraphBuilder, x: Value, heads: number): Value {
  return g.transpose(g.reshape(x, [-1, dim(x, 1), heads, dim(x, 2) / heads]), [0, 2, 1, 3]);
}

/** As `splitHeads`, but [B, heads, width, tokens], as the product with the queries needs the keys. */
export function splitHeadsTransposed(g: GraphBuilder, x: Value, heads: number): Value {
  return g.transpose(g.reshape(x, [-1, dim(x, 1), heads, dim(x, 2) / heads]), [0, 2, 3, 1]);
}

/** Joins [B, heads, tokens, width] into [B, tokens, heads · width]. */
export function mergeHeads(g: GraphBuilder, x: Value): Value {
  const [heads, tokens, width] = [dim(x, 1), dim(x, 2), dim(x, 3)];
  return g.reshape(g.transpose(x, [0, 2, 1, 3]), [-1, tokens, heads * width]);
}

/** Query, key and value from one joint linear layer, heads apart (arXiv 1706.03762, section 3.2.2). */
export function jointHeads(g: GraphBuilder, x: Value, options: { heads: number; bias?: boolean }): HeadParts {
  const { heads, bias = true } = options;
  const width = dim(x, 2);
  const joint = g.linear(x, 3 * width, { bias });
  const [query, key, value] = g.split(joint, [width, width, width], -1) as [Value, Value, Value];
  return {
    query: splitHeads(g, query, heads),
    keyTransposed: splitHeadsTransposed(g, key, heads),
    value: splitHeads(g, value, heads),
  };
}

/**
 * The same from a layer whose output holds each head's query, key and value side by side, the values wider than the keys
 * (LeViT): [B, tokens, heads · (2 · keyWidth + valueWidth)].
 */
export function interleavedHeads(
  g: GraphBuilder,
  joint: Value,
  { heads, keyWidth }: { heads: number; keyWidth: number },
): HeadParts {
  const width = dim(joint, 2) / heads;
  const byHead = g.reshape(joint, [-1, dim(joint, 1), heads, width]);
  const parts = g.split(byHead, [keyWidth, keyWidth, width - 2 * keyWidth], 3) as [Value, Value, Value];
  const [query, key, value] = parts;
  return {
    query: g.transpose(query, [0, 2, 1, 3]),
    keyTransposed: g.transpose(key, [0, 2, 3, 1]),
    value: g.transpose(value, [0, 2, 1, 3]),
  };
}

/**
 * The same from a 1×1 convolution, a map [B, 3 · C, H, W] whose channels are, for each head, its query, key and value:
 * tokens are the map's pixels.
 */
export function splitHeadsOfMap(g: GraphBuilder, joint: Value, heads: number): HeadParts {
  const [channels, pixels] = [dim(joint, 1), dim(joint, 2) * dim(joint, 3)];
  const width = channels / (3 * heads);
  const byHead = g.reshape(joint, [-1, heads, 3 * width, pixels]);
  const [query, key, value] = g.split(byHead, [width, width, width], 2) as [Value, Value, Value];
  return {
    query: g.transpose(query, [0, 1, 3, 2]),
    keyTransposed: key,
    value: g.transpose(value, [0, 1, 3, 2]),
  };
}

/** softmax(query · keyᵀ / √width, adjusted) · value: [B, heads, tokens, width of the values] (arXiv 1706.03762, eq. 1). */
export function scaledDotProduct(
  g: GraphBuilder,
  { query, keyTransposed, value }: HeadParts,
  adjust: (scores: Value) => Value = (scores) => scores,
): Value {
  const scores = g.scale(g.matmul(query, keyTransposed), dim(query, 3) ** -0.5);
  return mix(g, g.softmax(adjust(scores)), value);
}

/**
 * Averages of the values under weights that sum to one. Deep tokens resemble each other, so the values' own scale is
 * expected: less would let networks with batch norms grow from block to block.
 */
export function mix(g: GraphBuilder, weights: Value, value: Value): Value {
  return g.matmul(weights, value, value.meanSquare);
}

/** Vectors along the last of four axes, divided by their length as PyTorch's normalize does. */
export function unitVectors(g: GraphBuilder, x: Value): Value {
  const length = g.reduceL2(x, 3);
  return g.div(x, g.node('Clip', [length, g.scalar(1e-12)], {}, length));
}

/** Multi-head self-attention over tokens [B, tokens, C], with the output projection. */
export function selfAttention(g: GraphBuilder, x: Value, options: SelfAttentionOptions): Value {
  return g.scope('attn', () => {
    const mixed = scaledDotProduct(g, jointHeads(g, x, options), options.adjust);
    return g.linear(mergeHeads(g, mixed), dim(x, 2));
  });
}
