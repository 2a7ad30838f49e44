import type { BuiltGraph } from '../builder.ts';
import { elementTypes } from '../elementType.ts';
import type { Attribute, GraphNode, Tensor } from '../graph.ts';

/** Inputs that ONNX defines as float32 whatever the data's type: Resize's roi and scales. */
const alwaysFloat: Readonly<Record<string, readonly number[]>> = { Resize: [1, 2] };

/**
 * The graph with half-precision weights and activations; its inputs and outputs stay float32, through casts at the rim,
 * so that callers feed and read the same as before.
 */
export function toFloat16(graph: BuiltGraph): BuiltGraph {
  const kept = new Set(
    graph.nodes
      .flatMap((node) => (alwaysFloat[node.op] ?? []).map((index) => node.inputs[index] ?? ''))
      .filter((name) => name !== ''),
  );
  const half = (tensor: Tensor): Tensor =>
    tensor.type === 'float' && !kept.has(tensor.name) ? { ...tensor, type: 'float16' } : tensor;
  const inputs = new Map(
    graph.inputs.filter(({ type }) => type === 'float').map(({ name }) => [name, `${name}/fp16`]),
  );
  const outputs = new Map(graph.outputs.map(({ name }) => [name, `${name}/fp16`]));
  const rename = (name: string) => inputs.get(name) ?? outputs.get(name) ?? name;

  const nodes = graph.nodes.map((node): GraphNode => {
    const renamed = { ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) };
    const value = node.attributes.value;
    if (node.op !== 'Constant' || value?.kind !== 'tensor' || node.outputs.some((output) => kept.has(output)))
      return renamed;
    return {
      ...renamed,
      attributes: { ...node.attributes, value: { kind: 'tensor', value: half(value.value) } },
    };
  });
  return {
    ...graph,
    initializers: new Map([...graph.initializers].map(([name, tensor]) => [name, half(tensor)])),
    nodes: [
      ...[...inputs].map(([from, to]) => cast(from, to, 'float16')),
      ...nodes,
      ...[...outputs].map(([to, from]) => cast(from, to, 'float')),
    ],
  };
}

function cast(from: string, to: string, type: 'float' | 'float16'): GraphNode {
  const attribute: Attribute = { kind: 'int', value: elementTypes[type].code };
  return {
    name: `${to}/Cast`,
    op: 'Cast',
    domain: '',
    inputs: [from],
    outputs: [to],
    attributes: { to: attribute },
  };
}
