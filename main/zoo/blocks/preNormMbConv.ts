import type { Activation, GraphBuilder, Value } from '../../onnx/builder.ts';
import { squeezeExcite } from './squeezeExcite.ts';

export interface PreNormMbConvOptions {
  readonly channels: number;
  /** Channels of the depthwise layer. */
  readonly hidden: number;
  readonly stride: number;
  readonly activation: Activation;
  /** Whether the activation follows the norm in front too. */
  readonly activateInput?: boolean;
  /** What halves the map: the depthwise layer, or a 2×2 average pool before the first layer. */
  readonly halvedBy?: 'depthwise' | 'pool';
  /** Squeeze-and-excitation: its width and activation, and whether it comes before the depthwise layer's norm. */
  readonly squeeze: {
    readonly channels: number;
    readonly activation: Activation;
    readonly beforeNorm?: boolean;
  };
  /** Bias of the last layer. */
  readonly bias: boolean;
  readonly eps: number;
  /** The input in the output's shape. */
  readonly shortcut: (x: Value) => Value;
}

/** Inverted residual with a batch norm in front of it and none behind (CoAtNet, arXiv 2106.04803, appendix A.1). */
export function preNormMbConv(g: GraphBuilder, x: Value, options: PreNormMbConvOptions): Value {
  const { channels, hidden, stride, activation, squeeze, eps } = options;
  const pools = options.halvedBy === 'pool' && stride === 2;
  const excite = (y: Value) => squeezeExcite(g, y, squeeze.channels, { activation: squeeze.activation });
  let y = g.batchNorm(x, eps);
  if (options.activateInput === true) y = g.activate(y, activation);
  if (pools) y = g.avgPool(y, 2);
  y = g.convNorm(y, hidden, 1, { activation, eps });
  y = g.conv(y, hidden, 3, { stride: pools ? 1 : stride, groups: hidden });
  y =
    squeeze.beforeNorm === true
      ? g.activate(g.batchNorm(excite(y), eps), activation)
      : excite(g.activate(g.batchNorm(y, eps), activation));
  return g.add(options.shortcut(x), g.conv(y, channels, 1, { bias: options.bias }));
}
