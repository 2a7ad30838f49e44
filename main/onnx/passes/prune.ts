import type { Graph, GraphNode, Tensor } from '../graph.ts';

/** The graph without the nodes and initializers that its outputs do not need. Order is kept. */
export function prune(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map((output) => output.name));
  const kept: GraphNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    kept.push(node);
    for (const input of node.inputs) needed.add(input);
  }
  const initializers = new Map<string, Tensor>();
  for (const [name, tensor] of graph.initializers) if (needed.has(name)) initializers.set(name, tensor);
  return { ...graph, nodes: kept.reverse(), initializers };
}
