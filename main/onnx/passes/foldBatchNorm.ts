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
    const weight = graph.initializers.get(conv.inputs[1] ?? '');
    const bias = graph.initializers.get(conv.inputs[2] ?? '');
    const shifts = graph.initializers.get(shift);
    const factor = foldFactor(norm, graph.initializers.get(scale), graph.initializers.get(variance));
    if (weight === undefined || shifts === undefined || factor === undefined) continue;
    const foldedWeight = scaled(weight, factor);
    const foldedBias = bias === undefined ? shifts : sum(shifts, scaled(bias, factor));
    if (foldedWeight === undefined || foldedBias === undefined) continue;
    // A weight that several convolutions share is scaled by another norm in each: an exporter writes a copy for each.
    const shared = (consumers.get(weight.name)?.length ?? 0) > 1;
    const name = shared ? `${weight.name}/${norm.name}` : weight.name;
    initializers.set(name, { ...foldedWeight, name });
    initializers.set(shift, foldedBias);
    folded.set(conv, { ...conv, inputs: [conv.inputs[0] ?? '', name, shift], outputs: norm.outputs });
    dropped.add(norm);
  }
  const nodes = graph.nodes.filter((node) => !dropped.has(node)).map((node) => folded.get(node) ?? node);
  return { ...prune({ ...graph, nodes, initializers }), meanSquares: graph.meanSquares };
}

/** A tensor of noise times a factor. */
function scaled(tensor: Tensor, factor: number): Tensor | undefined {
  if (tensor.source.kind !== 'uniform') return undefined;
  return { ...tensor, source: { kind: 'uniform', halfWidth: tensor.source.halfWidth * factor } };
}

/** Noise as wide as the sum of two independent noises. */
function sum(a: Tensor, b: Tensor | undefined): Tensor | undefined {
  if (a.source.kind !== 'uniform' || b?.source.kind !== 'uniform') return undefined;
  return { ...a, source: { kind: 'uniform', halfWidth: Math.hypot(a.source.halfWidth, b.source.halfWidth) } };
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
