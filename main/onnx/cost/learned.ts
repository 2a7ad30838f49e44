import type { ElementType } from '../elementType.ts';
import type { Graph, GraphNode } from '../graph.ts';
import { slotOf } from './slots.ts';

/** How a stored tensor is used, over all its users. */
export interface Use {
  readonly asWeight: boolean;
  readonly inArithmetic: boolean;
  /** Its integers stand for real numbers. */
  readonly asQuantised: boolean;
}

const weightBit = 1;
const arithmeticBit = 2;
const quantisedBit = 4;

interface Scope {
  readonly graph: Graph;
  readonly bits: Map<string, number>;
  /** Names that belong to this graph and not to one around it. */
  readonly own: ReadonlySet<string>;
  readonly outer: Scope | undefined;
}

/** How the values of a graph, and of the bodies in it, are used. */
export class Uses {
  private readonly scopes = new Map<Graph, Scope>();

  /** `isAnalysed` tells which bodies of If, Loop and Scan take part. */
  constructor(graph: Graph, isAnalysed: (body: Graph) => boolean) {
    this.mark(graph, undefined, isAnalysed);
  }

  of(graph: Graph, name: string): Use {
    const bits = this.scopes.get(graph)?.bits.get(name) ?? 0;
    return {
      asWeight: (bits & weightBit) !== 0,
      inArithmetic: (bits & arithmeticBit) !== 0,
      asQuantised: (bits & quantisedBit) !== 0,
    };
  }

  /** From the last node to the first, so that what an output is used for is known when its inputs are marked. */
  private mark(graph: Graph, outer: Scope | undefined, isAnalysed: (body: Graph) => boolean): void {
    const own = new Set([...graph.initializers.keys(), ...graph.inputs.map((input) => input.name)]);
    for (const node of graph.nodes) for (const output of node.outputs) own.add(output);
    const scope: Scope = { graph, bits: new Map(), own, outer };
    this.scopes.set(graph, scope);
    for (let at = graph.nodes.length - 1; at >= 0; at--) {
      const node = graph.nodes[at];
      if (!node) continue;
      for (const body of bodiesOf(node)) if (isAnalysed(body)) this.mark(body, scope, isAnalysed);
      let outputBits = 0;
      for (const output of node.outputs) outputBits |= scope.bits.get(output) ?? 0;
      node.inputs.forEach((name, index) => {
        if (name !== '') add(scope, name, bitsOf(node, index, outputBits));
      });
    }
  }
}

function add(from: Scope, name: string, bits: number): void {
  if (bits === 0) return;
  let scope = from;
  while (scope.outer && !scope.own.has(name)) scope = scope.outer;
  scope.bits.set(name, (scope.bits.get(name) ?? 0) | bits);
}

function bitsOf(node: GraphNode, index: number, outputBits: number): number {
  switch (slotOf(node, index)) {
    case 'weight':
      return weightBit;
    case 'quantised-weight':
      return weightBit | quantisedBit;
    case 'arithmetic':
      return arithmeticBit;
    case 'quantised-arithmetic':
      return arithmeticBit | quantisedBit;
    case 'through':
      return outputBits;
    case 'dequantise':
      return outputBits === 0 ? 0 : outputBits | quantisedBit;
    case 'setting':
      return 0;
  }
}

/** The subgraphs of If, Loop and Scan. */
export function bodiesOf(node: GraphNode): Graph[] {
  const bodies: Graph[] = [];
  for (const attribute of Object.values(node.attributes))
    if (attribute.kind === 'graph') bodies.push(attribute.value);
  return bodies;
}

const realTypes = new Set<ElementType>([
  ...(['float', 'float16', 'bfloat16', 'double', 'complex64', 'complex128'] as const),
  ...(['float8e4m3fn', 'float8e4m3fnuz', 'float8e5m2', 'float8e5m2fnuz', 'float4e2m1'] as const),
]);

/**
 * Whether a stored tensor is a learned value. In a weight or bias position every tensor is; elsewhere in arithmetic only
 * an initializer of more than one element is (position embeddings, layer scales), because lone numbers there are
 * factors of the architecture, and constants inside the graph are masks and tables. Integers count where they stand for
 * real numbers: as quantised weights.
 */
export function isLearned(type: ElementType, elements: number, isInitializer: boolean, use: Use): boolean {
  if (!realTypes.has(type) && !use.asQuantised) return false;
  return use.asWeight || (use.inArithmetic && isInitializer && elements > 1);
}
