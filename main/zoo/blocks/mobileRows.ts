import { dim, type Activation, type ConvOptions, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { invertedResidual } from './invertedResidual.ts';
import { roundChannels } from './roundChannels.ts';
import { squeezeExcite } from './squeezeExcite.ts';

/** What all blocks of a mobile network share. */
export interface Manner {
  readonly activation: Activation;
  readonly padding?: ConvOptions['padding'];
  /** Batch norms' epsilon; default 1e-5. */
  readonly eps?: number;
  /** Squeezed width of a gate, from the block's input, its hidden width and the row's share. Default: share of the input. */
  readonly squeezed?: (input: number, hidden: number, share: number) => number;
  /** Inside the gates; default: the block's own activation. */
  readonly squeezeActivation?: Activation;
  /** Of the gates; default sigmoid. */
  readonly gate?: Activation;
}

/** Where a block is built: its scaled output width and its stride. */
export interface Site {
  readonly channels: number;
  readonly stride: number;
  readonly manner: Manner;
}

/** A row of a mobile network's table: `depth` equal blocks, the stride in the first. Channels before scaling. */
export interface Row {
  readonly channels: number;
  readonly depth: number;
  readonly stride: number;
  readonly block: (g: GraphBuilder, x: Value, site: Site) => Value;
}

export interface RowOptions {
  /** Default 1. */
  readonly depth?: number;
  /** Default 1. */
  readonly stride?: number;
  /** Share of squeeze-and-excitation (see Manner.squeezed); default none. */
  readonly squeeze?: number;
  /** Default: the network's. */
  readonly activation?: Activation;
}

/** A row whose blocks are built by `block`. */
export function row(channels: number, { depth = 1, stride = 1 }: RowOptions, block: Row['block']): Row {
  return { channels, depth, stride, block };
}

/** The norm and activation options of a block's layers. */
export function layerOptions(manner: Manner, activation: Activation | undefined) {
  const { padding = 'half', eps } = manner;
  return { activation: activation ?? manner.activation, padding, ...(eps === undefined ? {} : { eps }) };
}

/** The gate of a block with this input, or none where `share` is 0. */
export function gated(
  g: GraphBuilder,
  x: Value,
  { squeeze = 0, activation }: RowOptions,
  manner: Manner,
): ((y: Value) => Value) | undefined {
  if (squeeze === 0) return undefined;
  const squeezed = manner.squeezed ?? ((input, _hidden, share) => Math.round(input * share));
  return (y) =>
    squeezeExcite(g, y, squeezed(dim(x, 1), dim(y, 1), squeeze), {
      activation: manner.squeezeActivation ?? activation ?? manner.activation,
      gate: manner.gate ?? 'sigmoid',
    });
}

/** A block's output with its input added, where the shape allows. */
function withShortcut(g: GraphBuilder, x: Value, y: Value, { channels, stride }: Site): Value {
  return stride === 1 && dim(x, 1) === channels ? g.add(x, y) : y;
}

/** Inverted residuals, always with an expansion layer, to a multiple of 8 (MBConv; arXiv 1807.11626, figure 7). */
export function inverted(kernel: number, expansion: number, channels: number, options: RowOptions = {}): Row {
  return row(channels, options, (g, x, site) => {
    const hidden = roundChannels(dim(x, 1) * expansion);
    return bottleneck(g, x, site, { kernel, hidden, expand: true }, options);
  });
}

/** Depthwise and linear 1×1 layer (SepConv; arXiv 1807.11626, figure 7): an inverted residual without expansion. */
export function separable(kernel: number, channels: number, options: RowOptions = {}): Row {
  return row(channels, options, (g, x, site) =>
    bottleneck(g, x, site, { kernel, hidden: dim(x, 1), expand: false }, options),
  );
}

function bottleneck(
  g: GraphBuilder,
  x: Value,
  { channels, stride, manner }: Site,
  shape: { kernel: number; hidden: number; expand: boolean },
  options: RowOptions,
): Value {
  const gate = gated(g, x, options, manner);
  const layer = layerOptions(manner, options.activation);
  return invertedResidual(g, x, {
    ...shape,
    ...layer,
    channels,
    stride,
    ...(gate === undefined ? {} : { gate }),
  });
}

/** Depthwise and 1×1 layer, both activated, without shortcut (arXiv 1704.04861, figure 3). */
export function depthwiseSeparable(kernel: number, channels: number, options: RowOptions = {}): Row {
  return row(channels, options, (g, x, site) => {
    const layer = layerOptions(site.manner, options.activation);
    const gate = gated(g, x, options, site.manner);
    const y = g.convNorm(x, dim(x, 1), kernel, { stride: site.stride, groups: dim(x, 1), ...layer });
    return g.convNorm(gate === undefined ? y : gate(y), site.channels, 1, layer);
  });
}

/**
 * Fused inverted residuals: a k×k layer in place of expansion and depthwise layer (Fused-MBConv; arXiv 2104.00298, figure 2).
 * `expandOutput`: the hidden width is a multiple of the output's width instead of the input's.
 */
export function fused(
  kernel: number,
  expansion: number,
  channels: number,
  options: RowOptions & { expandOutput?: boolean } = {},
): Row {
  return row(channels, options, (g, x, site) => {
    const layer = layerOptions(site.manner, options.activation);
    const hidden = roundChannels((options.expandOutput === true ? site.channels : dim(x, 1)) * expansion);
    const gate = gated(g, x, options, site.manner);
    const y = g.convNorm(x, hidden, kernel, { stride: site.stride, ...layer });
    const projected = g.convNorm(gate === undefined ? y : gate(y), site.channels, 1, {
      ...layer,
      activation: 'none',
    });
    return withShortcut(g, x, projected, site);
  });
}

/** One convolution with norm and activation; with `shortcut`, its input is added where the shape allows. */
export function plain(
  kernel: number,
  channels: number,
  options: RowOptions & { shortcut?: boolean } = {},
): Row {
  return row(channels, options, (g, x, site) => {
    const layer = layerOptions(site.manner, options.activation);
    const y = g.convNorm(x, site.channels, kernel, { stride: site.stride, ...layer });
    return options.shortcut === true ? withShortcut(g, x, y, site) : y;
  });
}
