import type { EChartsOption } from 'echarts';
import type { ResultSamples } from '../../preload/contract.ts';
import { axisLook, fontFamily, linearAxis, type PlainSettings } from './plainAxes.ts';

const colours = ['#0072b2', '#e69f00'] as const;

/**
 * Every timed run in the order of measuring, processes apart by colour: drift, two modes and one odd process show
 * here and nowhere else.
 */
export function samplesChart({ processes }: ResultSamples, settings: PlainSettings): EChartsOption {
  let before = 0;
  const series = processes.map(({ samplesMs }, index) => {
    const first = before;
    before += samplesMs.length;
    return {
      type: 'scatter' as const,
      name: String(index + 1),
      symbolSize: 4,
      large: samplesMs.length > 2000,
      itemStyle: { color: colours[index % 2], opacity: 0.7 },
      data: samplesMs.map((ms, sample) => [first + sample + 1, ms]),
    };
  });
  return {
    animation: false,
    textStyle: { fontFamily },
    grid: { left: 60, right: 16, top: 12, bottom: 44 },
    xAxis: { ...axisLook(settings.texts.x, settings, 28), type: 'value', min: 0, max: Math.max(1, before) },
    yAxis: {
      ...axisLook(settings.texts.y, settings, 42),
      ...linearAxis(
        processes.flatMap(({ samplesMs }) => samplesMs),
        false,
      ),
    },
    series,
  };
}
