import type { ElementType } from './elementType.ts';
import { ModelFailure } from './failure.ts';
import {
  elementCount,
  type Attribute,
  type Attributes,
  type DeclaredValue,
  type Graph,
  type GraphNode,
  type Shape,
  type Tensor,
  type TensorSource,
} from './graph.ts';
import { inferNode, type ValueInfo } from './infer.ts';
import { averaged, centred, largestOf, productOf, sumOf, through, type Moments } from './moments.ts';
import { spatialPads, validTapShare, type Padding, type Pair, type PoolPadding } from './padding.ts';
export type { Pair } from './padding.ts';
import { prune } from './passes/prune.ts';

/** ONNX operator set and file version that the zoo writes: old enough for every provider, new enough for LayerNormalization. */
export const zooOpset = 17;
export const zooIrVersion = 8;

/** The symbol of the batch dimension in the graphs we write. */
export const batchSymbol = 'N';

/**
 * A value in a graph under construction. Its expected moments set the running statistics of batch norms, so that
 * activations keep a sane scale through any depth, and the scales of quantised activations.
 */
export interface Value extends Moments {
  readonly name: string;
  readonly type: ElementType;
  /** Shape at batch 1. */
  readonly shape: Shape;
}

export interface BuiltGraph extends Graph {
  /** Expected mean square of each value, by name. */
  readonly meanSquares: ReadonlyMap<string, number>;
}

export interface ConvOptions {
  readonly stride?: number | Pair;
  /** Default: half the (dilated) kernel, which keeps the size at stride 1. 'same': TensorFlow's SAME. 0: valid. */
  readonly padding?: Padding;
  readonly dilation?: number | Pair;
  readonly groups?: number;
  /** Default false: a norm follows. */
  readonly bias?: boolean;
  /** Mean square of the output over the input's. Default 2: a rectifier follows and halves it. 1 where none and no norm does. */
  readonly gain?: number;
  /** Weights made with `convWeight`, where layers share them. Default: its own. */
  readonly weight?: Value;
}

export interface PoolOptions {
  readonly stride?: number | Pair;
  /** Default 0, as in PyTorch. */
  readonly padding?: PoolPadding;
  readonly ceil?: boolean;
}

export const activationNames = [
  'none',
  'relu',
  'relu6',
  'leakyRelu',
  'silu',
  'gelu',
  'hardSwish',
  'hardSigmoid',
  'sigmoid',
  'tanh',
] as const;
export type Activation = (typeof activationNames)[number];

const int = (value: number): Attribute => ({ kind: 'int', value });
const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });
const float = (value: number): Attribute => ({ kind: 'float', value });
const pair = (value: number | Pair): Pair => (typeof value === 'number' ? [value, value] : value);

/** Standard deviation of the batch norms' synthetic shifts: keeps signals alive where an estimate is too high. */
const shiftDeviation = 0.2;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const hardSigmoid = (x: number): number => Math.min(1, Math.max(0, x / 6 + 0.5));
/** GELU's tanh form (arXiv 1606.08415, section 2): close enough for an estimate of moments. */
const approximateGelu = (x: number): number =>
  0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const leakyRelu =
  (slope: number) =>
  (x: number): number =>
    x < 0 ? slope * x : x;

const activationFunctions: Readonly<Record<Activation, (x: number) => number>> = {
  none: (x) => x,
  relu: (x) => Math.max(0, x),
  relu6: (x) => Math.min(6, Math.max(0, x)),
  leakyRelu: leakyRelu(0.01),
  silu: (x) => x * sigmoid(x),
  gelu: approximateGelu,
  hardSwish: (x) => x * hardSigmoid(x),
  hardSigmoid,
  sigmoid,
  tanh: Math.tanh,
};

/**
 * Builds one backbone's graph layer by layer. Layers follow PyTorch's semantics and are written at batch 1;
 * the batch dimension stays symbolic in the file, so a `reshape` gives -1 where the batch is part of a dimension.
 * Weights are recipes (seeded noise) until the graph is written.
 */
