import type { EChartsOption } from 'echarts';
import type { LayerTime } from '../../preload/contract.ts';
import { familyStyles } from './familyStyle.ts';
import { axisLook, fontFamily, logAxis, tooltipLook, type PlainSettings } from './plainAxes.ts';

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

/**
 * The roofline model's axes (Williams, Waterman, Patterson 2009) with the layers of one model: on the slope at the left
 * memory is the limit, on the plateau arithmetic. The area of a point is its share of the time.
 */
export function rooflineChart(layers: readonly LayerTime[], settings: PlainSettings): EChartsOption {
  const points = rooflinePoints(layers);
  const longest = points.reduce((most, { layer }) => Math.max(most, layer.durationUs), 1);
  const operators = [...new Set(points.map(({ layer }) => layer.op))];
  const styles = familyStyles(operators);
  return {
    animation: false,
    textStyle: { fontFamily },
    grid: { left: 64, right: 24, top: 36, bottom: 50 },
    legend: { type: 'scroll', left: 0, top: 0, textStyle: { color: settings.colours.text } },
    tooltip: { trigger: 'item', ...tooltipLook(settings), formatter: '{b}' },
    xAxis: {
      ...axisLook(settings.texts.x, settings, 32),
      ...logAxis(points.map(({ macsPerByte }) => macsPerByte)),
    },
    yAxis: {
      ...axisLook(settings.texts.y, settings, 46),
      ...logAxis(points.map(({ gigaMacsPerSecond }) => gigaMacsPerSecond)),
    },
    series: operators.map((op) => {
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
  };
}
