import type { EChartsOption } from 'echarts';
import { intervalText } from '../figures/intervalText.ts';
import type { Mark, Plot, Quantity } from './analysisPlot.ts';
import { shareOfAxis, type Scale } from './axes.ts';
import { errorBars } from './errorBars.ts';
import { factCard } from './factCard.ts';
import { familyStyles } from './familyStyle.ts';
import { intervalStrokes, labelSides, lineStrokes } from './labelSides.ts';
import { axisLook, fontFamily, legendLook, linearAxis, logAxis, tooltipLook } from './plainAxes.ts';
import type { Interval } from './rows.ts';
import type { ChartSettings, FrameColours } from './settings.ts';

export interface AnalysisSettings extends Pick<
  ChartSettings,
  'format' | 'colours' | 'labels' | 'errorBars' | 'hidden'
> {
  /** Of all axes whose quantity may span decades; null: each as the analysis is usually drawn. */
  scale: Scale | null;
  /** Names of the axes' quantities with their units. */
  quantity: (quantity: Quantity) => string;
  /** The name of a group or line in the legend. */
  named: (key: string) => string;
  /** Models whose marks come from flagged results, and what is said of those. */
  flagged: ReadonlySet<string>;
  flaggedText: string;
}

/** A place in an answer, above its mark. */
const placeLabel = { position: 'top', distance: 3, fontSize: 12, fontWeight: 'bold' } as const;

/** The look of a flagged result's mark, which is too small for an outline of another kind. */
function hollow(colour: string | undefined, { ground }: FrameColours): object {
  return { color: ground, borderColor: colour, borderWidth: 2 };
}

const symbolPx = 10;
/** From so many marks on they are drawn small. */
const crowd = 150;

/** The scale that an axis has: top-1 and batches are never asked for in another one. */
export function scaleOf({ quantity, scale }: Plot['x'], asked: Scale | null): Scale {
  return asked === null || quantity === 'top1' || quantity === 'batch' ? scale : asked;
}

