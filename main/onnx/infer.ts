import type { ElementType } from './elementType.ts';
import { ModelFailure } from './failure.ts';
import type { DeclaredDim, DeclaredValue, Graph, GraphNode, Shape } from './graph.ts';
import { tensorInfo } from './inference/content.ts';
import { clip, describeNode, NodeContext, showShape, type InferBody } from './inference/context.ts';
import { ruleOf } from './inference/rules.ts';

/** What is known of a value: its type, its shape with symbols bound, and its content where it is a small integer tensor. */
export interface ValueInfo {
  readonly type: ElementType | undefined;
  readonly shape: Shape | undefined;
  /** Content of small tensors, flat: shapes, axes, pads, scales. It is what lets Reshape(Concat(Shape(x) …)) be inferred. */
  readonly data?: readonly number[];
}

/** Sizes for the dimensions that a graph leaves open. */
export interface Bindings {
  /** Size of the first dimension of each input, where it is open. */
  readonly batch: number;
  /** Sizes of named dimensions. */
  readonly symbols?: Readonly<Record<string, number>>;
  /** Height and width of images whose size is open; 224 where not given. */
  readonly defaultImageSize?: number;
}

export interface InferredGraph {
  readonly values: ReadonlyMap<string, ValueInfo>;
  /** Values inside the bodies of If, Loop and Scan, by body. */
  readonly bodies: ReadonlyMap<Graph, ReadonlyMap<string, ValueInfo>>;
  /** Operators without a rule, sorted; those outside ai.onnx as 'domain.Operator'. */
  readonly unknownOperators: readonly string[];
  /** One sentence per dimension whose size the file leaves open and which was assumed, or could not be. */
  readonly assumed: readonly string[];
}

const unknownValue: ValueInfo = { type: undefined, shape: undefined };
const refuseBody: InferBody = (body) => body.outputs.map(() => unknownValue);

/** An operator's name as lists show it: 'Conv', 'com.microsoft.FusedConv'. */
export function operatorName(node: Pick<GraphNode, 'op' | 'domain'>): string {
  return node.domain === '' || node.domain === 'ai.onnx' ? node.op : `${node.domain}.${node.op}`;
}

/**
 * Types and shapes of a node's outputs, and the content of small tensors, from what is known of its inputs.
 * An output whose shape does not follow has none; an operator that is not known gives undefined.
 * `opset` is ai.onnx's version. Bodies of If, Loop and Scan are inferred without an outer scope: use inferGraph for those.
 * Throws ModelFailure('shape-invalid') where inputs contradict the operator.
 */
export function inferNode(
  node: GraphNode,
  inputs: readonly (ValueInfo | undefined)[],
  opset: number,
  inferBody: InferBody = refuseBody,
): ValueInfo[] | undefined {
  const rule = ruleOf(node.domain, node.op);
  if (!rule) return undefined;
  const inferred = rule(new NodeContext(node, inputs, opset, inferBody));
  return node.outputs.map((_, index) => {
    const output = inferred[index] ?? unknownValue;
    if (output.shape) refuseImpossible(node, output.shape);
    return output;
  });
}

function refuseImpossible(node: GraphNode, shape: Shape): void {
  // Empty axes are left out, lest they hide an absurd one: [0, 2⁶⁰] is no shape either.
  const extent = shape.reduce((product, dim) => product * Math.max(dim, 1), 1);
  const isPossible =
    shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0) && extent <= Number.MAX_SAFE_INTEGER;
  if (!isPossible || shape.length > maxRank) {
    throw new ModelFailure(
      'shape-invalid',
      `${describeNode(node)}: its output ${showShape(shape)} is not a possible shape`,
    );
  }
}

/** More axes than any runtime supports: only hostile files have them. */
const maxRank = 64;

/** One graph's values, and those of the graphs around it that its nodes may also use. */
interface Scope {
  readonly values: Map<string, ValueInfo>;
  readonly outer: Scope | undefined;
}

function lookUp(scope: Scope, name: string): ValueInfo | undefined {
  for (let at: Scope | undefined = scope; at; at = at.outer) {
    const found = at.values.get(name);
    if (found) return found;
  }
  return undefined;
}

/**
 * Infers every value of a graph, in one pass over its nodes, with open dimensions bound:
 * the first of each input is the batch; others take the symbol's size, or for images (rank 4) the default image size.
 * Initializers that are also listed as inputs (IR 3) are weights. Values that nothing is known of are in the map, without shape.
 * Throws ModelFailure('shape-invalid') where shapes contradict each other.
 */
