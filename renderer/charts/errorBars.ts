import type { CustomSeriesOption } from 'echarts';
import type { Interval } from './rows.ts';

/** The interval of each figure as a thin cross, drawn under the symbols; `name` is that of their group in the legend. */
export function errorBars(
  name: string,
  colour: string,
  points: readonly { x: Interval; y: Interval }[],
): CustomSeriesOption {
  return {
    type: 'custom',
    id: `${name} intervals`,
    name,
    silent: true,
    clip: true,
    z: 1,
    itemStyle: { color: colour },
    encode: { x: [0, 2, 3], y: [1, 4, 5] },
    data: points.map(({ x, y }) => [
      x.value,
      y.value,
      x.low ?? x.value,
      x.high ?? x.value,
      y.low ?? y.value,
      y.high ?? y.value,
    ]),
    renderItem: (_params, api) => {
      const at = (dimension: number): number => Number(api.value(dimension));
      const line = (from: number[], to: number[]) => ({
        type: 'line' as const,
        shape: { x1: from[0] ?? 0, y1: from[1] ?? 0, x2: to[0] ?? 0, y2: to[1] ?? 0 },
        style: { stroke: colour, lineWidth: 1.5 },
      });
      return {
        type: 'group',
        children: [
          line(api.coord([at(2), at(1)]), api.coord([at(3), at(1)])),
          line(api.coord([at(0), at(4)]), api.coord([at(0), at(5)])),
        ],
      };
    },
  };
}
