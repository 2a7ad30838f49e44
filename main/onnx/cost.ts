import { bodiesOf, isLearned, Uses } from './cost/learned.ts';
import { macRuleOf } from './cost/macs.ts';
import { isFolded, slotOf } from './cost/slots.ts';
import { elementTypes, type ElementType } from './elementType.ts';
import { elementCount, type Graph, type GraphNode, type Shape } from './graph.ts';
import { inferGraph, operatorName, type InferredGraph, type ValueInfo } from './infer.ts';
import { clip, describeNode, NodeContext } from './inference/context.ts';

export interface CostOptions {
  /** Size of the inputs' first dimension where it is open; default 1. */
  readonly batch?: number;
  /** Sizes of named open dimensions. */
  readonly symbols?: Readonly<Record<string, number>>;
  /** Height and width of images whose size is open; default 224. */
  readonly defaultImageSize?: number;
}

/** One node's work and traffic in one run. Bytes are those of the tensors' types, each tensor counted once per node. */
export interface NodeCost {
  readonly name: string;
  /** 'Conv', or 'com.microsoft.FusedConv' outside ai.onnx. */
  readonly op: string;
  readonly macs: number;
  /** Learned values; a tensor that several nodes share is counted at the first. */
  readonly params: number;
  /** Elements put out, for operators that have multiply-adds; else 0. */
  readonly activationElements: number;
  /** Inputs that are computed or fed. */
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** Inputs that are stored in the model. */
  readonly weightBytes: number;
  readonly outputShape: Shape | undefined;
}

export interface ValueSummary {
  readonly name: string;
  readonly type: ElementType | undefined;
  readonly shape: Shape | undefined;
}

/** What one run of a graph costs, by its shapes alone. */
export interface GraphCost {
  /** Learned values, each once; running statistics of batch norms are none. */
  readonly params: number;
  /** Multiply-adds of convolutions, matrix products, recurrences and attention; biases and norms have none. */
  readonly macs: number;
  /** Elements that the operators with multiply-adds put out. */
  readonly activations: number;
  /** Elements that batch normalisations put out: what timm's convention counts on top. */
  readonly batchNormElements: number;
  /** The same for layer, group and RMS normalisations. */
  readonly layerNormElements: number;
  readonly inputs: readonly ValueSummary[];
  readonly outputs: readonly ValueSummary[];
  /** Nodes by operator, those inside subgraphs included. */
  readonly operators: Readonly<Record<string, number>>;
  /** Operators whose cost is not known and therefore not counted, sorted. */
  readonly unknownOperators: readonly string[];
  /** Sizes that the file leaves open and that were assumed. */
  readonly assumed: readonly string[];
  /** Bodies of If, Loop and Scan, each counted once. */
  readonly subgraphs: number;
  /** What a reader of these numbers must know: one sentence each. */
  readonly notes: readonly string[];
  readonly nodes: readonly NodeCost[];
}

/**
 * Parameters, multiply-adds and traffic of a graph, per node and in all; see shared conventions in GraphCost's fields.
 * Operators that are not known are listed, and what could not be counted is said in `notes`: nothing is silently zero.
 * Throws ModelFailure('shape-invalid') where the graph's shapes contradict each other.
 */
export function graphCost(graph: Graph, options: CostOptions = {}): GraphCost {
  const inferred = inferGraph(graph, { ...options, batch: options.batch ?? 1 });
  const tally = new Tally(graph, inferred);
  tally.walk(graph, inferred.values, undefined);
  const summary = (name: string): ValueSummary => {
    const info = inferred.values.get(name);
    return { name, type: info?.type, shape: info?.shape };
  };
  const sum = (field: (node: NodeCost) => number) =>
    tally.nodes.reduce((total, node) => total + field(node), 0);
  return {
    params: sum((node) => node.params),
    macs: sum((node) => node.macs),
    activations: sum((node) => node.activationElements),
    batchNormElements: tally.batchNormElements,
    layerNormElements: tally.layerNormElements,
    inputs: graph.inputs
      .filter((input) => !graph.initializers.has(input.name))
      .map((input) => summary(input.name)),
    outputs: graph.outputs.map((output) => ({
      ...summary(output.name),
      type: summary(output.name).type ?? output.type,
    })),
    operators: Object.fromEntries([...tally.operators].sort(([a], [b]) => (a < b ? -1 : 1))),
    unknownOperators: inferred.unknownOperators,
    assumed: inferred.assumed,
    subgraphs: tally.subgraphs,
    notes: tally.notes(),
    nodes: tally.nodes,
  };
}

