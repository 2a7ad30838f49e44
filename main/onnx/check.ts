import { bodiesOf } from './cost/learned.ts';
import { ModelFailure } from './failure.ts';
import { elementCount, type Graph } from './graph.ts';
import { inferGraph } from './infer.ts';
import { clip, describeNode, showShape } from './inference/context.ts';

/**
 * Proves that a graph is one we may write: nodes in topological order, every name made once and every input made before
 * its use, no initializer without a user, every shape known, and a batch that is truly open: at batch 2 every output
 * has twice the elements, along its first dimension, that it has at batch 1.
 * Throws ModelFailure('graph-invalid') with the first breach.
 */
export function checkGraph(graph: Graph): void {
  const used = new Set<string>();
  checkOrder(graph, new Set(), used);
  for (const output of graph.outputs) used.add(output.name);
  for (const name of graph.initializers.keys()) {
    if (!used.has(name)) throw invalid(graph, `initializer '${clip(name)}' has no user`);
  }
  checkShapes(graph);
}

function invalid(graph: Graph, what: string): ModelFailure {
  return new ModelFailure('graph-invalid', `graph '${clip(graph.name)}': ${what}`);
}

/** `known` holds the names that the graph may use from around it; what it uses is added to `used`. */
function checkOrder(graph: Graph, known: ReadonlySet<string>, used: Set<string>): void {
  const made = new Set(known);
  const make = (name: string, what: string) => {
    if (made.has(name)) throw invalid(graph, `${what} '${clip(name)}' is made twice`);
    made.add(name);
  };
  for (const name of graph.initializers.keys()) make(name, 'initializer');
  for (const input of graph.inputs) if (!graph.initializers.has(input.name)) make(input.name, 'input');
  const nodeNames = new Set<string>();
  for (const node of graph.nodes) {
    if (node.name === '' || nodeNames.has(node.name))
      throw invalid(graph, `${describeNode(node)} has no name of its own`);
    nodeNames.add(node.name);
    for (const input of node.inputs) {
      if (input === '') continue;
      if (!made.has(input))
        throw invalid(graph, `${describeNode(node)} uses '${clip(input)}', which nothing before it makes`);
      used.add(input);
    }
    for (const body of bodiesOf(node)) checkOrder(body, made, used);
    for (const output of node.outputs) if (output !== '') make(output, 'value');
  }
  for (const output of graph.outputs) {
    if (!made.has(output.name)) throw invalid(graph, `output '${clip(output.name)}' is made by no node`);
  }
}

function checkShapes(graph: Graph): void {
  const [one, two] = [1, 2].map((batch) => inferGraph(graph, { batch }));
  if (!one || !two) return;
  if (one.unknownOperators.length > 0)
    throw invalid(graph, `operator ${one.unknownOperators.join(', ')} is not known`);
  for (const node of graph.nodes) {
    for (const output of node.outputs) {
      const isKnown = [one, two].every(({ values }) => values.get(output)?.shape && values.get(output)?.type);
      if (output !== '' && !isKnown)
        throw invalid(graph, `${describeNode(node)}: type or shape of '${clip(output)}' is not known`);
    }
  }
  for (const { name } of graph.outputs) {
    const [single, double] = [one.values.get(name)?.shape ?? [], two.values.get(name)?.shape ?? []];
    if (double[0] !== 2 * (single[0] ?? 0) || elementCount(double) !== 2 * elementCount(single)) {
      throw invalid(
        graph,
        `output '${clip(name)}' does not grow with the batch: ${showShape(single)} at 1, ${showShape(double)} at 2`,
      );
    }
  }
}