/** An analysis with its marks, the service's lines through them, and their names where there is room. */
export function analysisChart(plot: Plot, settings: AnalysisSettings): EChartsOption {
  const { format, colours } = settings;
  const [xScale, yScale] = [scaleOf(plot.x, settings.scale), scaleOf(plot.y, settings.scale)];
  const groups = plot.groups.map((group) => ({ ...group, marks: group.marks.map((mark) => inUnits(mark)) }));
  const marks = groups.flatMap((group) => group.marks);
  // Where there is an answer it alone is named, and among hundreds the front alone.
  const named =
    ['answer', ...(marks.length > crowd ? ['front'] : [])].find((key) =>
      groups.some((group) => group.key === key),
    ) ?? null;
  const styles = familyStyles(groups.map(({ key }) => key));
  const axis = ({ quantity }: Plot['x'], scale: Scale, values: readonly number[], gap: number) => ({
    ...axisLook(settings.quantity(quantity), settings, gap),
    ...(scale === 'log' ? logAxis(values) : linearAxis(values, quantity !== 'top1', 0.04)),
  });
  const xAxis = axis(
    plot.x,
    xScale,
    marks.map(({ x }) => x.value),
    32,
  );
  const yAxis = axis(
    plot.y,
    yScale,
    marks.map(({ y }) => y.value),
    50,
  );
  const isNamed = ({ key, joined }: Plot['groups'][number]): boolean =>
    settings.labels && !joined && (named === null ? marks.length <= crowd : named === key);
  // A model that stands there at several batches is named once.
  const namedMarks = new Map(
    groups
      .filter(isNamed)
      .flatMap((group) => group.marks)
      .map((mark) => [mark.model, mark]),
  );
  const isNamedMark = (mark: Mark): boolean => namedMarks.get(mark.model) === mark;
  const across = (value: number): number => shareOfAxis(value, xScale, xAxis);
  const up = (value: number): number => shareOfAxis(value, yScale, yAxis);
  const lines = plot.lines.map((line) => ({
    ...line,
    points: line.points
      .map(([x, y]): [number, number] => [inUnit(plot.x.quantity, x), inUnit(plot.y.quantity, y)])
      // A straight line may end below zero, where a logarithmic axis has no place for it.
      .filter(([x, y]) => (xScale === 'linear' || x > 0) && (yScale === 'linear' || y > 0)),
  }));
  const sides =
    namedMarks.size === 0
      ? []
      : labelSides(
          marks.map((mark) => ({
            across: across(mark.x.value),
            up: up(mark.y.value),
            radiusPx: symbolPx / 2,
            name: isNamedMark(mark) ? mark.model : null,
          })),
          [
            ...(settings.errorBars ? marks.flatMap((mark) => intervalStrokes(mark, across, up)) : []),
            ...lines.flatMap(({ points }) =>
              lineStrokes(points.map(([x, y]) => ({ across: across(x), up: up(y) }))),
            ),
          ],
        );
  const sideOf = new Map(marks.map((mark, index) => [mark, sides[index]]));
  const keys = [...plot.lines, ...groups].map(({ key }) => key);
  return {
    animation: false,
    textStyle: { fontFamily },
    grid: { left: 70, right: settings.labels ? 96 : 28, top: 40, bottom: 52 },
    legend: {
      ...legendLook(colours),
      selected: Object.fromEntries(keys.map((key) => [settings.named(key), !settings.hidden.includes(key)])),
    },
    tooltip: { trigger: 'item', ...tooltipLook(settings) },
    xAxis,
    yAxis,
    series: [
      ...lines.map(({ key, points, of }) => {
        const colour = (of === undefined ? undefined : styles.get(of)?.colour) ?? colours.soft;
        return {
          type: 'line' as const,
          id: `line ${key}`,
          name: settings.named(key),
          showSymbol: false,
          symbol: 'none',
          silent: true,
          clip: true,
          lineStyle: { color: colour, width: 1.5, type: 'dashed' as const },
          itemStyle: { color: colour },
          data: points,
        };
      }),
      ...groups.flatMap((group) => {
        const { key, marks: own, joined } = group;
        const style = styles.get(key);
        const name = settings.named(key);
        const series = {
          type: joined ? ('line' as const) : ('scatter' as const),
          // By its id a series is changed where it stands, and not made anew; a model's line is another kind than its marks.
          id: `${joined ? 'joined' : 'marks'} ${key}`,
          name,
          symbol: style?.symbol,
          symbolSize: joined || marks.length > crowd ? 7 : symbolPx,
          itemStyle: { color: style?.colour, opacity: 0.85 },
          lineStyle: { color: style?.colour, width: 1.5 },
          z: 2,
          label: {
            formatter: '{b}',
            fontSize: 11,
            color: colours.soft,
          },
          // The few places of an answer are all shown.
          labelLayout: key === 'answer' ? {} : { hideOverlap: true },
          tooltip: {
            formatter: ({ dataIndex }: { dataIndex: number }) => {
              const mark = own[dataIndex];
              return mark === undefined ? '' : markCard(mark);
            },
          },
          data: own.map((mark) => ({
            id: mark.model,
            name: mark.model,
            value: [mark.x.value, mark.y.value],
            ...(settings.flagged.has(mark.model) ? { itemStyle: hollow(style?.colour, colours) } : {}),
            label:
              mark.label === undefined
                ? { show: isNamedMark(mark), position: sideOf.get(mark) ?? 'right' }
                : { ...placeLabel, show: isNamed(group), formatter: mark.label },
          })),
        };
        const known = own.filter(({ x, y }) => x.low !== null || y.low !== null);
        if (!settings.errorBars || style === undefined || known.length === 0) return [series];
        // After the symbols' series: the legend takes its mark from the first series of a name.
        return [series, errorBars(name, style.colour, known)];
      }),
    ],
  };

  function inUnits(mark: Mark): Mark {
    return { ...mark, x: intervalIn(plot.x.quantity, mark.x), y: intervalIn(plot.y.quantity, mark.y) };
  }

  /** Operations in what the person counts them in; every other quantity has one unit. */
  function inUnit(quantity: Quantity, value: number): number {
    return quantity === 'operations' ? format.costGiga(value * 1e9) : value;
  }

  function intervalIn(quantity: Quantity, { value, low, high }: Interval): Interval {
    const ended = (end: number | null) => (end === null ? null : inUnit(quantity, end));
    return { value: inUnit(quantity, value), low: ended(low), high: ended(high) };
  }

  function markCard({ model, family, x, y }: Mark): HTMLElement {
    const figure = ({ value, low, high }: Interval) =>
      low === null || high === null
        ? format.digits(value)
        : `${format.digits(value)} ${intervalText(value, low, high, format)}`;
    return factCard(
      `${model} · ${family}`,
      [
        [settings.quantity(plot.x.quantity), figure(x)],
        [settings.quantity(plot.y.quantity), figure(y)],
      ],
      settings.flagged.has(model) ? settings.flaggedText : null,
    );
  }
}
