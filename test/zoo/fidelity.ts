import { graphCost } from '../../main/onnx/cost.ts';
import type { Architecture } from '../../main/zoo/architecture.ts';
import { assertInputSize, buildGraph } from '../../main/zoo/build.ts';
import { referenceCosts, type ReferenceCost } from './reference.ts';

/** Where an architecture's computed costs differ from the published ones, a sentence each. */
export function disagreements(architecture: Architecture): string[] {
  return referenceCosts(architecture).flatMap((reference) => compare(architecture, reference));
}

function compare(architecture: Architecture, reference: ReferenceCost): string[] {
  // A published size that needs other parameters (a longer position table) is compared at that size.
  const cost = graphCost(
    buildGraph(architecture, { inputSize: buildable(architecture, reference.inputSize) }),
  );
  const problems: string[] = [];
  const differs = (what: string, ours: number, theirs: number) =>
    problems.push(
      `${what} ${ours.toLocaleString('en')} against ${theirs.toLocaleString('en')} (${reference.source} @${reference.inputSize})`,
    );

  if (Math.abs(cost.params - reference.params) > reference.paramsTolerance)
    differs('params', cost.params, reference.params);
  if (buildable(architecture, reference.inputSize) !== reference.inputSize) return problems;
  if (reference.macs !== null) {
    const norms = reference.macsWithNorms ? 2 * cost.batchNormElements + 5 * cost.layerNormElements : 0;
    const ours = cost.macs + norms;
    if (Math.abs(ours - reference.macs) > 0.01 * reference.macs + reference.macsRounding)
      differs('MACs', ours, reference.macs);
  }
  if (
    reference.activations !== null &&
    Math.abs(cost.activations - reference.activations) > 0.02 * reference.activations + 5000
  ) {
    differs('activations', cost.activations, reference.activations);
  }
  return problems;
}

/** The size itself where the architecture can be built for it, else the architecture's own. */
function buildable(architecture: Architecture, size: number): number {
  try {
    assertInputSize(architecture, size);
    return size;
  } catch {
    return architecture.inputSize;
  }
}
