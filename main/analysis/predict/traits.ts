import { raggedKinds, workKinds, type GraphFeatures, type WorkOfKind } from './graphFeatures.ts';

/** What a quantity may be a sum of, as columns of a fit with weights ≥ 0, for a batch. */
export type Columns = (features: GraphFeatures, batch: number) => number[];

/**
 * Latency as a machine spends it: for each kind of work so long per multiply-add, per byte of images, per byte of weights,
 * per kernel; so much more where channels do not fill vectors; and so long per run. Weights are read and kernels are started once for a batch.
 */
export const latencyColumns: Columns = ({ work, ragged }, batch) => [
  ...workKinds.flatMap((kind) => {
    const { macs, activationBytes, weightBytes, nodes } = work[kind];
    return [(batch * macs) / 1e9, (batch * activationBytes) / 1e9, weightBytes / 1e9, nodes / 1e3];
  }),
  ...raggedKinds.flatMap((kind) => {
    const { macs, activationBytes, calls } = ragged[kind];
    return [(batch * macs) / 1e9, (batch * activationBytes) / 1e9, calls / 1e3];
  }),
  1e-3,
];

/** Peak memory: the weights, what lives at once of a batch's data, and the runtime's own floor. */
export const memoryColumns: Columns = (features, batch) => {
  const sum = sumOf(features);
  return [
    sum(({ weightBytes }) => weightBytes) / 1e6,
    (batch * sum(({ activationBytes }) => activationBytes)) / 1e6,
    (batch * features.largestActivationBytes) / 1e6,
    features.kernels / 1e3,
    1,
  ];
};

/**
 * A model as a point among models: near ones err alike. Sizes as logarithms; shares as square roots, so that a small
 * share of a slow kind of work counts.
 */
export function traitsOf(features: GraphFeatures, batch: number): Float64Array {
  const { work, ragged, macs, kernels, memoryBoundShare } = features;
  const sum = sumOf(features);
  const data = sum(({ activationBytes }) => activationBytes) + 1;
  const weights = sum(({ weightBytes }) => weightBytes) + 1;
  const computed = Math.max(1, macs);
  const share = (part: number, whole: number): number => Math.sqrt(part / whole);
  return Float64Array.from([
    ...[batch * computed, batch * data, weights, kernels].map((value) => Math.log(value)),
    ...[computed / data, (batch * computed) / kernels, (batch * data) / kernels, computed / weights].map(
      (value) => Math.log(value),
    ),
    3 * memoryBoundShare,
    ...raggedKinds.map((kind) => 2 * share(ragged[kind].macs, computed)),
    ...workKinds.flatMap((kind) => [
      2 * share(work[kind].macs, computed),
      2 * share(work[kind].activationBytes, data),
      2 * share(work[kind].nodes, kernels),
      share(work[kind].weightBytes, weights),
    ]),
  ]);
}

function sumOf({ work }: GraphFeatures): (of: (work: WorkOfKind) => number) => number {
  return (of) => workKinds.reduce((total, kind) => total + of(work[kind]), 0);
}
