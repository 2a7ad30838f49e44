import type { BuiltGraph } from '../builder.ts';
import type { Attributes, GraphNode, Shape, Tensor, TensorSource } from '../graph.ts';
import type { ElementType } from '../elementType.ts';
import { consumersOf } from './consumers.ts';
import { foldBatchNorm } from './foldBatchNorm.ts';

/** How many standard deviations of an activation the 8 bits span: plausible without calibration data. */
const spanDeviations = 5;

/** Operators with an integer kernel over one input; the output has a scale of its own. */
const averaging = new Set(['AveragePool', 'GlobalAveragePool']);
const unary = new Set([...averaging, 'LeakyRelu', 'Sigmoid']);
/** Operators that only move elements, so that they keep their input's scale. */
const moving = new Set([
  'MaxPool',
  'Reshape',
  'Transpose',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Resize',
  'Identity',
]);
const combining = new Set(['Add', 'Mul', 'Concat']);
/** Operators that a quantised output's range expresses by itself, its zero point at their lower bound. */
const clipping = new Set(['Relu', 'Clip']);
const nonNegative = new Set([...clipping, 'Sigmoid', 'HardSigmoid', 'Softmax']);

interface Scale {
  readonly scale: number;
  readonly zeroPoint: number;
}

/**
 * The graph in 8 bits as ONNX Runtime's static quantisation writes it (QDQ format): batch norms folded; int8 weights with a scale
 * per output channel, uint8 activations with one scale per tensor, int32 biases; quantise/de-quantise pairs around convolutions,
 * matrix layers with weights, residual sums, gates, concatenations and pools, which the runtime fuses into integer kernels.
 * Scales come from the expected moments of each value, not from data: right for timing, meaningless for accuracy.
 */
export function quantize(built: BuiltGraph): BuiltGraph {
  const graph = foldBatchNorm(built);
  const scales = chooseScales(graph);
  const initializers = new Map(graph.initializers);
  const nodes: GraphNode[] = [];
  const dequantised = (name: string) => (scales.has(name) ? `${name}/dq` : name);

  for (const { name } of graph.inputs) nodes.push(...activationPair(name));
  for (const node of graph.nodes) {
    const layer = quantisableLayer(graph, node);
    const inputs = node.inputs.map(dequantised);
    if (layer !== undefined) {
      inputs[1] = quantiseWeight(layer.weight, layer.axis);
      const bias = initializers.get(node.inputs[2] ?? '');
      const inputScale = scales.get(node.inputs[0] ?? '');
      if (bias !== undefined && inputScale !== undefined)
        inputs[2] = quantiseBias(bias, inputScale.scale * layer.scale);
    }
    nodes.push({ ...node, inputs });
    for (const output of node.outputs) nodes.push(...activationPair(output));
  }
  return { ...graph, nodes, initializers };

  function activationPair(name: string): GraphNode[] {
    const scale = scales.get(name);
    if (scale === undefined) return [];
    const parameters = [
      literal(`${name}/scale`, 'float', [], [scale.scale]),
      literal(`${name}/zero_point`, 'uint8', [], [scale.zeroPoint]),
    ];
    return [
      plain('QuantizeLinear', [name, ...parameters], `${name}/q`),
      plain('DequantizeLinear', [`${name}/q`, ...parameters], `${name}/dq`),
    ];
  }

  function quantiseWeight(
    { name, shape, source }: Tensor & { source: { kind: 'uniform' } },
    axis: number,
  ): string {
    const channels = [shape[axis] ?? 1];
    initializers.delete(name);
    const stored = tensor(`${name}/int8`, 'int8', shape, { kind: 'uniform', halfWidth: 127 });
    const scale = tensor(`${name}/scale`, 'float', channels, { kind: 'fill', value: source.halfWidth / 127 });
    const zero = tensor(`${name}/zero_point`, 'int8', channels, { kind: 'fill', value: 0 });
    nodes.push(
      plain('DequantizeLinear', [stored, scale, zero], `${name}/dq`, { axis: { kind: 'int', value: axis } }),
    );
    return `${name}/dq`;
  }

  function quantiseBias({ name, shape, source }: Tensor, scale: number): string {
    const steps: TensorSource =
      source.kind === 'uniform'
        ? { kind: 'uniform', halfWidth: source.halfWidth / scale }
        : { kind: 'fill', value: 0 };
    initializers.delete(name);
    const stored = tensor(`${name}/int32`, 'int32', shape, steps);
    const perChannel = tensor(`${name}/scale`, 'float', shape, { kind: 'fill', value: scale });
    nodes.push(
      plain('DequantizeLinear', [stored, perChannel], `${name}/dq`, { axis: { kind: 'int', value: 0 } }),
    );
    return `${name}/dq`;
  }

  function literal(name: string, type: ElementType, shape: Shape, values: readonly number[]): string {
    return tensor(name, type, shape, { kind: 'literal', values });
  }

  function tensor(name: string, type: ElementType, shape: Shape, source: TensorSource): string {
    initializers.set(name, { name, type, shape, source });
    return name;
  }
}

