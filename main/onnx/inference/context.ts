import type { ElementType } from '../elementType.ts';
import { ModelFailure } from '../failure.ts';
import type { Attribute, Graph, GraphNode, Shape, Tensor } from '../graph.ts';
import type { ValueInfo } from '../infer.ts';

/** Infers a subgraph's outputs from what flows into it; the caller supplies the scope that the body may look into. */
export type InferBody = (body: Graph, inputs: readonly (ValueInfo | undefined)[]) => ValueInfo[];

/** One node together with what is known of its inputs: all that a shape rule sees. */
export class NodeContext {
  readonly node: GraphNode;
  readonly inputs: readonly (ValueInfo | undefined)[];
  /** Version of ai.onnx's operator set. */
  readonly opset: number;
  readonly inferBody: InferBody;

  constructor(
    node: GraphNode,
    inputs: readonly (ValueInfo | undefined)[],
    opset: number,
    inferBody: InferBody,
  ) {
    this.node = node;
    this.inputs = inputs;
    this.opset = opset;
    this.inferBody = inferBody;
  }

  type(index: number): ElementType | undefined {
    return this.inputs[index]?.type;
  }

  shape(index: number): Shape | undefined {
    return this.inputs[index]?.shape;
  }

  data(index: number): readonly number[] | undefined {
    return this.inputs[index]?.data;
  }

  /** True where the node names this input, whether or not anything is known of its value. */
  has(index: number): boolean {
    return (this.node.inputs[index] ?? '') !== '';
  }

  int(name: string): number | undefined {
    const attribute = this.attribute(name, 'int');
    return attribute?.kind === 'int' ? attribute.value : undefined;
  }

  ints(name: string): readonly number[] | undefined {
    const attribute = this.attribute(name, 'ints');
    return attribute?.kind === 'ints' ? attribute.value : undefined;
  }

  float(name: string): number | undefined {
    const attribute = this.attribute(name, 'float');
    return attribute?.kind === 'float' ? attribute.value : undefined;
  }

  floats(name: string): readonly number[] | undefined {
    const attribute = this.attribute(name, 'floats');
    return attribute?.kind === 'floats' ? attribute.value : undefined;
  }

  string(name: string): string | undefined {
    const attribute = this.attribute(name, 'string');
    return attribute?.kind === 'string' ? attribute.value : undefined;
  }

  tensor(name: string): Tensor | undefined {
    const attribute = this.attribute(name, 'tensor');
    return attribute?.kind === 'tensor' ? attribute.value : undefined;
  }

  graph(name: string): Graph | undefined {
    const attribute = this.attribute(name, 'graph');
    return attribute?.kind === 'graph' ? attribute.value : undefined;
  }

  /** The failure to throw where the inputs contradict the operator. */
  contradiction(message: string): ModelFailure {
    return new ModelFailure('shape-invalid', `${describeNode(this.node)}: ${message}`);
  }

  private attribute(name: string, kind: Attribute['kind']): Attribute | undefined {
    const attribute = this.node.attributes[name];
    if (attribute && attribute.kind !== kind) {
      throw this.contradiction(
        `attribute '${name}' should be of kind ${kind} and is of kind ${attribute.kind}`,
      );
    }
    return attribute;
  }
}

/** What an operator makes of its inputs. Outputs that cannot be derived have no shape. */
export type ShapeRule = (context: NodeContext) => ValueInfo[];
export type ShapeRules = readonly (readonly [op: string, rule: ShapeRule])[];

/** "node 'conv1' (Conv)": how messages name a node. Names of hostile files may be megabytes long, so they are cut. */
export function describeNode(node: GraphNode): string {
  const name = node.name || node.outputs[0] || '';
  return `node '${clip(name)}' (${clip(node.op)})`;
}

/** A name that came out of a file, cut to a length fit for a one-line message. */
export function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** A value of this type and shape, about whose content nothing is known. */
export function value(type: ElementType | undefined, shape: Shape | undefined): ValueInfo {
  return { type, shape };
}

/** The attribute `axis` or an element of `axes`, counted from the front. */
export function normalAxis(context: NodeContext, axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (!(normal >= 0 && normal < rank)) {
    throw context.contradiction(`axis ${axis} does not exist in a tensor of rank ${rank}`);
  }
  return normal;
}

/** "[1, 3, 224, 224]": how messages show a shape. */
export function showShape(shape: Shape): string {
  return shape.length > 12 ? `[${shape.slice(0, 12).join(', ')}, …]` : `[${shape.join(', ')}]`;
}
