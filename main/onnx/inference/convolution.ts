import type { ElementType } from '../elementType.ts';
import type { Shape } from '../graph.ts';
import { showShape, value, type NodeContext, type ShapeRule, type ShapeRules } from './context.ts';

/** The sliding window of a convolution or pooling, one entry per spatial axis. */
interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** All begins, then all ends, as ONNX lists them. */
  readonly pads: readonly number[];
  readonly autoPad: string;
}

function readWindow(context: NodeContext, kernel: readonly number[]): Window {
  const axes = kernel.length;
  const list = (name: string, length: number, fallback: number, least: number) => {
    const given = context.ints(name) ?? [];
    if (given.length === 0) return new Array<number>(length).fill(fallback);
    if (given.length !== length) {
      throw context.contradiction(`'${name}' has ${given.length} entries where ${length} are needed`);
    }
    if (given.some((entry) => entry < least))
      throw context.contradiction(`'${name}' has an entry below ${least}`);
    return given;
  };
  if (kernel.some((size) => size < 1))
    throw context.contradiction(`a kernel of ${showShape(kernel)} has no elements`);
  return {
    kernel,
    strides: list('strides', axes, 1, 1),
    dilations: list('dilations', axes, 1, 1),
    pads: list('pads', 2 * axes, 0, 0),
    autoPad: context.string('auto_pad') ?? 'NOTSET',
  };
}

/** Positions of the window along one axis; the formulas of ONNX's Conv and MaxPool. */
function windowPositions(
  context: NodeContext,
  window: Window,
  axis: number,
  size: number,
  ceilMode: boolean,
): number {
  const stride = window.strides[axis] ?? 1;
  const reach = (window.dilations[axis] ?? 1) * ((window.kernel[axis] ?? 1) - 1) + 1;
  if (window.autoPad === 'SAME_UPPER' || window.autoPad === 'SAME_LOWER') return Math.ceil(size / stride);
  const explicit = window.autoPad !== 'VALID';
  const begin = explicit ? (window.pads[axis] ?? 0) : 0;
  const end = explicit ? (window.pads[axis + window.kernel.length] ?? 0) : 0;
  const room = size + begin + end - reach;
  if (room < 0) {
    throw context.contradiction(
      `a window of ${reach} does not fit an input of ${size} padded by ${begin} + ${end}`,
    );
  }
  if (!ceilMode) return Math.floor(room / stride) + 1;
  const positions = Math.ceil(room / stride) + 1;
  // A window that would start in the end padding is dropped, as PyTorch and ONNX since 1.16 do.
  return (positions - 1) * stride >= size + begin ? positions - 1 : positions;
}

interface ConvolutionInputs {
  readonly input: number;
  readonly weight: number;
  readonly type: ElementType | undefined;
  readonly channelsLast?: boolean;
  /** Whether the weights may take more channels than the input has, the rest being zeros. */
  readonly padded?: boolean;
}

function spatialAxes(shape: Shape, channelsLast: boolean): Shape {
  return channelsLast ? shape.slice(1, -1) : shape.slice(2);
}

function convolve(context: NodeContext, at: ConvolutionInputs): ReturnType<ShapeRule> {
  const [x, w] = [context.shape(at.input), context.shape(at.weight)];
  if (!x || !w) return [value(at.type, undefined)];
  const channelsLast = at.channelsLast ?? false;
  checkRank(context, x, w);
  const channels = (channelsLast ? x.at(-1) : x[1]) ?? 0;
  const group = checkedGroup(context);
  if (!at.padded && channels !== (w[1] ?? 0) * group) {
    throw context.contradiction(
      `weights of shape ${showShape(w)} in ${group} group(s) take ${(w[1] ?? 0) * group} channels, the input has ${channels}`,
    );
  }
  if ((w[0] ?? 0) % group !== 0)
    throw context.contradiction(`${w[0]} filters do not divide into ${group} groups`);
  const window = readWindow(context, kernelOf(context, w));
  const spatial = spatialAxes(x, channelsLast).map((size, axis) =>
    windowPositions(context, window, axis, size, false),
  );
  const [n, m] = [x[0] ?? 0, w[0] ?? 0];
  return [value(at.type, channelsLast ? [n, ...spatial, m] : [n, m, ...spatial])];
}

function checkRank(context: NodeContext, x: Shape, w: Shape): void {
  if (x.length < 3 || x.length !== w.length) {
    throw context.contradiction(`input ${showShape(x)} and weights ${showShape(w)} are not of one rank ≥ 3`);
  }
}

function checkedGroup(context: NodeContext): number {
  const group = context.int('group') ?? 1;
  if (group < 1) throw context.contradiction(`group is ${group}`);
  return group;
}

