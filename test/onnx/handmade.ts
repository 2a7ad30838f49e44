import type { ElementType } from '../../main/onnx/elementType.ts';
import type {
  Attribute,
  Attributes,
  DeclaredDim,
  Graph,
  GraphNode,
  Shape,
  Tensor,
} from '../../main/onnx/graph.ts';
import { inferNode, type ValueInfo } from '../../main/onnx/infer.ts';

/** Graphs written by hand, for tests. */

export const int = (value: number): Attribute => ({ kind: 'int', value });
export const ints = (...value: number[]): Attribute => ({ kind: 'ints', value });
export const float = (value: number): Attribute => ({ kind: 'float', value });
export const floats = (...value: number[]): Attribute => ({ kind: 'floats', value });
export const string = (value: string): Attribute => ({ kind: 'string', value });
export const body = (value: Graph): Attribute => ({ kind: 'graph', value });
export const tensor = (value: Tensor): Attribute => ({ kind: 'tensor', value });

/** A node named after its first output; 'com.microsoft.QGemm' sets the domain. */
export function node(
  op: string,
  inputs: string[],
  outputs: string[],
  attributes: Attributes = {},
): GraphNode {
  const dot = op.lastIndexOf('.');
  const [domain, name] = dot < 0 ? ['', op] : [op.slice(0, dot), op.slice(dot + 1)];
  return { name: `make ${outputs[0] ?? ''}`, op: name, domain, inputs, outputs, attributes };
}

/** A stored tensor: with its values where given, else weights whose content is not known. */
export function stored(
  name: string,
  shape: Shape,
  values?: readonly number[],
  type: ElementType = 'float',
): Tensor {
  return { name, type, shape, source: values ? { kind: 'literal', values } : { kind: 'in-file' } };
}

export interface GraphParts {
  inputs?: Record<string, readonly DeclaredDim[]>;
  inputTypes?: Record<string, ElementType>;
  outputs: string[];
  nodes: GraphNode[];
  initializers?: Tensor[];
  opset?: number;
}

export function graph({
  inputs = {},
  inputTypes = {},
  outputs,
  nodes,
  initializers = [],
  opset = 17,
}: GraphParts): Graph {
  return {
    name: 'handmade',
    opsets: { '': opset, 'com.microsoft': 1 },
    irVersion: 8,
    inputs: Object.entries(inputs).map(([name, dims]) => ({ name, type: inputTypes[name] ?? 'float', dims })),
    outputs: outputs.map((name) => ({ name, type: 'float', dims: undefined })),
    nodes,
    initializers: new Map(initializers.map((one) => [one.name, one])),
    valueInfo: new Map(),
    metadata: {},
  };
}

/** A float value of this shape. */
export const of = (...shape: number[]): ValueInfo => ({ type: 'float', shape });
/** A one-dimensional int64 tensor with this content. */
export const list = (...data: number[]): ValueInfo => ({ type: 'int64', shape: [data.length], data });
export const scalar = (value: number, type: ElementType = 'int64'): ValueInfo => ({
  type,
  shape: [],
  data: [value],
});

export interface InferSettings {
  attributes?: Attributes;
  outputs?: number;
  opset?: number;
}

/** What inferNode says of one operator applied to these inputs. */
export function infer(
  op: string,
  inputs: (ValueInfo | undefined)[],
  { attributes = {}, outputs = 1, opset = 17 }: InferSettings = {},
): ValueInfo[] {
  const names = inputs.map((input, i) => (input ? `x${i}` : ''));
  const made = Array.from({ length: outputs }, (_, i) => `y${i}`);
  const inferred = inferNode(node(op, names, made, attributes), inputs, opset);
  if (!inferred) throw new Error(`${op} is not known`);
  return inferred;
}

/** The shape of the first output. */
export function shapeOf(
  op: string,
  inputs: (ValueInfo | undefined)[],
  settings?: InferSettings,
): Shape | undefined {
  return infer(op, inputs, settings)[0]?.shape;
}
