import type { EChartsOption } from 'echarts';
import type { Plot, Quantity } from './analysisPlot.ts';
import { familyStyles } from './familyStyle.ts';
import { axisLook, fontFamily, linearAxis, logAxis, tooltipLook } from './plainAxes.ts';
import type { ChartSettings } from './settings.ts';

export interface AnalysisSettings extends Pick<ChartSettings, 'format' | 'colours'> {
  /** Names of the axes' quantities with their units. */
  quantity: (quantity: Quantity) => string;
  /** The name of a group or line in the legend. */
  named: (key: string) => string;
}

/** A place in an answer, above its mark. */
const placeLabel = { position: 'top', distance: 3, fontSize: 12, fontWeight: 'bold' } as const;

/** From so many marks on they are drawn small. */
const crowd = 150;

/** An analysis with its marks, the service's lines through them, and their names where there is room. */
export function analysisChart(plot: Plot, settings: AnalysisSettings): EChartsOption {
  const { format, colours } = settings;
  const marks = plot.groups.flatMap((group) => group.marks);
  // Where there is an answer it alone is named, and among hundreds the front alone.
  const named =
    ['answer', ...(marks.length > crowd ? ['front'] : [])].find((key) =>
      plot.groups.some((group) => group.key === key),
    ) ?? null;
  const styles = familyStyles(plot.groups.map(({ key }) => key));
  const axis = ({ quantity, scale }: Plot['x'], values: readonly number[], gap: number) => ({
    ...axisLook(settings.quantity(quantity), settings, gap),
    ...(scale === 'log' ? logAxis(values) : linearAxis(values, quantity !== 'top1', 0.04)),
  });
  return {
    animation: false,
    textStyle: { fontFamily },
    grid: { left: 70, right: 28, top: 40, bottom: 52 },
    legend: { type: 'scroll', left: 0, top: 0, textStyle: { color: colours.text } },
    tooltip: { trigger: 'item', ...tooltipLook(settings) },
    xAxis: axis(
      plot.x,
      marks.map(({ x }) => x),
      32,
    ),
    yAxis: axis(
      plot.y,
      marks.map(({ y }) => y),
      50,
    ),
    series: [
      ...plot.lines.map(({ key, points }) => ({
        type: 'line' as const,
        name: settings.named(key),
        showSymbol: false,
        silent: true,
        clip: true,
        lineStyle: { color: colours.soft, width: 1.5, type: 'dashed' as const },
        itemStyle: { color: colours.soft },
        data: points,
      })),
      ...plot.groups.map(({ key, marks: own, joined }) => {
        const style = styles.get(key);
        return {
          type: joined ? ('line' as const) : ('scatter' as const),
          name: settings.named(key),
          symbol: style?.symbol,
          symbolSize: joined || marks.length > crowd ? 7 : 10,
          itemStyle: { color: style?.colour, opacity: 0.85 },
          lineStyle: { color: style?.colour, width: 1.5 },
          label: {
            show: !joined && (named === null ? marks.length <= crowd : named === key),
            formatter: '{b}',
            position: 'right' as const,
            fontSize: 11,
            color: colours.soft,
          },
          // The few places of an answer are all shown.
          labelLayout: key === 'answer' ? {} : { hideOverlap: true },
          tooltip: {
            formatter: (point: unknown) => {
              const { name, value } = point as { name: string; value: [number, number] };
              return `${name}<br>${settings.quantity(plot.x.quantity)}: ${format.tick(value[0])}<br>${settings.quantity(plot.y.quantity)}: ${format.tick(value[1])}`;
            },
          },
          data: own.map(({ model, x, y, label }) => ({
            id: model,
            // Names come from files too, and a tooltip is HTML.
            name: model.replaceAll('<', '‹'),
            value: [x, y],
            ...(label === undefined ? {} : { label: { ...placeLabel, formatter: label } }),
          })),
        };
      }),
    ],
  };
}