/** The kernel's extent is the weights' own; the attribute only repeats it. */
function kernelOf(context: NodeContext, w: Shape): Shape {
  const declared = context.ints('kernel_shape');
  const kernel = w.slice(2);
  if (declared && declared.length > 0 && declared.join() !== kernel.join()) {
    throw context.contradiction(
      `kernel_shape ${showShape(declared)} differs from the weights' ${showShape(kernel)}`,
    );
  }
  return kernel;
}

const conv: ShapeRule = (context) => convolve(context, { input: 0, weight: 1, type: context.type(0) });

const nhwcConv: ShapeRule = (context) =>
  convolve(context, { input: 0, weight: 1, type: context.type(0), channelsLast: true });

const convInteger: ShapeRule = (context) => convolve(context, { input: 0, weight: 1, type: 'int32' });

const qLinearConv: ShapeRule = (context) =>
  convolve(context, {
    input: 0,
    weight: 3,
    type: context.type(7) ?? context.type(0),
    channelsLast: context.node.domain === 'com.microsoft' && context.int('channels_last') === 1,
  });

const deformConv: ShapeRule = (context) => convolve(context, { input: 0, weight: 1, type: context.type(0) });

const convTranspose: ShapeRule = (context) => {
  const [x, w] = [context.shape(0), context.shape(1)];
  if (!x || !w) return [value(context.type(0), undefined)];
  checkRank(context, x, w);
  const group = checkedGroup(context);
  if (x[1] !== w[0])
    throw context.contradiction(`weights ${showShape(w)} take ${w[0]} channels, the input has ${x[1]}`);
  if ((w[0] ?? 0) % group !== 0)
    throw context.contradiction(`${w[0]} channels do not divide into ${group} groups`);
  const window = readWindow(context, kernelOf(context, w));
  const asked = context.ints('output_shape') ?? [];
  const outputPadding = context.ints('output_padding') ?? [];
  const axes = window.kernel.length;
  const spatial = x.slice(2).map((size, axis) => {
    const stride = window.strides[axis] ?? 1;
    // Exporters of TensorFlow list batch and channels as well.
    const explicit = asked.length > axes ? asked[axis + 2] : asked[axis];
    if (explicit !== undefined) return explicit;
    const reach = (window.dilations[axis] ?? 1) * ((window.kernel[axis] ?? 1) - 1) + 1;
    const full = stride * (size - 1) + (outputPadding[axis] ?? 0) + reach;
    // ONNX says size × stride; a kernel smaller than the stride leaves less, and the runtime does not pad it up.
    if (window.autoPad.startsWith('SAME')) return Math.min(size * stride, full);
    return window.autoPad === 'VALID'
      ? full
      : full - (window.pads[axis] ?? 0) - (window.pads[axis + axes] ?? 0);
  });
  return [value(context.type(0), [x[0] ?? 0, (w[1] ?? 0) * group, ...spatial])];
};

function pool(context: NodeContext, channelsLast: boolean): Shape | undefined {
  const x = context.shape(0);
  const kernel = context.ints('kernel_shape');
  if (!kernel) throw context.contradiction('kernel_shape is missing');
  if (!x) return undefined;
  if (x.length !== kernel.length + 2) {
    throw context.contradiction(`a kernel of ${showShape(kernel)} does not fit an input of ${showShape(x)}`);
  }
  const window = readWindow(context, kernel);
  const ceilMode = context.int('ceil_mode') === 1;
  const spatial = spatialAxes(x, channelsLast).map((size, axis) =>
    windowPositions(context, window, axis, size, ceilMode),
  );
  return channelsLast ? [x[0] ?? 0, ...spatial, x.at(-1) ?? 0] : [x[0] ?? 0, x[1] ?? 0, ...spatial];
}

/** The second output holds the positions of the maxima. */
const maxPool: ShapeRule = (context) => {
  const shape = pool(context, false);
  return [value(context.type(0), shape), value('int64', shape)];
};

const averagePool: ShapeRule = (context) => [value(context.type(0), pool(context, false))];

const quantisedPool: ShapeRule = (context) => [
  value(context.type(0), pool(context, context.int('channels_last') === 1)),
];

const nhwcMaxPool: ShapeRule = (context) => [value(context.type(0), pool(context, true))];

const globalPool: ShapeRule = (context) => {
  const x = context.shape(0);
  if (x && x.length < 2) throw context.contradiction(`an input of shape ${showShape(x)} has no channels`);
  const channelsLast = context.node.domain === 'com.microsoft' && context.int('channels_last') === 1;
  const last = (x?.length ?? 0) - 1;
  return [
    value(
      context.type(0),
      x?.map((dim, axis) => (axis === 0 || axis === (channelsLast ? last : 1) ? dim : 1)),
    ),
  ];
};

