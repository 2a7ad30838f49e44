import type { Backbone, ResultRow } from '../../preload/contract.ts';

/** A figure with its 95 % interval, where one is known. */
export interface Interval {
  value: number;
  low: number | null;
  high: number | null;
}

/** What a chart knows of one backbone: as measured in one configuration, or from the catalog alone. */
export interface ChartRow {
  id: string;
  /** null for a row of the catalog. */
  resultId: string | null;
  model: string;
  family: string;
  provider: string | null;
  precision: string | null;
  batch: number | null;
  machineId: string | null;
  top1: number | null;
  params: number;
  macs: number;
  latencyMs: Interval | null;
  /** Images per second. */
  throughput: Interval | null;
  memoryBytes: number | null;
  flagged: boolean;
}

export function rowOfResult({ result, top1, params, macs, family }: ResultRow): ChartRow {
  const { configuration, latencyMs, memory } = result;
  const imagesPerSecond = (ms: number): number => (configuration.batch * 1000) / ms;
  return {
    id: result.id,
    resultId: result.id,
    model: configuration.model,
    family,
    provider: configuration.provider,
    precision: configuration.precision,
    batch: configuration.batch,
    machineId: result.machineId,
    top1,
    params,
    macs,
    latencyMs: { value: latencyMs.median, low: latencyMs.low, high: latencyMs.high },
    // The slow end of the latency's interval is the low end of the throughput's.
    throughput: {
      value: result.throughputPerSecond,
      low: imagesPerSecond(latencyMs.high),
      high: imagesPerSecond(latencyMs.low),
    },
    memoryBytes: memory.peakBytes.available ? memory.peakBytes.value : null,
    flagged: result.flags.length > 0,
  };
}

export function rowOfBackbone(backbone: Backbone): ChartRow {
  return {
    id: backbone.name,
    resultId: null,
    model: backbone.name,
    family: backbone.family,
    provider: null,
    precision: null,
    batch: null,
    machineId: null,
    top1: backbone.top1,
    params: backbone.params,
    macs: backbone.macs,
    latencyMs: null,
    throughput: null,
    memoryBytes: null,
    flagged: false,
  };
}
