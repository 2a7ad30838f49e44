import { linearBounds, logBounds } from './axes.ts';
import type { ChartSettings } from './settings.ts';

/** What the charts of one model or one comparison are drawn by. */
export interface PlainSettings extends Pick<ChartSettings, 'format' | 'colours'> {
  texts: { x: string; y: string };
}

export const fontFamily = 'system-ui, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", sans-serif';

/** The look that every axis has. */
export function axisLook(
  name: string,
  settings: Pick<ChartSettings, 'format' | 'colours'>,
  nameGap: number,
): object {
  const { text, soft, line } = settings.colours;
  return {
    name,
    nameLocation: 'middle',
    nameGap,
    nameTextStyle: { color: text, fontWeight: 600 },
    axisLabel: { color: soft, formatter: settings.format.tick, hideOverlap: true },
    axisLine: { show: true, lineStyle: { color: soft } },
    splitLine: { show: true, lineStyle: { color: line } },
    minorTick: { show: false },
  };
}

/** The look of a legend above its chart, with pages where its names do not fit. */
export function legendLook({ text, soft, line }: PlainSettings['colours']): object {
  return {
    ...{ type: 'scroll', left: 0, right: 0, top: 0 },
    ...{ itemWidth: 14, itemHeight: 10 },
    textStyle: { color: text },
    inactiveColor: soft,
    pageIconColor: text,
    pageIconInactiveColor: line,
    pageTextStyle: { color: text },
  };
}

/** An axis as ECharts takes it, with its ends. */
export type Axis = Record<string, unknown> & { readonly min: number; readonly max: number };

/** A logarithmic axis around these values. */
export function logAxis(values: readonly number[]): Axis {
  const { min, max, base } = logBounds(values);
  // On a logarithmic axis the interval is one of exponents: a tick at each power, or at every other where they crowd.
  const powers = Math.round(Math.log(max / min) / Math.log(base));
  return { type: 'log', logBase: base, min, max, interval: powers > 12 ? 2 : 1 };
}

export function linearAxis(values: readonly number[], fromZero: boolean, airShare?: number): Axis {
  return { type: 'value', ...linearBounds(values, fromZero, airShare) };
}

export function tooltipLook({ colours }: Pick<ChartSettings, 'colours'>): object {
  return {
    confine: true,
    backgroundColor: colours.surface,
    borderColor: colours.line,
    textStyle: { color: colours.text },
  };
}