export function inferGraph(graph: Graph, bindings: Bindings): InferredGraph {
  const binder = new DimBinder(bindings);
  const bodies = new Map<Graph, Map<string, ValueInfo>>();
  const unknownOperators = new Set<string>();
  const opset = graph.opsets[''] ?? graph.opsets['ai.onnx'] ?? 0;

  const walk = (part: Graph, scope: Scope): void => {
    for (const tensor of part.initializers.values()) scope.values.set(tensor.name, tensorInfo(tensor));
    const inferBody: InferBody = (body, inputs) => {
      const inner: Scope = { values: new Map(), outer: scope };
      body.inputs.forEach((input, i) => {
        inner.values.set(input.name, inputs[i] ?? declaredInfo(input, binder));
      });
      walk(body, inner);
      bodies.set(body, inner.values);
      return body.outputs.map((output) => lookUp(inner, output.name) ?? unknownValue);
    };
    for (const node of part.nodes) {
      const inputs = node.inputs.map((name) => (name === '' ? undefined : lookUp(scope, name)));
      const outputs = inferNode(node, inputs, opset, inferBody);
      if (!outputs) unknownOperators.add(operatorName(node));
      node.outputs.forEach((name, index) => {
        if (name === '') return;
        const inferred = outputs?.[index] ?? unknownValue;
        scope.values.set(
          name,
          inferred.shape ? inferred : completed(inferred, part.valueInfo.get(name), binder),
        );
      });
    }
  };

  const values = new Map<string, ValueInfo>();
  for (const input of graph.inputs) {
    if (!graph.initializers.has(input.name)) values.set(input.name, binder.bindInput(input));
  }
  walk(graph, { values, outer: undefined });
  return { values, bodies, unknownOperators: [...unknownOperators].sort(), assumed: binder.assumed };
}

/** Where inference knows nothing, what the file declares about the value. */
function completed(inferred: ValueInfo, declared: DeclaredValue | undefined, binder: DimBinder): ValueInfo {
  if (!declared) return inferred;
  const { type, shape } = declaredInfo(declared, binder);
  return { type: inferred.type ?? type, shape };
}

function declaredInfo(declared: DeclaredValue, binder: DimBinder): ValueInfo {
  const shape = declared.dims?.map((dim) => binder.sizeOf(dim));
  const isKnown = shape?.every((dim): dim is number => dim !== undefined);
  return { type: declared.type, shape: isKnown ? shape : undefined };
}

/** Gives sizes to the dimensions that a graph's inputs leave open; one symbol has one size throughout the graph. */
class DimBinder {
  readonly assumed: string[] = [];
  private readonly symbols: Map<string, number>;
  private readonly batch: number;
  private readonly imageSize: number;

  constructor(bindings: Bindings) {
    this.symbols = new Map(Object.entries(bindings.symbols ?? {}));
    this.batch = bindings.batch;
    this.imageSize = bindings.defaultImageSize ?? 224;
  }

  /** The size a declared dimension has by now, or undefined while it is open. Exporters also write 0 and -1 for open. */
  sizeOf(dim: DeclaredDim): number | undefined {
    if (typeof dim === 'number') return dim > 0 ? dim : undefined;
    return dim === null ? undefined : this.symbols.get(dim);
  }

  bindInput(input: DeclaredValue): ValueInfo {
    const shape = input.dims?.map((dim, axis) => this.sizeOf(dim) ?? this.assume(input, axis));
    const first = this.sizeOf(input.dims?.[0] ?? null);
    if (this.batch !== 1 && first === 1) {
      this.assumed.push(
        `input '${clip(input.name)}': its batch is fixed at 1 in the file, not ${this.batch}`,
      );
    }
    const isKnown = shape?.every((dim): dim is number => dim !== undefined);
    return { type: input.type, shape: isKnown ? shape : undefined };
  }

  private assume(input: DeclaredValue, axis: number): number | undefined {
    const dim = input.dims?.[axis] ?? null;
    const size = axis === 0 ? this.batch : this.imageDim(input, axis);
    const symbol = typeof dim === 'string' ? `'${clip(dim)}'` : `${axis}`;
    if (size === undefined) {
      this.assumed.push(`input '${clip(input.name)}': dimension ${symbol} is open and has no size given`);
      return undefined;
    }
    if (typeof dim === 'string' && dim !== '') this.symbols.set(dim, size);
    if (axis > 0) this.assumed.push(`input '${clip(input.name)}': dimension ${symbol} taken as ${size}`);
    return size;
  }

  /** Channels stand first or, in files from TensorFlow, last; an open channel count is that of a colour image. */
  private imageDim(input: DeclaredValue, axis: number): number | undefined {
    if (input.dims?.length !== 4) return undefined;
    const last = this.sizeOf(input.dims[3] ?? null);
    const isChannelsLast =
      (last === 1 || last === 3 || last === 4) && this.sizeOf(input.dims[1] ?? null) === undefined;
    return axis === 1 && !isChannelsLast ? 3 : this.imageSize;
  }
}
