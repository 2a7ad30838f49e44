/** Kinds of work whose speed on a machine differs. */
export const workKinds = [
  /** Convolutions with a window of more than one point, over all channels or over groups wide enough to run like it. */
  'spatial-conv',
  'pointwise-conv',
  'grouped-conv',
  'depthwise-conv',
  /** Matrix products with stored weights, and those of two computed values (attention). */
  'linear',
  'attention',
  'norm',
  'softmax',
  'activation',
  'elementwise',
  'pool',
  /** Transpositions, slices, concatenations, resizes: traffic without arithmetic. */
  'layout',
] as const;
export type WorkKind = (typeof workKinds)[number];

/** One node's work at batch 1, in one of the kinds. */
export interface NodeWork {
  readonly kind: WorkKind;
  readonly macs: number;
  /** Computed inputs and outputs. */
  readonly activationBytes: number;
  readonly weightBytes: number;
  /** Of a convolution whose channels do not fill the vectors of kernels written for such: the products that it is split into, else 0. */
  readonly raggedCalls: number;
}

export interface WorkOfKind {
  readonly macs: number;
  readonly activationBytes: number;
  readonly weightBytes: number;
  readonly nodes: number;
}

/** Convolutions with channels that do not fill whole vectors, which some runtimes compute by a slower way. */
export const raggedKinds = ['conv', 'grouped-conv', 'depthwise-conv'] as const;
export type RaggedKind = (typeof raggedKinds)[number];
export interface RaggedWork {
  readonly macs: number;
  readonly activationBytes: number;
  readonly calls: number;
}

/** What a graph asks of a machine, by kind of work, at batch 1. */
export interface GraphFeatures {
  readonly params: number;
  readonly macs: number;
  readonly kernels: number;
  readonly work: Readonly<Record<WorkKind, WorkOfKind>>;
  readonly ragged: Readonly<Record<RaggedKind, RaggedWork>>;
  /** Share of all traffic that is in nodes with fewer multiply-adds per byte than `balance`. */
  readonly memoryBoundShare: number;
  /** What the node with the most computed data holds at once. */
  readonly largestActivationBytes: number;
}

/** Multiply-adds per byte below which a processor waits for memory rather than for arithmetic: of the order of 8 on CPUs. */
const balance = 8;

export function graphFeatures(nodes: readonly NodeWork[], params: number): GraphFeatures {
  const work = Object.fromEntries(
    workKinds.map((kind) => [kind, { macs: 0, activationBytes: 0, weightBytes: 0, nodes: 0 }]),
  ) as Record<WorkKind, { -readonly [K in keyof WorkOfKind]: number }>;
  const ragged = Object.fromEntries(
    raggedKinds.map((kind) => [kind, { macs: 0, activationBytes: 0, calls: 0 }]),
  ) as Record<RaggedKind, { -readonly [K in keyof RaggedWork]: number }>;
  let macs = 0;
  let traffic = 0;
  let boundTraffic = 0;
  let largestActivationBytes = 0;
  for (const node of nodes) {
    const sum = work[node.kind];
    sum.macs += node.macs;
    sum.activationBytes += node.activationBytes;
    sum.weightBytes += node.weightBytes;
    sum.nodes += 1;
    if (node.raggedCalls > 0) {
      const slow = ragged[raggedKindOf(node.kind)];
      slow.macs += node.macs;
      slow.activationBytes += node.activationBytes;
      slow.calls += node.raggedCalls;
    }
    largestActivationBytes = Math.max(largestActivationBytes, node.activationBytes);
    macs += node.macs;
    const bytes = node.activationBytes + node.weightBytes;
    traffic += bytes;
    if (node.macs < balance * bytes) boundTraffic += bytes;
  }
  return {
    params,
    macs,
    kernels: nodes.length,
    work,
    ragged,
    memoryBoundShare: traffic === 0 ? 0 : boundTraffic / traffic,
    largestActivationBytes,
  };
}

function raggedKindOf(kind: WorkKind): RaggedKind {
  return kind === 'grouped-conv' || kind === 'depthwise-conv' ? kind : 'conv';
}
