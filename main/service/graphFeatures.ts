import {
  graphFeatures,
  type GraphFeatures,
  type NodeWork,
  type WorkKind,
} from '../analysis/predict/graphFeatures.ts';
import type { Observation } from '../analysis/observation.ts';
import { graphCost, type GraphCost, type NodeCost } from '../onnx/cost.ts';
import type { Graph, GraphNode } from '../onnx/graph.ts';
import type { Architecture } from '../zoo/architecture.ts';
import { buildGraph } from '../zoo/build.ts';
import { catalog } from '../zoo/catalog.ts';

const byAnyName = namesOf(catalog);

/** Every name under which a table may know an architecture, the catalog's own first. */
function namesOf(architectures: readonly Architecture[]): ReadonlyMap<string, Architecture> {
  const names = new Map(architectures.map((architecture) => [architecture.name, architecture]));
  for (const architecture of architectures) {
    for (const name of [architecture.timm, architecture.bianco2018]) {
      if (name !== null && !names.has(name)) names.set(name, architecture);
    }
  }
  return names;
}

/** The catalog's architecture that a table's model is; timm's tags of weights do not matter. */
export function architectureOf(model: string): Architecture | null {
  return byAnyName.get(model) ?? byAnyName.get(model.split('.')[0] ?? '') ?? null;
}

/** The catalog's name of an observed model, so that the same backbone is found on two devices; its own where it has none. */
export function catalogName({ model }: Pick<Observation, 'model'>): string {
  return architectureOf(model)?.name ?? model;
}

/** What is counted in a backbone's graph: its costs as people read them, and its work by kind for predictions. */
interface CountedGraph {
  readonly costs: Pick<GraphCost, 'params' | 'macs' | 'activations'>;
  readonly features: GraphFeatures;
}

/** By model and size: the graph of a model never changes while we run, and building a catalog of them takes seconds. */
const counted = new Map<string, CountedGraph>();

/** Builds an architecture's classifier at an input size and counts it, once. Throws ZooFailure where it cannot be built. */
export function countedGraph(architecture: Architecture, inputSize: number): CountedGraph {
  const key = `${architecture.name}@${inputSize}`;
  const known = counted.get(key);
  if (known !== undefined) return known;
  const graph = buildGraph(architecture, { inputSize });
  const cost = graphCost(graph);
  const { params, macs, activations } = cost;
  const found = { costs: { params, macs, activations }, features: featuresOfGraph(graph, cost) };
  counted.set(key, found);
  return found;
}

/** What an observed model's graph asks of a machine; null where the catalog cannot build it at that size. */
export function featuresOf({
  model,
  inputSize,
}: Pick<Observation, 'model' | 'inputSize'>): GraphFeatures | null {
  const architecture = architectureOf(model);
  if (architecture === null || !isBuildable(architecture, inputSize)) return null;
  return countedGraph(architecture, inputSize).features;
}

function isBuildable({ inputSize: own, inputSizes }: Architecture, inputSize: number): boolean {
  return (
    inputSize === own ||
    (inputSizes !== 'fixed' && inputSize >= inputSizes.min && inputSize % inputSizes.multipleOf === 0)
  );
}

/** Work of a graph by kind, as a runtime would run it: batch norms folded, plain activations fused into what they follow. */
function featuresOfGraph(
  graph: Graph,
  { nodes, params }: Pick<GraphCost, 'nodes' | 'params'>,
): GraphFeatures {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node])));
  const work = graph.nodes.flatMap((node, index) => {
    const cost = nodes[index];
    const kind = cost === undefined || cost.name !== node.name ? null : kindOf(node, graph, producers);
    return cost === undefined || kind === null ? [] : [workOf(cost, kind, raggedCallsOf(node, graph))];
  });
  return graphFeatures(work, params);
}

function workOf(
  { macs, inputBytes, outputBytes, weightBytes }: NodeCost,
  kind: WorkKind,
  raggedCalls: number,
): NodeWork {
  return { kind, macs, activationBytes: inputBytes + outputBytes, weightBytes, raggedCalls };
}

