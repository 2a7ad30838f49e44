import type { EChartsOption } from 'echarts';
import type { ChartRow } from './rows.ts';
import { scatter, type ScatterSpec } from './scatter.ts';
import type { ChartSettings } from './settings.ts';

const largestDiameterPx = 58;

/** Diameter of a ball whose area is proportional to the parameters; the largest of the rows gets the largest ball. */
export function ballDiameter(params: number, mostParams: number): number {
  return largestDiameterPx * Math.sqrt(params / mostParams);
}

/** Round numbers of parameters for the key: up to four, the last near the largest of the rows. */
export function keySizes(mostParams: number): number[] {
  const round = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].map((millions) => millions * 1e6);
  const fitting = round.filter((size) => size <= mostParams * 1.05);
  const last = fitting.length - 1;
  const picked = [last, last - 2, last - 4].filter((index) => index >= 0).map((index) => fitting[index] ?? 0);
  return picked.length > 0 ? picked.reverse() : [mostParams];
}

export function ballSpec(rows: readonly ChartRow[], settings: ChartSettings): ScatterSpec {
  const { format, texts } = settings;
  const most = rows.reduce((largest, row) => Math.max(largest, row.params), 1);
  return {
    x: {
      name: `${texts.operations} (${format.costUnit})`,
      of: (row) => ({ value: format.costGiga(row.macs), low: null, high: null }),
      scale: settings.scale,
      fromZero: true,
    },
    y: {
      name: `${texts.top1} (%)`,
      of: (row) => (row.top1 === null ? null : { value: row.top1, low: null, high: null }),
      scale: 'linear',
      fromZero: false,
      airShare: 0.06,
    },
    diameter: (row) => ballDiameter(row.params, most),
    topPx: 96,
  };
}

const keyTopPx = 28;
const keyMiddlePx = largestDiameterPx / 2;

/** The key to the balls' sizes, below the legend at the right. */
function sizeKey(rows: readonly ChartRow[], { format, texts, colours }: ChartSettings): object {
  const most = rows.reduce((largest, row) => Math.max(largest, row.params), 1);
  const sizes = keySizes(most);
  const children: object[] = [
    {
      type: 'text',
      x: 0,
      y: keyMiddlePx,
      style: {
        text: texts.params,
        fill: colours.soft,
        fontSize: 11,
        textAlign: 'right',
        textVerticalAlign: 'middle',
      },
    },
  ];
  let x = 10;
  for (const size of sizes) {
    const radius = ballDiameter(size, most) / 2;
    children.push(
      {
        type: 'circle',
        shape: { cx: x + radius, cy: keyMiddlePx, r: radius },
        style: { fill: 'none', stroke: colours.soft },
      },
      {
        type: 'text',
        x: x + 2 * radius + 4,
        y: keyMiddlePx,
        style: { text: format.params(size), fill: colours.soft, fontSize: 11, textVerticalAlign: 'middle' },
      },
    );
    x += 2 * radius + 52;
  }
  return { type: 'group', right: 8, top: keyTopPx, silent: true, children };
}

/**
 * Top-1 over operations for one forward pass, ball area by parameters: the chart of Canziani et al. (arXiv 1605.07678)
 * and Bianco et al. (arXiv 1810.00736, figure 1).
 */
export function ballChart(rows: readonly ChartRow[], settings: ChartSettings): EChartsOption {
  return {
    ...scatter(rows, ballSpec(rows, settings), { ...settings, errorBars: false }),
    graphic: [sizeKey(rows, settings)],
  };
}