/** A tensor that the model stores: an initializer, a Constant, or a ConstantOfShape of a stored shape. */
interface Stored {
  readonly type: ElementType;
  readonly elements: number;
  readonly bytes: number;
  readonly isLearned: boolean;
}

interface Scope {
  readonly graph: Graph;
  readonly values: ReadonlyMap<string, ValueInfo>;
  readonly stored: Map<string, Stored>;
  readonly outer: Scope | undefined;
}

const layerNorms = new Set([
  ...[
    'LayerNormalization',
    'SimplifiedLayerNormalization',
    'SkipLayerNormalization',
    'SkipSimplifiedLayerNormalization',
  ],
  ...['RMSNormalization', 'GroupNormalization', 'GroupNorm'],
]);

/** Goes through the nodes in order and adds up. */
class Tally {
  readonly nodes: NodeCost[] = [];
  readonly operators = new Map<string, number>();
  batchNormElements = 0;
  layerNormElements = 0;
  subgraphs = 0;
  private readonly inferred: InferredGraph;
  private readonly uses: Uses;
  private readonly opset: number;
  private readonly counted = new Set<Stored>();
  private readonly uncounted: string[] = [];
  private skippedBodies = 0;

  constructor(graph: Graph, inferred: InferredGraph) {
    this.inferred = inferred;
    this.opset = graph.opsets[''] ?? 0;
    this.uses = new Uses(graph, (body) => inferred.bodies.has(body));
  }

  walk(graph: Graph, values: ReadonlyMap<string, ValueInfo>, outer: Scope | undefined): void {
    const scope: Scope = { graph, values, stored: new Map(), outer };
    for (const tensor of graph.initializers.values())
      this.store(scope, tensor.name, tensor.type, tensor.shape, true);
    for (const node of graph.nodes) {
      const name = operatorName(node);
      this.operators.set(name, (this.operators.get(name) ?? 0) + 1);
      this.nodes.push(this.keepConstant(scope, node) ? this.freeNode(scope, node) : this.costOf(scope, node));
      for (const body of bodiesOf(node)) {
        const bodyValues = this.inferred.bodies.get(body);
        this.subgraphs++;
        if (bodyValues) this.walk(body, bodyValues, scope);
        else this.skippedBodies++;
      }
    }
  }

  notes(): string[] {
    const notes: string[] = [];
    const nested = this.subgraphs - this.skippedBodies;
    if (nested > 0) {
      notes.push(
        `${nested} subgraph(s) of If, Loop or Scan are counted once each, whichever branch runs and however often.`,
      );
    }
    if (this.skippedBodies > 0)
      notes.push(`${this.skippedBodies} subgraph(s) that cannot run at these shapes are not counted.`);
    if (this.inferred.unknownOperators.length > 0) {
      notes.push(
        `The work of unknown operators is not counted: ${this.inferred.unknownOperators.map(clip).join(', ')}.`,
      );
    }
    if (this.uncounted.length > 0) {
      const shown = this.uncounted.slice(0, 3).join(', ') + (this.uncounted.length > 3 ? ' …' : '');
      notes.push(
        `The work of ${this.uncounted.length} node(s) is not counted, their shapes do not follow: ${shown}.`,
      );
    }
    return notes;
  }

  /** Notes a node's output as stored where it is; true for nodes that a runtime folds away. */
  private keepConstant(scope: Scope, node: GraphNode): boolean {
    const [output = ''] = node.outputs;
    const info = scope.values.get(output);
    if (output === '') return false;
    if (node.op === 'Constant' && node.inputs.length === 0) {
      if (info?.type && info.shape) this.store(scope, output, info.type, info.shape, false);
      return true;
    }
    const source = storedAt(scope, node.inputs[0] ?? '');
    if (!source) return false;
    if (node.op === 'ConstantOfShape') {
      if (info?.type && info.shape) this.store(scope, output, info.type, info.shape, false);
      return true;
    }
    if (!isFolded(node)) return false;
    scope.stored.set(output, source);
    return true;
  }

