import type { EChartsOption } from 'echarts';
import type { LayerTime } from '../../preload/contract.ts';
import { familyStyles } from './familyStyle.ts';
import { axisLook, fontFamily, legendLook, logAxis, tooltipLook, type PlainSettings } from './plainAxes.ts';

/** A layer as a roofline places it: operations for each byte moved, and the rate at which they were done. */
export interface RooflinePoint {
  layer: LayerTime;
  macsPerByte: number;
  gigaMacsPerSecond: number;
}

/** The layers whose costs are known and which took measurable time. 1 MAC a microsecond is 10⁻³ GMAC/s. */
export function rooflinePoints(layers: readonly LayerTime[]): RooflinePoint[] {
  return layers.flatMap((layer) => {
    const { macs, bytes, durationUs } = layer;
    if (macs === null || bytes === null || macs <= 0 || bytes <= 0 || durationUs <= 0) return [];
    return [{ layer, macsPerByte: macs / bytes, gigaMacsPerSecond: macs / durationUs / 1e3 }];
  });
}

/** What the machine reaches at best: the plateau and the slope over a model's layers. */
export interface Roof {
  readonly gigaMacsPerSecond: number;
  readonly gigabytesPerSecond: number;
  /** Its name in the legend. */
  readonly name: string;
}

/** The roof across the layers' range, with its ridge where memory and arithmetic bind alike. */
export function roofLine(points: readonly RooflinePoint[], roof: Roof): [number, number][] {
  const xs = points.map(({ macsPerByte }) => macsPerByte);
  const ridge = roof.gigaMacsPerSecond / roof.gigabytesPerSecond;
  const [left, right] = [Math.min(...xs, ridge / 2), Math.max(...xs, ridge * 2)];
  return [left, ridge, right].map((x) => [x, Math.min(x * roof.gigabytesPerSecond, roof.gigaMacsPerSecond)]);
}

/**
 * The roofline model's axes (Williams, Waterman, Patterson 2009) with the layers of one model: on the slope at the left
 * memory is the limit, on the plateau arithmetic. The area of a point is its share of the time. Without a roof, the layers alone.
 */
export function rooflineChart(
  layers: readonly LayerTime[],
  roof: Roof | null,
  settings: PlainSettings,
): EChartsOption {
  const points = rooflinePoints(layers);
  const longest = points.reduce((most, { layer }) => Math.max(most, layer.durationUs), 1);
  const operators = [...new Set(points.map(({ layer }) => layer.op))];
  const styles = familyStyles(operators);
  const line = roof === null ? [] : roofLine(points, roof);
  return {
    animation: false,
    textStyle: { fontFamily },
    grid: { left: 64, right: 24, top: 36, bottom: 50 },
    legend: { ...legendLook(settings.colours), itemWidth: 25 },
    tooltip: { trigger: 'item', ...tooltipLook(settings), formatter: '{b}' },
    xAxis: {
      ...axisLook(settings.texts.x, settings, 32),
      ...logAxis([...points.map(({ macsPerByte }) => macsPerByte), ...line.map(([x]) => x)]),
    },
    yAxis: {
      ...axisLook(settings.texts.y, settings, 46),
      ...logAxis([...points.map(({ gigaMacsPerSecond }) => gigaMacsPerSecond), ...line.map(([, y]) => y)]),
    },
    series: [
      ...(roof === null
        ? []
        : [
            {
              type: 'line' as const,
              name: roof.name,
              showSymbol: false,
              silent: true,
              lineStyle: { color: settings.colours.soft, width: 2 },
              itemStyle: { color: settings.colours.soft },
              data: line,
            },
          ]),
      ...operators.map((op) => {
        const style = styles.get(op);
        return {
          type: 'scatter' as const,
          name: op,
          symbol: style?.symbol,
          itemStyle: {
            color: style?.colour,
            opacity: 0.8,
            borderColor: settings.colours.soft,
            borderWidth: 0.5,
          },
          data: points
            .filter(({ layer }) => layer.op === op)
            .map(({ layer, macsPerByte, gigaMacsPerSecond }) => ({
              name: layer.name.replaceAll('<', '‹'),
              value: [macsPerByte, gigaMacsPerSecond],
              symbolSize: 5 + 25 * Math.sqrt(layer.durationUs / longest),
            })),
        };
      }),
    ],
  };
}
