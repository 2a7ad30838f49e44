import type { EChartsOption } from 'echarts';
import type { ChartRow } from './rows.ts';
import { scatter, type ScatterSpec } from './scatter.ts';
import type { ChartSettings } from './settings.ts';

export function accuracyThroughputSpec({ texts, scale }: ChartSettings): ScatterSpec {
  return {
    x: {
      name: texts.throughput,
      of: (row) => row.throughput,
      scale,
      fromZero: true,
    },
    y: {
      name: `${texts.top1} (%)`,
      of: (row) => (row.top1 === null ? null : { value: row.top1, low: null, high: null }),
      scale: 'linear',
      fromZero: false,
    },
    diameter: () => 12,
    topPx: 40,
  };
}

/** Top-1 over images per second as measured, with the interval of the throughput (arXiv 1810.00736, figure 3). */
export function accuracyThroughput(rows: readonly ChartRow[], settings: ChartSettings): EChartsOption {
  return scatter(rows, accuracyThroughputSpec(settings), settings);
}
