import type { Shape } from '../graph.ts';
import { showShape, type NodeContext } from './context.ts';

/** An Einsum equation applied to shapes: the output, and the extent of every index, summed ones included. */
export interface EinsumRanges {
  readonly output: Shape;
  readonly extents: readonly number[];
}

/**
 * Reads the node's equation ("bij,bjk->bik", spaces, "..." and the implicit form allowed) against its inputs' shapes.
 * Undefined while a shape is unknown; throws ModelFailure where the equation and the shapes contradict each other.
 */
export function einsumRanges(context: NodeContext): EinsumRanges | undefined {
  const equation = (context.string('equation') ?? '').replaceAll(' ', '');
  if (!equation || equation.length > 1000)
    throw context.contradiction('the equation is missing or absurdly long');
  const [left = '', right] = equation.split('->');
  const terms = left.split(',');
  if (terms.length !== context.inputs.length) {
    throw context.contradiction(
      `the equation has ${terms.length} terms, the node ${context.inputs.length} inputs`,
    );
  }
  const extents = new Map<string, number>();
  for (const [position, term] of terms.entries()) {
    const shape = context.shape(position);
    if (!shape) return undefined;
    readTerm(context, term, shape, extents);
  }
  const outputLabels = right === undefined ? implicitOutput(terms, extents) : expandEllipsis(right, extents);
  const output = outputLabels.map((label) => {
    const extent = extents.get(label);
    if (extent === undefined) throw context.contradiction(`index '${label}' of the output is in no input`);
    return extent;
  });
  return { output, extents: [...extents.values()] };
}

/** Indices under the ellipsis are named …1 (the last one), …2 and so on, which is how they broadcast: from the right. */
function readTerm(context: NodeContext, term: string, shape: Shape, extents: Map<string, number>): void {
  const [before = '', after] = term.split('...');
  const named = before.length + (after?.length ?? 0);
  const hidden = shape.length - named;
  if (after === undefined ? hidden !== 0 : hidden < 0) {
    throw context.contradiction(`term '${term}' does not fit shape ${showShape(shape)}`);
  }
  const labels = [...before, ...Array.from({ length: hidden }, (_, i) => `…${hidden - i}`), ...(after ?? '')];
  labels.forEach((label, axis) => {
    const [dim, known] = [shape[axis] ?? 0, extents.get(label)];
    if (known !== undefined && known !== dim && known !== 1 && dim !== 1) {
      throw context.contradiction(`index '${label}' is both ${known} and ${dim}`);
    }
    extents.set(label, known === undefined || known === 1 ? dim : known);
  });
}

function hiddenLabels(extents: Map<string, number>): string[] {
  return [...extents.keys()]
    .filter((label) => label.startsWith('…'))
    .sort((a, b) => Number(b.slice(1)) - Number(a.slice(1)));
}

function expandEllipsis(term: string, extents: Map<string, number>): string[] {
  const [before = '', after] = term.split('...');
  return after === undefined ? [...before] : [...before, ...hiddenLabels(extents), ...after];
}

/** Without an arrow the output is the ellipsis and the indices that occur once, in alphabetical order. */
function implicitOutput(terms: readonly string[], extents: Map<string, number>): string[] {
  const letters = [...terms.join('').replaceAll('.', '')];
  const single = letters.filter((label) => letters.indexOf(label) === letters.lastIndexOf(label));
  return [...hiddenLabels(extents), ...single.sort()];
}
