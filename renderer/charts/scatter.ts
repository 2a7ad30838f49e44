import type { CustomSeriesOption, EChartsOption, ScatterSeriesOption } from 'echarts';
import { shareOfAxis, type Scale } from './axes.ts';
import { errorBars } from './errorBars.ts';
import { boxOfEqualArea } from './familyStyle.ts';
import { hoverCard } from './hoverCard.ts';
import { intervalStrokes, labelSides, type LabelSide } from './labelSides.ts';
import {
  axisLook,
  fontFamily,
  legendLook,
  linearAxis,
  logAxis,
  tooltipLook,
  type Axis,
} from './plainAxes.ts';
import type { ChartRow, Interval } from './rows.ts';
import { flaggedOutline, type ChartSettings } from './settings.ts';

/** One axis of a scatter chart. */
export interface AxisSpec {
  name: string;
  /** null: this row has no such figure and is not drawn. */
  of(row: ChartRow): Interval | null;
  scale: Scale;
  /** Whether a linear axis starts at zero. */
  fromZero: boolean;
  /** Share of a linear axis left free at its ends; more where symbols are large. */
  airShare?: number;
}

export interface ScatterSpec {
  x: AxisSpec;
  y: AxisSpec;
  /** Diameter in px of a circle; other shapes get the same area. */
  diameter(row: ChartRow): number;
  /** Room above the plot for the legend and what stands below it. */
  topPx: number;
}

const opacity = 0.82;
/** More marks than this do not move to their new places, they stand there. */
const crowd = 150;

/** The rows that a chart can place, with their figures. */
export function placeable(
  rows: readonly ChartRow[],
  { x, y }: Pick<ScatterSpec, 'x' | 'y'>,
): { row: ChartRow; x: Interval; y: Interval }[] {
  return rows.flatMap((row) => {
    const across = x.of(row);
    const up = y.of(row);
    if (across === null || up === null) return [];
    if ((x.scale === 'log' && across.value <= 0) || (y.scale === 'log' && up.value <= 0)) return [];
    return [{ row, x: across, y: up }];
  });
}

function axis(spec: AxisSpec, values: readonly number[], settings: ChartSettings, nameGap: number): Axis {
  return {
    ...axisLook(spec.name, settings, nameGap),
    ...(spec.scale === 'log' ? logAxis(values) : linearAxis(values, spec.fromZero, spec.airShare)),
  };
}

/** Where the names of the marks on screen stand. */
function sidesOf(
  placed: ReturnType<typeof placeable>,
  spec: ScatterSpec,
  { xAxis, yAxis }: { xAxis: Axis; yAxis: Axis },
  settings: ChartSettings,
): Map<ChartRow, LabelSide> {
  if (!settings.labels) return new Map();
  const shown = placed.filter(({ row }) => !settings.hidden.includes(row.family));
  const marks = shown.map(({ row, x, y }) => ({
    across: shareOfAxis(x.value, spec.x.scale, xAxis),
    up: shareOfAxis(y.value, spec.y.scale, yAxis),
    radiusPx: spec.diameter(row) / 2,
    name: row.model,
  }));
  const strokes = settings.errorBars
    ? shown.flatMap((mark) =>
        intervalStrokes(
          mark,
          (value) => shareOfAxis(value, spec.x.scale, xAxis),
          (value) => shareOfAxis(value, spec.y.scale, yAxis),
        ),
      )
    : [];
  const sides = labelSides(marks, strokes);
  return new Map(shown.map(({ row }, index) => [row, sides[index] ?? 'right']));
}

/** A scatter chart with a legend by family, hover cards, labels that keep clear of each other and error bars. */
export function scatter(
  rows: readonly ChartRow[],
  spec: ScatterSpec,
  settings: ChartSettings,
): EChartsOption {
  const placed = placeable(rows, spec);
  const families = [...settings.styles.keys()].filter((family) =>
    placed.some(({ row }) => row.family === family),
  );
  const [xValues, yValues] = [placed.map(({ x }) => x.value), placed.map(({ y }) => y.value)];
  const xAxis = axis(spec.x, xValues, settings, 34);
  const yAxis = axis(spec.y, yValues, settings, 48);
  const sides = sidesOf(placed, spec, { xAxis, yAxis }, settings);
  const series: (ScatterSeriesOption | CustomSeriesOption)[] = [];
  for (const family of families) {
    const style = settings.styles.get(family);
    if (style === undefined) continue;
    const points = placed.filter(({ row }) => row.family === family);
    series.push({
      type: 'scatter',
      // By its id a series is changed where it stands, and not made anew.
      id: family,
      name: family,
      symbol: style.symbol,
      z: 2,
      // Large balls first, so that small ones lie on top of them and can be pointed at.
      data: [...points]
        .sort((a, b) => spec.diameter(b.row) - spec.diameter(a.row))
        .map(({ row, x, y }) => ({
          id: row.id,
          name: row.model,
          value: [x.value, y.value],
          symbolSize: boxOfEqualArea(style.symbol, spec.diameter(row)),
          label: { position: sides.get(row) ?? 'right' },
          ...(row.flagged ? { itemStyle: flaggedOutline(settings.colours) } : {}),
        })),
      itemStyle: { color: style.colour, opacity, borderColor: settings.colours.soft, borderWidth: 0.75 },
      label: {
        show: settings.labels,
        distance: 4,
        formatter: '{b}',
        color: settings.colours.text,
        fontSize: 11,
        textBorderColor: settings.colours.ground,
        textBorderWidth: 2,
      },
      labelLayout: { hideOverlap: true },
      emphasis: {
        scale: 1.15,
        label: { show: true, fontWeight: 600 },
        itemStyle: { opacity: 1, borderWidth: 2 },
      },
    });
    // After the symbols' series: the legend takes its mark from the first series of a name.
    if (settings.errorBars) series.push(errorBars(family, style.colour, points));
  }
  const byId = new Map(placed.map(({ row }) => [row.id, row]));
  return {
    // Hundreds of moving marks cost more frames than they explain.
    animation: placed.length <= crowd,
    animationDuration: 250,
    animationDurationUpdate: 250,
    textStyle: { fontFamily },
    backgroundColor: 'transparent',
    aria: { enabled: false },
    grid: { left: 64, right: 96, top: spec.topPx, bottom: 56 },
    legend: {
      ...legendLook(settings.colours),
      data: families,
      selected: Object.fromEntries(families.map((family) => [family, !settings.hidden.includes(family)])),
    },
    xAxis,
    yAxis,
    tooltip: {
      trigger: 'item',
      ...tooltipLook(settings),
      formatter: (params) => {
        const point = Array.isArray(params) ? params[0] : params;
        const data = point?.data as { id?: unknown } | undefined;
        const row = typeof data?.id === 'string' ? byId.get(data.id) : undefined;
        return row === undefined ? '' : hoverCard(row, settings);
      },
    },
    series,
  };
}