const maxUnpool: ShapeRule = (context) => {
  const [x, asked] = [context.shape(0), context.data(2)];
  if (asked) return [value(context.type(0), asked)];
  if (!x || context.has(2)) return [value(context.type(0), undefined)];
  const window = readWindow(context, context.ints('kernel_shape') ?? []);
  const axes = window.kernel.length;
  const spatial = x
    .slice(2)
    .map(
      (size, axis) =>
        (size - 1) * (window.strides[axis] ?? 1) +
        (window.kernel[axis] ?? 1) -
        (window.pads[axis] ?? 0) -
        (window.pads[axis + axes] ?? 0),
    );
  return [value(context.type(0), [...x.slice(0, 2), ...spatial])];
};

/** Regions (rois, [count, 4 or 5]) of the feature map, each pooled to one size. */
function regionPool(height: string, width: string): ShapeRule {
  return (context) => {
    const [x, regions] = [context.shape(0), context.shape(1)];
    const pooled = context.ints('pooled_shape');
    const size = [context.int(height) ?? pooled?.[0] ?? 1, context.int(width) ?? pooled?.[1] ?? 1];
    return [value(context.type(0), x && regions && [regions[0] ?? 0, x[1] ?? 0, ...size])];
  };
}

/** Operators that slide a window over an image, and those that pool all of it. */
export const convolutionRules: ShapeRules = [
  ['Conv', conv],
  ['ConvInteger', convInteger],
  ['QLinearConv', qLinearConv],
  ['DeformConv', deformConv],
  ['ConvTranspose', convTranspose],
  ['MaxPool', maxPool],
  ['AveragePool', averagePool],
  ['LpPool', averagePool],
  ['GlobalAveragePool', globalPool],
  ['GlobalMaxPool', globalPool],
  ['GlobalLpPool', globalPool],
  ['MaxUnpool', maxUnpool],
  ['RoiAlign', regionPool('output_height', 'output_width')],
  ['MaxRoiPool', regionPool('', '')],
];

const blockedConv: ShapeRule = (context) =>
  convolve(context, { input: 0, weight: 1, type: context.type(0), padded: true });

/** From rows of channels (`channels_last`) or planes into blocks of channels; their padding is not part of the shape. */
const reorderInput: ShapeRule = (context) => {
  const x = context.shape(0);
  if (!x || context.int('channels_last') !== 1) return [value(context.type(0), x)];
  return [value(context.type(0), [...x.slice(0, 1), ...x.slice(-1), ...x.slice(1, -1)])];
};

/** Back from blocks, without the channels that only filled the last block. */
const reorderOutput: ShapeRule = (context) => {
  const x = context.shape(0);
  if (!x) return [value(context.type(0), undefined)];
  const [n = 0, blocked = 0, ...spatial] = x;
  const channels = context.int('channels') ?? blocked;
  return [
    value(
      context.type(0),
      context.int('channels_last') === 1 ? [n, ...spatial, channels] : [n, channels, ...spatial],
    ),
  ];
};

const blockedUpsample: ShapeRule = (context) => {
  const [x, scales] = [context.shape(0), context.ints('scales') ?? []];
  return [
    value(
      context.type(0),
      x?.map((size, axis) => size * (scales[axis] ?? 1)),
    ),
  ];
};

/**
 * com.microsoft.nchwc: what ONNX Runtime makes of a float convolutional network when it saves it with all optimisations on a
 * CPU. Values keep their NCHW shape; weights are padded to whole blocks of 8 or 16 channels, and run so.
 */
export const blockedConvolutionRules: ShapeRules = [
  ['Conv', blockedConv],
  ['MaxPool', maxPool],
  ['AveragePool', averagePool],
  ['GlobalAveragePool', globalPool],
  ['GlobalMaxPool', globalPool],
  ['Upsample', blockedUpsample],
  ['ReorderInput', reorderInput],
  ['ReorderOutput', reorderOutput],
];

/** com.microsoft's fused, channels-last and quantised forms. */
export const microsoftConvolutionRules: ShapeRules = [
  ['FusedConv', conv],
  ['NhwcConv', nhwcConv],
  ['NhwcFusedConv', nhwcConv],
  ['QLinearConv', qLinearConv],
  ['QLinearAveragePool', quantisedPool],
  ['QLinearGlobalAveragePool', globalPool],
  ['NhwcMaxPool', nhwcMaxPool],
];
