import { dim, type Activation, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { selfAttention, type SelfAttentionOptions } from './attention.ts';

/** Two linear layers with an activation between, on the last axis. */
export function mlp(g: GraphBuilder, x: Value, hidden: number, activation: Activation = 'gelu'): Value {
  const width = dim(x, x.shape.length - 1);
  return g.scope('mlp', () => g.linear(g.activate(g.linear(x, hidden), activation), width));
}

export interface EncoderOptions extends SelfAttentionOptions {
  /** The MLP's hidden width over the tokens'. */
  readonly mlpRatio: number;
  readonly activation?: Activation;
  readonly eps?: number;
}

/** Transformer encoder block with the norms in front: attention and MLP, each added to its input (arXiv 2010.11929, figure 1). */
export function encoderBlock(g: GraphBuilder, x: Value, options: EncoderOptions): Value {
  const { mlpRatio, activation = 'gelu', eps = 1e-6 } = options;
  const y = g.add(x, selfAttention(g, g.layerNorm(x, eps), options));
  return g.add(y, mlp(g, g.layerNorm(y, eps), dim(x, 2) * mlpRatio, activation));
}