/** Operators that a runtime folds away or answers without touching data. */
const free = new Set([
  'BatchNormalization',
  'Constant',
  'Identity',
  'Dropout',
  'Flatten',
  'Reshape',
  'Shape',
  'Squeeze',
  'Unsqueeze',
]);
/** Activations that ONNX Runtime fuses into a convolution or matrix product before them. */
const fusable = new Set(['Relu', 'Clip', 'LeakyRelu', 'Sigmoid', 'Tanh', 'HardSigmoid']);

const kinds: Readonly<Record<string, WorkKind>> = {
  Gemm: 'linear',
  Softmax: 'softmax',
  LRN: 'norm',
  LayerNormalization: 'norm',
  InstanceNormalization: 'norm',
  GroupNormalization: 'norm',
  Relu: 'activation',
  PRelu: 'activation',
  LeakyRelu: 'activation',
  Clip: 'activation',
  Sigmoid: 'activation',
  HardSigmoid: 'activation',
  HardSwish: 'activation',
  Elu: 'activation',
  Erf: 'activation',
  Gelu: 'activation',
  Tanh: 'activation',
  Exp: 'activation',
  MaxPool: 'pool',
  AveragePool: 'pool',
  GlobalAveragePool: 'pool',
  ReduceMean: 'pool',
  ReduceSum: 'pool',
  ReduceL2: 'pool',
  Transpose: 'layout',
  Split: 'layout',
  Slice: 'layout',
  Concat: 'layout',
  Pad: 'layout',
  Expand: 'layout',
  Gather: 'layout',
  Resize: 'layout',
};

function kindOf(node: GraphNode, graph: Graph, producers: ReadonlyMap<string, GraphNode>): WorkKind | null {
  if (free.has(node.op)) return null;
  if (node.op === 'Conv') return convolutionKind(node, graph);
  if (node.op === 'MatMul') return graph.initializers.has(node.inputs[1] ?? '') ? 'linear' : 'attention';
  if (fusable.has(node.op) && isFusedInto(producers.get(node.inputs[0] ?? ''), producers)) return null;
  return kinds[node.op] ?? 'elementwise';
}

function isFusedInto(producer: GraphNode | undefined, producers: ReadonlyMap<string, GraphNode>): boolean {
  if (producer?.op === 'BatchNormalization')
    return isFusedInto(producers.get(producer.inputs[0] ?? ''), producers);
  return producer?.op === 'Conv' || producer?.op === 'Gemm';
}

/** Channels of a group from which on its convolution runs like one over all channels. */
const wideGroup = 64;

function convolutionKind(node: GraphNode, graph: Graph): WorkKind {
  const { group, perGroup, height, width } = convolutionOf(node, graph);
  if (group > 1 && perGroup === 1) return 'depthwise-conv';
  if (group > 1 && perGroup < wideGroup) return 'grouped-conv';
  return height * width === 1 ? 'pointwise-conv' : 'spatial-conv';
}

/** Channels that one vector holds: 16 floats of AVX-512. Kernels for them take no others, or waste the rest of each vector. */
const lanes = 16;
/** The channels of an image: the first convolution has kernels of its own. */
const imageChannels = 3;

/**
 * 0 where a node's channels fill whole vectors; else in how many products its convolution is computed: one for each narrow
 * group, where there is no kernel that takes all of them.
 */
function raggedCallsOf(node: GraphNode, graph: Graph): number {
  if (node.op !== 'Conv') return 0;
  const { group, perGroup, out } = convolutionOf(node, graph);
  if (group > 1 && perGroup === 1) return out % lanes === 0 ? 0 : 1;
  const fills = perGroup % lanes === 0 && (out / group) % lanes === 0;
  return fills || perGroup <= imageChannels ? 0 : group;
}

function convolutionOf(node: GraphNode, graph: Graph) {
  const weights = graph.initializers.get(node.inputs[1] ?? '')?.shape ?? [];
  const [out = 1, perGroup = 1, height = 1, width = 1] = weights;
  const group = node.attributes.group?.kind === 'int' ? node.attributes.group.value : 1;
  return { out, perGroup, height, width, group };
}