export class GraphBuilder {
  readonly #name: string;
  readonly #nodes: GraphNode[] = [];
  readonly #initializers = new Map<string, Tensor>();
  readonly #inputs: DeclaredValue[] = [];
  readonly #meanSquares = new Map<string, number>();
  readonly #infos = new Map<string, ValueInfo>();
  readonly #counts = new Map<string, number>();
  readonly #scopes: string[] = [];
  readonly #taps: Value[] = [];
  #pooled: Value | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** Declares the image input: [N, channels, height, width], float, of about unit variance. */
  image(channels: number, height: number, width: number): Value {
    const name = 'input';
    this.#inputs.push({ name, type: 'float', dims: [batchSymbol, channels, height, width] });
    const shape = [1, channels, height, width];
    this.#infos.set(name, { type: 'float', shape });
    return this.#value(name, 'float', shape, centred(1));
  }

  /** Runs `build` with `name` in front of the names of all that it creates: `layer1/0/conv`. */
  scope<T>(name: string, build: () => T): T {
    this.#scopes.push(name);
    try {
      return build();
    } finally {
      this.#scopes.pop();
    }
  }

  /** Marks `x` as the last map of its stage: an output of the pyramid. Returns `x`. */
  tap(x: Value): Value {
    this.#taps.push(x);
    return x;
  }

  /** Marks `x` as the pooled feature vector, [N, C]: what a headless backbone puts out. Returns `x`. */
  features(x: Value): Value {
    this.#pooled = x;
    return x;
  }

  get taps(): readonly Value[] {
    return this.#taps;
  }

  get pooled(): Value | undefined {
    return this.#pooled;
  }

