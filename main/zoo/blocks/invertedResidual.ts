import { dim, type Activation, type ConvOptions, type GraphBuilder, type Value } from '../../onnx/builder.ts';

export interface InvertedResidualOptions {
  /** Channels of the depthwise layer. Where they are the input's and `expand` is not set, there is no expansion layer. */
  readonly hidden: number;
  readonly channels: number;
  readonly kernel?: number;
  readonly stride?: number;
  readonly activation?: Activation;
  readonly padding?: ConvOptions['padding'];
  readonly eps?: number;
  /** Forces (true) or leaves out (false) the expansion layer. */
  readonly expand?: boolean;
  /** What comes between the depthwise layer's activation and the projection: squeeze-and-excitation. */
  readonly gate?: (x: Value) => Value;
  /** Default true: adds the input where stride and width allow. */
  readonly shortcut?: boolean;
}

/**
 * Inverted residual with a linear bottleneck (MobileNet-v2, arXiv 1801.04381, figure 4d): 1×1 expansion, k×k depthwise,
 * 1×1 projection without activation; the input is added where its shape is the output's. Also called MBConv.
 */
export function invertedResidual(g: GraphBuilder, x: Value, options: InvertedResidualOptions): Value {
  const { hidden, channels, kernel = 3, stride = 1, activation = 'relu6', padding = 'half', eps } = options;
  const norm = eps === undefined ? {} : { eps };
  const expand = options.expand ?? hidden !== dim(x, 1);
  let y = expand ? g.convNorm(x, hidden, 1, { activation, ...norm }) : x;
  y = g.convNorm(y, hidden, kernel, { stride, padding, groups: hidden, activation, ...norm });
  if (options.gate !== undefined) y = options.gate(y);
  y = g.convNorm(y, channels, 1, { activation: 'none', ...norm });
  const same = stride === 1 && dim(x, 1) === channels;
  return same && options.shortcut !== false ? g.add(x, y) : y;
}
