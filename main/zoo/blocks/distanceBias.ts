import type { GraphBuilder, Value } from '../../onnx/builder.ts';

/**
 * Attention bias for each head and each distance in rows and columns, signs ignored (LeViT, arXiv 2104.01136, section 4.2):
 * [heads, queries, keys]. Keys are the pixels of a map of `side` × `side`, queries every `stride`-th of each axis.
 */
export function distanceBias(g: GraphBuilder, heads: number, side: number, stride = 1): Value {
  const queriesPerSide = Math.ceil(side / stride);
  const [queries, keys] = [queriesPerSide ** 2, side ** 2];
  const distances = Int32Array.from({ length: queries * keys }, (_, pair) => {
    const [query, key] = [Math.floor(pair / keys), pair % keys];
    const rows = Math.abs(Math.floor(query / queriesPerSide) * stride - Math.floor(key / side));
    const columns = Math.abs((query % queriesPerSide) * stride - (key % side));
    return rows * side + columns;
  });
  const table = g.parameter('attention_biases', [heads, side ** 2], { std: 0.02 });
  return g.gather(table, distances, [queries, keys], 1);
}