  private store(scope: Scope, name: string, type: ElementType, shape: Shape, isInitializer: boolean): void {
    const elements = elementCount(shape);
    scope.stored.set(name, {
      type,
      elements,
      bytes: Math.ceil(elements * elementTypes[type].bytes),
      isLearned: isLearned(type, elements, isInitializer, this.uses.of(scope.graph, name)),
    });
  }

  private freeNode(scope: Scope, node: GraphNode): NodeCost {
    const outputShape = scope.values.get(node.outputs[0] ?? '')?.shape;
    const nothing = {
      macs: 0,
      params: 0,
      activationElements: 0,
      inputBytes: 0,
      outputBytes: 0,
      weightBytes: 0,
    };
    return { name: node.name, op: operatorName(node), ...nothing, outputShape };
  }

  private costOf(scope: Scope, node: GraphNode): NodeCost {
    const output = scope.values.get(node.outputs[0] ?? '');
    const elements = output?.shape ? elementCount(output.shape) : 0;
    if (node.op === 'BatchNormalization') this.batchNormElements += elements;
    if (layerNorms.has(node.op)) this.layerNormElements += elements;
    const macs = this.macsOf(scope, node, output?.shape);
    let [params, inputBytes, weightBytes] = [0, 0, 0];
    const seen = new Set<string>();
    node.inputs.forEach((name, index) => {
      if (name === '' || seen.has(name)) return;
      seen.add(name);
      const stored = storedAt(scope, name);
      if (!stored) inputBytes += bytesOf(valueAt(scope, name));
      else {
        weightBytes += stored.bytes;
        params += this.paramsOf(node, index, stored);
      }
    });
    const outputBytes = node.outputs.reduce((sum, name) => sum + bytesOf(scope.values.get(name)), 0);
    const activationElements = macs === undefined ? 0 : elements;
    const counts = { macs: macs ?? 0, params, activationElements, inputBytes, outputBytes, weightBytes };
    return { name: node.name, op: operatorName(node), ...counts, outputShape: output?.shape };
  }

  private paramsOf(node: GraphNode, index: number, stored: Stored): number {
    if (!stored.isLearned || this.counted.has(stored) || slotOf(node, index) === 'setting') return 0;
    this.counted.add(stored);
    // Weights of a few bits are packed into bytes: their number is that of the matrix they stand for.
    const [k, n] = [node.attributes['K'], node.attributes['N']];
    const isPacked = (node.op === 'MatMulNBits' || node.op === 'MatMulBnb4') && index === 1;
    return isPacked && k?.kind === 'int' && n?.kind === 'int' ? k.value * n.value : stored.elements;
  }

  /** undefined for operators without multiply-adds. */
  private macsOf(scope: Scope, node: GraphNode, output: Shape | undefined): number | undefined {
    const rule = macRuleOf(node.domain, node.op);
    if (!rule) return undefined;
    const inputs = node.inputs.map((name) => (name === '' ? undefined : valueAt(scope, name)));
    const macs = output && rule(new NodeContext(node, inputs, this.opset, () => []), output);
    if (macs === undefined) this.uncounted.push(describeNode(node));
    return macs ?? 0;
  }
}

function storedAt(scope: Scope, name: string): Stored | undefined {
  for (let at: Scope | undefined = scope; at; at = at.outer) {
    const found = at.stored.get(name);
    if (found || at.values.has(name)) return found;
  }
  return undefined;
}

function valueAt(scope: Scope, name: string): ValueInfo | undefined {
  for (let at: Scope | undefined = scope; at; at = at.outer) {
    const found = at.values.get(name);
    if (found) return found;
  }
  return undefined;
}

function bytesOf(info: ValueInfo | undefined): number {
  return info?.shape && info.type ? Math.ceil(elementCount(info.shape) * elementTypes[info.type].bytes) : 0;
}