  /** The graph with these outputs; whatever they do not need is left out. */
  finish(outputs: readonly (readonly [name: string, value: Value])[]): BuiltGraph {
    const declared: DeclaredValue[] = outputs.map(([name, value]) => {
      // A graph's outputs carry names of their own, so that they do not change with the layers in between.
      this.#nodes.push({
        name: `${name}/Identity`,
        op: 'Identity',
        domain: '',
        inputs: [value.name],
        outputs: [name],
        attributes: {},
      });
      this.#meanSquares.set(name, value.meanSquare);
      return { name, type: value.type, dims: [batchSymbol, ...value.shape.slice(1)] };
    });
    const graph: BuiltGraph = {
      name: this.#name,
      opsets: { '': zooOpset },
      irVersion: zooIrVersion,
      inputs: this.#inputs,
      outputs: declared,
      nodes: this.#nodes,
      initializers: this.#initializers,
      valueInfo: new Map(),
      metadata: {},
      meanSquares: this.#meanSquares,
    };
    return { ...prune(graph), meanSquares: this.#meanSquares };
  }

  // --- learned layers ---------------------------------------------------------------------------------------------

  /** 2-D convolution of [N, C, H, W] to `channels`; `kernel` is k or [kh, kw]. He-scaled weights [channels, C / groups, kh, kw]. */
  conv(x: Value, channels: number, kernel: number | Pair, options: ConvOptions = {}): Value {
    const [kernelH, kernelW] = pair(kernel);
    const stride = pair(options.stride ?? 1);
    const dilation = pair(options.dilation ?? 1);
    const { groups = 1, gain = 2 } = options;
    const inChannels = dim(x, 1);
    if (inChannels % groups !== 0 || channels % groups !== 0) {
      throw new ModelFailure(
        'graph-invalid',
        `conv of ${inChannels} to ${channels} channels does not divide into ${groups} groups`,
      );
    }
    const size: Pair = [dim(x, 2), dim(x, 3)];
    const kernelSize: Pair = [kernelH, kernelW];
    const pads = spatialPads(options.padding ?? 'half', size, kernelSize, stride, dilation);
    return this.scope(this.#unique('conv'), () => {
      const weight =
        options.weight ?? this.convWeight([channels, inChannels / groups, kernelH, kernelW], gain);
      const inputs = [x, weight];
      if (options.bias === true) inputs.push(this.parameter('bias', [channels], { std: 0.05 }));
      const attributes = {
        kernel_shape: ints(kernelSize),
        strides: ints(stride),
        pads: ints(pads),
        dilations: ints(dilation),
        group: int(groups),
      };
      const meanSquare = gain * x.meanSquare * validTapShare(size, kernelSize, stride, dilation, pads);
      return this.node('Conv', inputs, attributes, centred(meanSquare));
    });
  }

  /** He-scaled weights of a convolution, [channels, input channels / groups, kh, kw], for layers that share them. */
  convWeight(shape: readonly [number, number, number, number], gain = 2): Value {
    const fanIn = shape[1] * shape[2] * shape[3];
    return this.parameter('weight', shape, { std: Math.sqrt(gain / fanIn) });
  }

  /** Batch normalisation over channels (inference form): scale and shift are learned, mean and variance are statistics. */
  batchNorm(x: Value, eps = 1e-5): Value {
    const channels = dim(x, 1);
    return this.scope(this.#unique('bn'), () => {
      const inputs = [
        x,
        this.parameter('weight', [channels], { fill: 1 }),
        this.parameter('bias', [channels], { std: shiftDeviation }),
        this.parameter('running_mean', [channels], { fill: 0 }),
        this.parameter('running_var', [channels], { fill: x.meanSquare }),
      ];
      return this.node(
        'BatchNormalization',
        inputs,
        { epsilon: float(eps) },
        centred(1 + shiftDeviation ** 2),
      );
    });
  }

  /** Convolution, batch norm, activation: the brick of most backbones. */
  convNorm(
    x: Value,
    channels: number,
    kernel: number | Pair,
    options: ConvOptions & { activation?: Activation; eps?: number } = {},
  ): Value {
    const { activation = 'relu', eps, ...conv } = options;
    return this.activate(this.batchNorm(this.conv(x, channels, kernel, conv), eps), activation);
  }

  /** Layer normalisation over the last axis, with learned scale and shift. For NCHW maps see `layerNormChannels`. */
  layerNorm(x: Value, eps = 1e-5): Value {
    const width = dim(x, x.shape.length - 1);
    return this.scope(this.#unique('ln'), () => {
      const inputs = [
        x,
        this.parameter('weight', [width], { fill: 1 }),
        this.parameter('bias', [width], { std: 0.02 }),
      ];
      return this.node('LayerNormalization', inputs, { axis: int(-1), epsilon: float(eps) }, centred(1));
    });
  }

  /** Layer normalisation over the channels of an NCHW map, through NHWC and back. */
  layerNormChannels(x: Value, eps = 1e-6): Value {
    return this.transpose(this.layerNorm(this.transpose(x, [0, 2, 3, 1]), eps), [0, 3, 1, 2]);
  }

  /** Fully connected layer on the last axis. `std` defaults to 1/√in. */
  linear(x: Value, width: number, options: { bias?: boolean; std?: number } = {}): Value {
    const inWidth = dim(x, x.shape.length - 1);
    const std = options.std ?? Math.sqrt(1 / inWidth);
    const bias = options.bias ?? true;
    const moments = centred(x.meanSquare * inWidth * std ** 2);
    return this.scope(this.#unique('fc'), () => {
      if (x.shape.length === 2) {
        const inputs = [x, this.parameter('weight', [width, inWidth], { std })];
        if (bias) inputs.push(this.parameter('bias', [width], { std: 0.02 }));
        return this.node('Gemm', inputs, { transB: int(1) }, moments);
      }
      const product = this.node(
        'MatMul',
        [x, this.parameter('weight', [inWidth, width], { std })],
        {},
        moments,
      );
      return bias ? this.add(product, this.parameter('bias', [width], { std: 0.02 })) : product;
    });
  }

  /** A learned tensor: noise of standard deviation `std`, or filled with one value. Its file name is scope.name. */
  parameter(name: string, shape: Shape, init: { std: number } | { fill: number }): Value {
    const source: TensorSource =
      'std' in init
        ? { kind: 'uniform', halfWidth: init.std * Math.sqrt(3) }
        : { kind: 'fill', value: init.fill };
    const full = this.#path(this.#unique(name));
    this.#initializers.set(full, { name: full, type: 'float', shape, source });
    this.#infos.set(full, { type: 'float', shape });
    const moments = 'std' in init ? centred(init.std ** 2) : { mean: init.fill, meanSquare: init.fill ** 2 };
    return this.#value(full, 'float', shape, moments);
  }

  // --- constants ---------------------------------------------------------------------------------------------------

  /** A value that is not learned: tables, masks, factors. Becomes a Constant node, which no parameter count includes. */
  constant(
    values: readonly number[] | Float32Array | Int32Array,
    shape: Shape,
    type: ElementType = 'float',
  ): Value {
    if (values.length !== elementCount(shape)) {
      throw new ModelFailure(
        'graph-invalid',
        `a constant of shape [${shape.join(', ')}] got ${values.length} values`,
      );
    }
    const name = this.#path(this.#unique('const'));
    let [sum, squares] = [0, 0];
    for (const value of values) {
      sum += value;
      squares += value ** 2;
    }
    const count = Math.max(1, values.length);
    const tensor: Tensor = { name, type, shape, source: { kind: 'literal', values } };
    return this.node(
      'Constant',
      [],
      { value: { kind: 'tensor', value: tensor } },
      { mean: sum / count, meanSquare: squares / count },
    );
  }

  /** A scalar factor or offset. */
  scalar(value: number): Value {
    return this.constant([value], []);
  }

  // --- activations -------------------------------------------------------------------------------------------------

  activate(x: Value, activation: Activation): Value {
    const moments = through(activationFunctions[activation], x);
    switch (activation) {
      case 'none':
        return x;
      case 'relu':
        return this.node('Relu', [x], {}, moments);
      case 'relu6':
        return this.node('Clip', [x, this.scalar(0), this.scalar(6)], {}, moments);
      case 'leakyRelu':
        return this.node('LeakyRelu', [x], { alpha: float(0.01) }, moments);
      case 'silu':
        return this.node('Mul', [x, this.node('Sigmoid', [x], {}, through(sigmoid, x))], {}, moments);
      case 'gelu':
        return this.#gelu(x, moments);
      case 'hardSwish':
        return this.node('HardSwish', [x], {}, moments);
      case 'hardSigmoid':
        return this.node('HardSigmoid', [x], { alpha: float(1 / 6), beta: float(0.5) }, moments);
      case 'sigmoid':
        return this.node('Sigmoid', [x], {}, moments);
      case 'tanh':
        return this.node('Tanh', [x], {}, moments);
    }
  }

  relu(x: Value): Value {
    return this.activate(x, 'relu');
  }

  /** Leaky ReLU with a slope of its own (Darknet: 0.1; timm's default 0.01). */
  leakyRelu(x: Value, slope: number): Value {
    return this.node('LeakyRelu', [x], { alpha: float(slope) }, through(leakyRelu(slope), x));
  }

  /** x · Φ(x) in its error-function form, which ONNX Runtime fuses into one kernel (opset 17 has no Gelu of its own). */
  #gelu(x: Value, moments: Moments): Value {
    const erf = this.node('Erf', [this.div(x, this.scalar(Math.SQRT2))], {}, centred(0.45));
    const double = { mean: moments.mean * 2, meanSquare: moments.meanSquare * 4 };
    const product = this.node('Mul', [x, this.add(erf, this.scalar(1))], {}, double);
    return this.node('Mul', [product, this.scalar(0.5)], {}, moments);
  }

  softmax(x: Value, axis = -1): Value {
    const width = x.shape.at(axis) ?? 1;
    return this.node(
      'Softmax',
      [x],
      { axis: int(axis) },
      { mean: 1 / width, meanSquare: Math.min(1, 3 / width ** 2) },
    );
  }

  // --- pooling -----------------------------------------------------------------------------------------------------

  maxPool(x: Value, kernel: number | Pair, options: PoolOptions = {}): Value {
    return this.#pool('MaxPool', x, kernel, options, {}, largestOf(x));
  }

  /** Average pooling; `countPadding` (default true, as in PyTorch) counts padded zeros. */
  avgPool(x: Value, kernel: number | Pair, options: PoolOptions & { countPadding?: boolean } = {}): Value {
    const { countPadding = true, ...pool } = options;
    return this.#pool(
      'AveragePool',
      x,
      kernel,
      pool,
      { count_include_pad: int(countPadding ? 1 : 0) },
      averaged(x),
    );
  }

  #pool(
    op: string,
    x: Value,
    kernel: number | Pair,
    options: PoolOptions,
    extra: Attributes,
    moments: Moments,
  ): Value {
    const kernelSize = pair(kernel);
    const stride = pair(options.stride ?? kernelSize);
    const pads = spatialPads(options.padding ?? 0, [dim(x, 2), dim(x, 3)], kernelSize, stride, [1, 1]);
    const attributes = {
      kernel_shape: ints(kernelSize),
      strides: ints(stride),
      pads: ints(pads),
      ceil_mode: int(options.ceil === true ? 1 : 0),
      ...extra,
    };
    return this.node(op, [x], attributes, moments);
  }

  /** Mean over height and width: [N, C, H, W] to [N, C, 1, 1], or to [N, C] with `flatten` (the default). */
  globalAvgPool(x: Value, options: { flatten?: boolean } = {}): Value {
    const pooled = this.node('GlobalAveragePool', [x], {}, averaged(x, 0.1));
    return options.flatten === false ? pooled : this.flatten(pooled);
  }

  globalMaxPool(x: Value): Value {
    return this.node('GlobalMaxPool', [x], {}, largestOf(x));
  }

  /** PyTorch's AdaptiveAvgPool2d where the output size divides the input size (or equals it: nothing to do). */
  adaptiveAvgPool(x: Value, size: number | Pair): Value {
    const [outH, outW] = pair(size);
    const [height, width] = [dim(x, 2), dim(x, 3)];
    if (outH === height && outW === width) return x;
    if (height % outH === 0 && width % outW === 0) return this.avgPool(x, [height / outH, width / outW]);
    return this.#unevenAdaptivePool(x, [outH, outW]);
  }

  /** AdaptiveAvgPool2d where windows overlap: an average is linear, so it is a product with one fixed matrix an axis. */
  #unevenAdaptivePool(x: Value, [outH, outW]: Pair): Value {
    const [height, width] = [dim(x, 2), dim(x, 3)];
    const rows = this.constant(adaptiveMatrix(height, outH), [outH, height]);
    const columns = this.transpose(this.constant(adaptiveMatrix(width, outW), [outW, width]), [1, 0]);
    return this.node('MatMul', [this.node('MatMul', [rows, x], {}, averaged(x)), columns], {}, averaged(x));
  }

  // --- arithmetic --------------------------------------------------------------------------------------------------

  add(a: Value, b: Value): Value {
    return this.node('Add', [a, b], {}, sumOf(a, b));
  }

  sub(a: Value, b: Value): Value {
    return this.node('Sub', [a, b], {}, sumOf(a, { mean: -b.mean, meanSquare: b.meanSquare }));
  }

  mul(a: Value, b: Value): Value {
    return this.node('Mul', [a, b], {}, productOf(a, b));
  }

  div(a: Value, b: Value): Value {
    return this.node('Div', [a, b], {}, centred(a.meanSquare / Math.max(b.meanSquare, 1e-12)));
  }

  /** x times a number. */
  scale(x: Value, factor: number): Value {
    return this.mul(x, this.scalar(factor));
  }

  /** Matrix product with numpy's broadcasting. `meanSquare` is the caller's where operands are not independent noise. */
  matmul(a: Value, b: Value, meanSquare = a.meanSquare * b.meanSquare * (a.shape.at(-1) ?? 1)): Value {
    return this.node('MatMul', [a, b], {}, centred(meanSquare));
  }

  reduceMean(x: Value, axes: readonly number[], keepDims: boolean): Value {
    return this.node('ReduceMean', [x], { axes: ints(axes), keepdims: int(keepDims ? 1 : 0) }, averaged(x));
  }

  /** Euclidean norm along one axis or several, kept as size 1 (PyTorch's normalize divides by it). */
  reduceL2(x: Value, axes: number | readonly number[]): Value {
    const reduced = typeof axes === 'number' ? [axes] : axes;
    const meanSquare = reduced.reduce((product, axis) => product * dim(x, axis), x.meanSquare);
    const moments = { mean: Math.sqrt(meanSquare), meanSquare };
    return this.node('ReduceL2', [x], { axes: ints(reduced), keepdims: int(1) }, moments);
  }

  /** Local response normalisation over `size` channels (Krizhevsky et al. 2012, section 3.3; alpha as PyTorch counts it). */
  localResponseNorm(x: Value, size: number, alpha: number, beta: number, k: number): Value {
    return this.node(
      'LRN',
      [x],
      { size: int(size), alpha: float(alpha), beta: float(beta), bias: float(k) },
      x,
    );
  }

  /** Any elementwise operator without attributes: Exp, Log, Sqrt, Neg, Abs, Min, Max … */
  elementwise(op: string, inputs: readonly Value[]): Value {
    return this.node(op, inputs, {}, inputs[0] ?? centred(1));
  }

  // --- shape -------------------------------------------------------------------------------------------------------

  /** Joins along `axis` (default: channels). */
  concat(values: readonly Value[], axis = 1): Value {
    const total = values.reduce((sum, value) => sum + dim(value, axis), 0);
    const weighted = (moment: (value: Value) => number) =>
      values.reduce((sum, value) => sum + (moment(value) * dim(value, axis)) / total, 0);
    const moments = {
      mean: weighted((value) => value.mean),
      meanSquare: weighted((value) => value.meanSquare),
    };
    return this.node('Concat', values, { axis: int(axis) }, moments);
  }

  /** Splits along `axis` (default: channels) into parts of these sizes. */
  split(x: Value, sizes: readonly number[], axis = 1): Value[] {
    const inputs = [x, this.constant(sizes, [sizes.length], 'int64')];
    return this.nodes('Split', inputs, { axis: int(axis) }, sizes.length, x);
  }

  /** Elements start … end of one axis, `step` apart; end may be negative or past the end. */
  slice(x: Value, axis: number, start: number, end: number, step = 1): Value {
    const index = (value: number) => this.constant([value], [1], 'int64');
    return this.node('Slice', [x, index(start), index(end), index(axis), index(step)], {}, x);
  }

  /** 0 copies the input's dimension, -1 is worked out: the dimension that holds the batch must be one of the two. */
  reshape(x: Value, shape: readonly number[]): Value {
    return this.node('Reshape', [x, this.constant(shape, [shape.length], 'int64')], {}, x);
  }

  transpose(x: Value, permutation: readonly number[]): Value {
    return this.node('Transpose', [x], { perm: ints(permutation) }, x);
  }

  /** [N, …] to [N, everything else]. */
  flatten(x: Value, axis = 1): Value {
    return this.node('Flatten', [x], { axis: int(axis) }, x);
  }

  /** Pads with zeros (or reflects): `before` and `after` an axis each. */
  pad(
    x: Value,
    before: readonly number[],
    after: readonly number[],
    mode: 'constant' | 'reflect' | 'edge' = 'constant',
  ): Value {
    const pads = this.constant([...before, ...after], [before.length + after.length], 'int64');
    return this.node('Pad', [x, pads], { mode: { kind: 'string', value: mode } }, x);
  }

  /** Pads height and width of a map with zeros: [top, left, bottom, right]. */
  padSpatial(x: Value, [top, left, bottom, right]: readonly [number, number, number, number]): Value {
    return this.pad(x, [0, 0, top, left], [0, 0, bottom, right]);
  }

  /** Picks rows of `table` along `axis` by fixed integer indices. */
  gather(table: Value, indices: readonly number[] | Int32Array, indexShape: Shape, axis = 0): Value {
    return this.node(
      'Gather',
      [table, this.constant(indices, indexShape, 'int64')],
      { axis: int(axis) },
      table,
    );
  }

  /** Resizes a map to [height, width]. */
  resize(
    x: Value,
    size: Pair,
    mode: 'nearest' | 'linear' | 'cubic' = 'nearest',
    alignCorners = false,
  ): Value {
    const [height, width] = [dim(x, 2), dim(x, 3)];
    const scales = this.constant([1, 1, resizeScale(height, size[0]), resizeScale(width, size[1])], [4]);
    const coordinates = mode === 'nearest' ? 'asymmetric' : alignCorners ? 'align_corners' : 'half_pixel';
    const attributes: Attributes = {
      mode: { kind: 'string', value: mode },
      coordinate_transformation_mode: { kind: 'string', value: coordinates },
      nearest_mode: { kind: 'string', value: 'floor' },
    };
    return this.node('Resize', [x, null, scales], attributes, x);
  }

  /** Repeats a learned token for each image: [1, T, C] to [N, T, C], N taken from `like`. */
  expandToBatch(token: Value, like: Value): Value {
    const shapeOf = this.node('Shape', [like], {}, centred(1));
    const batch = this.slice(shapeOf, 0, 0, 1);
    const rest = this.constant(token.shape.slice(1), [token.shape.length - 1], 'int64');
    return this.node('Expand', [token, this.concat([batch, rest], 0)], {}, token);
  }

  /** Exchanges channels between groups: channel g · n + i goes to i · groups + g (ShuffleNet, section 3.1). */
  channelShuffle(x: Value, groups: number): Value {
    const [channels, height, width] = [dim(x, 1), dim(x, 2), dim(x, 3)];
    const grouped = this.reshape(x, [-1, groups, channels / groups, height * width]);
    return this.reshape(this.transpose(grouped, [0, 2, 1, 3]), [-1, channels, height, width]);
  }

  // --- the raw node ------------------------------------------------------------------------------------------------

  /** Appends one operator with one output; null stands for an omitted input. */
  node(op: string, inputs: readonly (Value | null)[], attributes: Attributes, moments: Moments): Value {
    const [value] = this.nodes(op, inputs, attributes, 1, moments);
    if (value === undefined) throw new ModelFailure('graph-invalid', `${op} puts out nothing`);
    return value;
  }

  /** Appends one operator with several outputs. */
  nodes(
    op: string,
    inputs: readonly (Value | null)[],
    attributes: Attributes,
    outputs: number,
    moments: Moments,
  ): Value[] {
    const name = this.#path(this.#unique(op));
    const names = Array.from({ length: outputs }, (_, index) =>
      outputs === 1 ? `${name}:0` : `${name}:${index}`,
    );
    const node: GraphNode = {
      name,
      op,
      domain: '',
      inputs: inputs.map((input) => input?.name ?? ''),
      outputs: names,
      attributes,
    };
    const infos = inferNode(
      node,
      inputs.map((input) => (input === null ? undefined : this.#infos.get(input.name))),
      zooOpset,
    );
    this.#nodes.push(node);
    return names.map((output, index) => {
      const info = infos?.[index];
      if (info?.shape === undefined || info.type === undefined) {
        throw new ModelFailure(
          'graph-invalid',
          `node '${name}' (${op}): its output's shape cannot be inferred`,
        );
      }
      this.#infos.set(output, info);
      return this.#value(output, info.type, info.shape, moments);
    });
  }

  #value(name: string, type: ElementType, shape: Shape, { mean, meanSquare }: Moments): Value {
    this.#meanSquares.set(name, meanSquare);
    return { name, type, shape, mean, meanSquare };
  }

  #path(name: string): string {
    return [...this.#scopes, name].join('/');
  }

  /** `stem`, or `stem_1`, `stem_2` … where the name is taken in this scope. */
  #unique(stem: string): string {
    const key = this.#path(stem);
    const count = this.#counts.get(key) ?? 0;
    this.#counts.set(key, count + 1);
    return count === 0 ? stem : `${stem}_${count}`;
  }
}

/** One dimension of a value's shape at batch 1. */
export function dim(x: Value, axis: number): number {
  const size = x.shape[axis];
  if (size === undefined)
    throw new ModelFailure(
      'graph-invalid',
      `value '${x.name}' of shape [${x.shape.join(', ')}] has no axis ${axis}`,
    );
  return size;
}

/** Factor that takes `length` to `target`. Runtimes keep it in single precision and round the product down: 10 · 0.9 must not become 8. */
function resizeScale(length: number, target: number): number {
  const scale = target / length;
  return Math.floor(length * Math.fround(scale)) === target ? scale : scale * (1 + 1e-6);
}

/** Averaging matrix [out, size] of PyTorch's adaptive pooling: window i is ⌊i·size/out⌋ … ⌈(i+1)·size/out⌉. */
function adaptiveMatrix(size: number, out: number): Float32Array {
  const matrix = new Float32Array(out * size);
  for (let i = 0; i < out; i++) {
    const start = Math.floor((i * size) / out);
    const end = Math.ceil(((i + 1) * size) / out);
    matrix.fill(1 / (end - start), i * size + start, i * size + end);
  }
  return matrix;
}
