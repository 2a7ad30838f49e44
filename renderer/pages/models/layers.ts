import type { LayerTime } from '../../../preload/contract.ts';
import { toCsv } from '../../format/tableText.ts';

/** The layers of one kind of operator taken together. */
export interface OperatorTime {
  op: string;
  count: number;
  durationUs: number;
  /** Of the time of all layers. */
  share: number;
}

/** Time by kind of operator, the longest first. */
export function byOperator(layers: readonly LayerTime[]): OperatorTime[] {
  const total = layers.reduce((sum, { durationUs }) => sum + durationUs, 0);
  const groups = new Map<string, { count: number; durationUs: number }>();
  for (const { op, durationUs } of layers) {
    const group = groups.get(op) ?? { count: 0, durationUs: 0 };
    groups.set(op, { count: group.count + 1, durationUs: group.durationUs + durationUs });
  }
  return [...groups]
    .map(([op, group]) => ({ op, ...group, share: total === 0 ? 0 : group.durationUs / total }))
    .sort((a, b) => b.durationUs - a.durationUs);
}

export function longestLayers(layers: readonly LayerTime[], count: number): LayerTime[] {
  return [...layers].sort((a, b) => b.durationUs - a.durationUs).slice(0, count);
}

/** All layers in the order in which they ran, in full precision. */
export function layersCsv(layers: readonly LayerTime[]): string {
  return toCsv(
    ['layer', 'operator', 'provider', 'time_us', 'macs', 'bytes', 'gflop_per_s', 'gigabytes_per_s'],
    layers.map((layer) => [
      layer.name,
      layer.op,
      layer.provider,
      layer.durationUs,
      layer.macs,
      layer.bytes,
      layer.gflopPerSecond,
      layer.gigabytesPerSecond,
    ]),
  );
}
