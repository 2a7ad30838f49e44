import type { BuiltGraph } from '../builder.ts';
import type { GraphNode, Tensor } from '../graph.ts';
import { consumersOf } from './consumers.ts';
import { prune } from './prune.ts';

/**
 * Folds each batch norm into the convolution before it, as an exporter does for inference: W' = W · γ / √(σ² + ε) and
 * b' = β + (b − μ) · γ / √(σ² + ε) (Jacob et al. 2018, arXiv 1712.05877, section 3.2). Norms that follow something else stay.
 */
export function foldBatchNorm(graph: BuiltGraph): BuiltGraph {
  const consumers = consumersOf(graph);
  const producers = new Map(
    graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
  );
  const initializers = new Map(graph.initializers);
  const folded = new Map<GraphNode, GraphNode>();
  const dropped = new Set<GraphNode>();

  for (const norm of graph.nodes) {
    if (norm.op !== 'BatchNormalization') continue;
    const [x = '', scale = '', shift = '', , variance = ''] = norm.inputs;
    const conv = producers.get(x);
    if (conv?.op !== 'Conv' || consumers.get(x)?.length !== 1) continue;
    const weight = initializers.get(conv.inputs[1] ?? '');
    const factor = foldFactor(norm, initializers.get(scale), initializers.get(variance));
    if (weight?.source.kind !== 'uniform' || factor === undefined) continue;
    initializers.set(weight.name, {
      ...weight,
      source: { kind: 'uniform', halfWidth: weight.source.halfWidth * factor },
    });
    folded.set(conv, { ...conv, inputs: [...conv.inputs.slice(0, 2), shift], outputs: norm.outputs });
    dropped.add(norm);
  }
  const nodes = graph.nodes.filter((node) => !dropped.has(node)).map((node) => folded.get(node) ?? node);
  return { ...prune({ ...graph, nodes, initializers }), meanSquares: graph.meanSquares };
}

/** γ / √(σ² + ε) where both are one value for all channels, as in the graphs that the zoo builds. */
function foldFactor(
  norm: GraphNode,
  scale: Tensor | undefined,
  variance: Tensor | undefined,
): number | undefined {
  const epsilon = norm.attributes.epsilon;
  if (scale?.source.kind !== 'fill' || variance?.source.kind !== 'fill' || epsilon?.kind !== 'float')
    return undefined;
  return scale.source.value / Math.sqrt(variance.source.value + epsilon.value);
}
