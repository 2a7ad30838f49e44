import type { Graph, GraphNode } from '../graph.ts';

/** The nodes that take each value; a graph's outputs count as taken once more by nobody. */
export function consumersOf(graph: Graph): ReadonlyMap<string, readonly (GraphNode | undefined)[]> {
  const consumers = new Map<string, (GraphNode | undefined)[]>();
  const add = (value: string, node: GraphNode | undefined) => {
    const list = consumers.get(value);
    if (list === undefined) consumers.set(value, [node]);
    else list.push(node);
  };
  for (const node of graph.nodes) for (const input of node.inputs) add(input, node);
  for (const output of graph.outputs) add(output.name, undefined);
  return consumers;
}
