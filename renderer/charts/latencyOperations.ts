import type { EChartsOption } from 'echarts';
import type { ChartRow } from './rows.ts';
import { scatter, type ScatterSpec } from './scatter.ts';
import type { ChartSettings } from './settings.ts';

export function latencyOperationsSpec({ format, texts, scale }: ChartSettings): ScatterSpec {
  return {
    x: {
      name: `${texts.operations} (${format.costUnit})`,
      // A batch does the operations of each of its images.
      of: (row) => ({ value: format.costGiga(row.macs * (row.batch ?? 1)), low: null, high: null }),
      scale,
      fromZero: true,
    },
    y: {
      name: `${texts.latency} (ms)`,
      of: ({ latencyMs }) => latencyMs,
      scale,
      fromZero: true,
    },
    diameter: () => 12,
    topPx: 40,
  };
}

/** Latency of one batch over its operations: how far operations alone tell the time (arXiv 1605.07678, figure 9). */
export function latencyOperations(rows: readonly ChartRow[], settings: ChartSettings): EChartsOption {
  return scatter(rows, latencyOperationsSpec(settings), settings);
}