function plain(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Attributes = {},
): GraphNode {
  return { name: `${output}/${op}`, op, domain: '', inputs, outputs: [output], attributes };
}

interface QuantisableLayer {
  readonly weight: Tensor & { source: { kind: 'uniform' } };
  /** The output channels' axis of the weight. */
  readonly axis: number;
  /** The weight's scale. */
  readonly scale: number;
}

/** A convolution or matrix layer with a weight of its own. */
function quantisableLayer(graph: BuiltGraph, node: GraphNode): QuantisableLayer | undefined {
  if (node.op !== 'Conv' && node.op !== 'Gemm' && node.op !== 'MatMul') return undefined;
  const weight = graph.initializers.get(node.inputs[1] ?? '');
  if (weight?.source.kind !== 'uniform') return undefined;
  const axis = node.op === 'MatMul' ? weight.shape.length - 1 : 0;
  return { weight: { ...weight, source: weight.source }, axis, scale: weight.source.halfWidth / 127 };
}

/** Which values are held in 8 bits, and with what scale. */
function chooseScales(graph: BuiltGraph): ReadonlyMap<string, Scale> {
  const consumers = consumersOf(graph);
  const positive = positiveValues(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const scales = new Map<string, Scale>();
  const hold = (name: string, scale = scaleOf(graph.meanSquares.get(name) ?? 1, positive.has(name))) => {
    if (!scales.has(name) && !outputs.has(name)) scales.set(name, scale);
  };
  /** Values that only a ReLU or clip takes: the runtime fuses it into the integer kernel, so no pair stands between them. */
  const fused = new Set<string>();
  const holdOrFuse = (name: string) => {
    const [only, ...others] = consumers.get(name) ?? [];
    if (others.length === 0 && only !== undefined && clipping.has(only.op)) fused.add(name);
    else hold(name);
  };

  for (const node of graph.nodes) {
    const [input = ''] = node.inputs;
    const [output = ''] = node.outputs;
    if (quantisableLayer(graph, node) !== undefined) {
      hold(input);
      holdOrFuse(output);
    } else if (combining.has(node.op) && node.inputs.every((name) => scales.has(name))) {
      holdOrFuse(output);
    } else if (clipping.has(node.op) && (fused.has(input) || scales.has(input))) {
      hold(output);
    } else if (moving.has(node.op)) {
      const scale = scales.get(input);
      if (scale !== undefined) hold(output, scale);
    } else if (unary.has(node.op) && scales.has(input)) {
      hold(output);
    }
  }
  return scales;
}

/** Values that are never negative, so that all 256 steps can lie above zero. */
function positiveValues(graph: BuiltGraph): ReadonlySet<string> {
  const positive = new Set<string>();
  for (const { op, inputs, outputs } of graph.nodes) {
    const carried =
      moving.has(op) || averaging.has(op)
        ? positive.has(inputs[0] ?? '')
        : combining.has(op) && inputs.every((name) => positive.has(name));
    if (nonNegative.has(op) || carried) for (const output of outputs) positive.add(output);
  }
  return positive;
}

function scaleOf(meanSquare: number, positive: boolean): Scale {
  const span = Math.max(1e-4, spanDeviations * Math.sqrt(meanSquare));
  return positive ? { scale: span / 255, zeroPoint: 0 } : { scale: (2 * span) / 255, zeroPoint: 128 };
}
