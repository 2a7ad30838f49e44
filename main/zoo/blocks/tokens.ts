import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';

/** A map [N, C, H, W] as a sequence of its pixels, [N, H·W, C]. */
export function tokensOf(g: GraphBuilder, map: Value): Value {
  return g.transpose(g.reshape(map, [-1, dim(map, 1), dim(map, 2) * dim(map, 3)]), [0, 2, 1]);
}

/** A sequence [N, H·W, C] as a map of `height` rows, [N, C, H, W]. */
export function mapOf(g: GraphBuilder, tokens: Value, height: number): Value {
  const [count, channels] = [dim(tokens, 1), dim(tokens, 2)];
  return g.reshape(g.transpose(tokens, [0, 2, 1]), [-1, channels, height, count / height]);
}
