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
}

export interface WorkOfKind {
  readonly macs: number;
  readonly activationBytes: number;
  readonly weightBytes: number;
  readonly nodes: number;
}

/** What a graph asks of a machine, by kind of work, at batch 1. */
export interface GraphFeatures {
  readonly params: number;
  readonly macs: number;
  readonly kernels: number;
  readonly work: Readonly<Record<WorkKind, WorkOfKind>>;
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
    memoryBoundShare: traffic === 0 ? 0 : boundTraffic / traffic,
    largestActivationBytes,
  };
}
