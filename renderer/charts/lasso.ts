import type { EChartsOption } from 'echarts';

/** What ECharts tells of a brush: of each series the marks within, by their places in its data. */
export interface BrushSelection {
  readonly batch?: readonly {
    readonly selected: readonly { readonly seriesIndex: number; readonly dataIndex: readonly number[] }[];
  }[];
}

/** A lasso that leaves the marks within as they are and pales the others. */
export const lassoLook = {
  // No toolbox of the chart's own: the page has its button.
  toolbox: [],
  throttleType: 'debounce',
  throttleDelay: 150,
  outOfBrush: { opacity: 0.15 },
} as const satisfies EChartsOption['brush'];

/** Ids of the marks within the lasso, each once. */
export function lassoed(option: EChartsOption, { batch = [] }: BrushSelection): string[] {
  const series = Array.isArray(option.series) ? option.series : [];
  const ids = batch.flatMap(({ selected }) =>
    selected.flatMap(({ seriesIndex, dataIndex }) => {
      const data: unknown = series[seriesIndex]?.data;
      if (!Array.isArray(data)) return [];
      return dataIndex.flatMap((index) => {
        const { id } = (data[index] ?? {}) as { id?: unknown };
        return typeof id === 'string' ? id : [];
      });
    }),
  );
  return [...new Set(ids)];
}
