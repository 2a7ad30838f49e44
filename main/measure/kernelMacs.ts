import type { NodeCost } from '../onnx/cost.ts';
import type { Graph, GraphNode } from '../onnx/graph.ts';

/** Kernels that multiply and add; every other one has no MACs, as the catalog counts them. */
const arithmetic = /Conv|MatMul|Gemm|Attention|LSTM|GRU|RNN|Einsum/;
/** What ONNX Runtime puts around a name when it fuses, numbers anew, or moves casts. */
const decorations = [/_token_\d+$/, /\/\w+Fusion\/$/, /^InsertedPrecisionFreeCast_/];
/** A batch norm that was turned into a convolution of one tap a channel: norms have no MACs by our convention. */
const normAsConvolution = /_bn_nchwc$/;
/** How far a fused kernel's name may lie behind the node that multiplies: a bias, a norm, an activation, their quantisation. */
const mostFusedNodes = 12;

/**
 * The MACs of kernels as ONNX Runtime names them after it has fused, renamed and reordered the graph's nodes; null where
 * a kernel that multiplies cannot be found again. A kernel is named by its node, with decorations, or by the value that it puts out, with `_nchwc` behind where its layout was changed; that value may be the
 * activation's that was fused into it, and then the node that multiplies lies a few steps before.
 */
export function kernelMacs(
  graph: Graph,
  costs: readonly NodeCost[],
  kernels: readonly { readonly name: string; readonly op: string }[],
): (number | null)[] {
  const macs = new Map(costs.map((cost) => [cost.name, cost.macs]));
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((value) => [value, node])));
  const find = (name: string): GraphNode | undefined => {
    const plain = decorations.reduce((text, decoration) => text.replace(decoration, ''), name);
    const value = plain.replace(/_nchwc$/, '');
    return byName.get(plain) ?? byName.get(value) ?? producers.get(value);
  };
  const multiplies = (start: GraphNode | undefined): number | null => {
    let node = start;
    for (let step = 0; node !== undefined && step < mostFusedNodes; step++) {
      const own = macs.get(node.name) ?? 0;
      if (own > 0) return own;
      const [before] = node.inputs.flatMap((value) => producers.get(value) ?? []);
      node = before;
    }
    return null;
  };
  return kernels.map(({ name, op }) =>
    arithmetic.test(op) && !normAsConvolution.test(name) ? multiplies(find(name)) : 0,
  );
}
