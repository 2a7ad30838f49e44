import { ModelFailure } from '../failure.ts';
import type { Graph } from '../graph.ts';
import type { ValueInfo } from '../infer.ts';
import { sameShape } from './content.ts';
import { value, type NodeContext, type ShapeRule, type ShapeRules } from './context.ts';

function body(context: NodeContext, name: string): Graph {
  const graph = context.graph(name);
  if (!graph) throw context.contradiction(`its subgraph '${name}' is missing`);
  return graph;
}

/** What is known whichever of two branches ran. */
function agreed(a: ValueInfo | undefined, b: ValueInfo | undefined): ValueInfo {
  const type = a?.type === b?.type ? a?.type : undefined;
  const shape = a?.shape && b?.shape && sameShape(a.shape, b.shape) ? a.shape : undefined;
  return value(type, shape);
}

/**
 * Where the condition is known, only its branch is inferred. Otherwise both are; a branch that contradicts the shapes
 * at hand (scripted models guard such code by If) is one that is not taken.
 */
const conditional: ShapeRule = (context) => {
  const branches = ['then_branch', 'else_branch'].map((name) => body(context, name));
  const condition = context.data(0)?.[0];
  const taken =
    condition === undefined ? branches : branches.slice(condition !== 0 ? 0 : 1, condition !== 0 ? 1 : 2);
  const results: ValueInfo[][] = [];
  let refusal: unknown;
  for (const branch of taken) {
    try {
      results.push(context.inferBody(branch, []));
    } catch (error) {
      if (!(error instanceof ModelFailure && error.code === 'shape-invalid')) throw error;
      refusal = error;
    }
  }
  const [first, second] = results;
  if (!first) throw refusal;
  return context.node.outputs.map((_, i) =>
    second ? agreed(first[i], second[i]) : (first[i] ?? value(undefined, undefined)),
  );
};

/** Inputs: trip count, condition, carried values. Body: iteration, condition, carried → condition, carried, scanned. */
const loop: ShapeRule = (context) => {
  const carried = context.inputs.slice(2);
  const outputs = context.inferBody(body(context, 'body'), [
    value('int64', []),
    value('bool', []),
    ...carried.map((input) => value(input?.type, input?.shape)),
  ]);
  const carriedOut = carried.map((input, i) => agreed(outputs[i + 1], input));
  // With a condition the loop may end early: then the number of iterations is not known.
  const trips = context.has(1) ? undefined : context.data(0)?.[0];
  const scanned = outputs
    .slice(1 + carried.length)
    .map((output) =>
      value(output.type, trips === undefined || !output.shape ? undefined : [trips, ...output.shape]),
    );
  return [...carriedOut, ...scanned];
};

/** Inputs: states, then sequences that are cut along one axis each. Outputs: final states, then stacked outputs. */
const scan: ShapeRule = (context) => {
  // Before operator set 9 Scan had a batch axis and sequence lengths; no exporter of today writes that form.
  if (context.opset < 9) return context.node.outputs.map(() => value(undefined, undefined));
  const sequences = context.int('num_scan_inputs') ?? 0;
  const states = context.inputs.length - sequences;
  if (sequences < 0 || states < 0) throw context.contradiction(`num_scan_inputs is ${sequences}`);
  const inputAxes = context.ints('scan_input_axes') ?? [];
  const cutAxis = (rank: number, axis: number) => (axis < 0 ? axis + rank : axis);
  let length: number | undefined;
  const inputs = context.inputs.map((input, i) => {
    if (i < states || !input?.shape) return value(input?.type, i < states ? input?.shape : undefined);
    const axis = cutAxis(input.shape.length, inputAxes[i - states] ?? 0);
    length ??= input.shape[axis];
    return value(
      input.type,
      input.shape.filter((_, at) => at !== axis),
    );
  });
  const outputAxes = context.ints('scan_output_axes') ?? [];
  return context.inferBody(body(context, 'body'), inputs).map((output, i) => {
    if (i < states) return value(output.type, output.shape);
    if (!output.shape || length === undefined) return value(output.type, undefined);
    const axis = cutAxis(output.shape.length + 1, outputAxes[i - states] ?? 0);
    return value(output.type, [...output.shape.slice(0, axis), length, ...output.shape.slice(axis)]);
  });
};

/** Operators that run subgraphs. */
export const controlRules: ShapeRules = [
  ['If', conditional],
  ['Loop', loop],
  ['Scan', scan],
];
