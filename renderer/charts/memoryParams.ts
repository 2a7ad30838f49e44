import type { EChartsOption } from 'echarts';
import { bytesPerMb } from '../format/quantities.ts';
import type { ChartRow } from './rows.ts';
import { scatter, type ScatterSpec } from './scatter.ts';
import type { ChartSettings } from './settings.ts';

export function memoryParamsSpec({ texts, scale }: ChartSettings): ScatterSpec {
  return {
    x: {
      name: `${texts.params} (M)`,
      of: (row) => ({ value: row.params / 1e6, low: null, high: null }),
      scale,
      fromZero: true,
    },
    y: {
      name: `${texts.memory} (MB)`,
      of: ({ memoryBytes }) =>
        memoryBytes === null ? null : { value: memoryBytes / bytesPerMb, low: null, high: null },
      scale,
      fromZero: true,
    },
    diameter: () => 12,
    topPx: 40,
  };
}

/** Peak memory of the process over the model's parameters (arXiv 1810.00736, figure 5). */
export function memoryParams(rows: readonly ChartRow[], settings: ChartSettings): EChartsOption {
  return scatter(rows, memoryParamsSpec(settings), { ...settings, errorBars: false });
}
