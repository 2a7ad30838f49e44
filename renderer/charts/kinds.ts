import type { EChartsOption } from 'echarts';
import { accuracyThroughput, accuracyThroughputSpec } from './accuracyThroughput.ts';
import { ballChart, ballSpec } from './ballChart.ts';
import { latencyOperations, latencyOperationsSpec } from './latencyOperations.ts';
import { memoryParams, memoryParamsSpec } from './memoryParams.ts';
import type { ChartRow } from './rows.ts';
import { placeable } from './scatter.ts';
import type { ChartSettings } from './settings.ts';

export const chartKinds = ['ball', 'throughput', 'latency', 'memory'] as const;
export type ChartKind = (typeof chartKinds)[number];

/** Draws the rows as this kind of chart. */
export function chartOption(
  kind: ChartKind,
  rows: readonly ChartRow[],
  settings: ChartSettings,
): EChartsOption {
  switch (kind) {
    case 'ball':
      return ballChart(rows, settings);
    case 'throughput':
      return accuracyThroughput(rows, settings);
    case 'latency':
      return latencyOperations(rows, settings);
    case 'memory':
      return memoryParams(rows, settings);
  }
}

/** The rows that this kind of chart shows: those that have both its figures, less the families switched off. */
export function shownRows(kind: ChartKind, rows: readonly ChartRow[], settings: ChartSettings): ChartRow[] {
  const spec = {
    ball: () => ballSpec(rows, settings),
    throughput: () => accuracyThroughputSpec(settings),
    latency: () => latencyOperationsSpec(settings),
    memory: () => memoryParamsSpec(settings),
  }[kind]();
  return placeable(rows, spec)
    .map(({ row }) => row)
    .filter(({ family }) => !settings.hidden.includes(family));
}
