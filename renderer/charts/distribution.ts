import type { EChartsOption } from 'echarts';
import {
  axisLook,
  fontFamily,
  legendLook,
  linearAxis,
  tooltipLook,
  type PlainSettings,
} from './plainAxes.ts';

const colours = ['#0072b2', '#d55e00'] as const;

/** Steps of the empirical distribution function; thinned to what a screen can show, both ends kept. */
export function distributionSteps(samples: readonly number[], mostSteps = 400): [number, number][] {
  const sorted = [...samples].sort((a, b) => a - b);
  const count = sorted.length;
  const steps = Math.min(count, mostSteps);
  return Array.from({ length: steps }, (_, step) => {
    const rank = steps === 1 ? count - 1 : Math.round((step * (count - 1)) / (steps - 1));
    return [sorted[rank] ?? 0, (rank + 1) / count];
  });
}

/** Which share of the runs took at most so long, for each of two results: where the lines run apart, one is faster. */
export function distributionChart(
  results: readonly { name: string; samplesMs: readonly number[] }[],
  settings: PlainSettings,
): EChartsOption {
  const lines = results.map(({ name, samplesMs }) => ({ name, steps: distributionSteps(samplesMs) }));
  return {
    animation: false,
    textStyle: { fontFamily },
    grid: { left: 60, right: 24, top: 36, bottom: 48 },
    legend: { ...legendLook(settings.colours), itemWidth: 25 },
    tooltip: {
      trigger: 'axis',
      ...tooltipLook(settings),
      valueFormatter: (share: unknown) => settings.format.share(Number(share)),
    },
    xAxis: {
      ...axisLook(settings.texts.x, settings, 30),
      ...linearAxis(
        lines.flatMap(({ steps }) => steps.map(([ms]) => ms)),
        false,
      ),
    },
    yAxis: {
      ...axisLook(settings.texts.y, settings, 44),
      axisLabel: {
        color: settings.colours.soft,
        formatter: (share: number) => settings.format.share(share, 0),
      },
      type: 'value',
      min: 0,
      max: 1,
    },
    series: lines.map(({ name, steps }, index) => ({
      type: 'line' as const,
      name,
      step: 'end',
      showSymbol: false,
      lineStyle: { width: 2, color: colours[index % 2], type: index === 0 ? 'solid' : 'dashed' },
      itemStyle: { color: colours[index % 2] },
      data: steps,
    })),
  };
}
