import fc from 'fast-check';
import { labelSides } from '../../../renderer/charts/labelSides.ts';
import { describe, expect, test } from 'vitest';
import { linearBounds, logBounds } from '../../../renderer/charts/axes.ts';
import { ballDiameter, keySizes } from '../../../renderer/charts/ballChart.ts';
import { boxOfEqualArea, familiesByWeight, familyStyles } from '../../../renderer/charts/familyStyle.ts';
import { hoverCard } from '../../../renderer/charts/hoverCard.ts';
import { chartKinds, chartOption, shownRows } from '../../../renderer/charts/kinds.ts';
import { rowOfBackbone, rowOfResult } from '../../../renderer/charts/rows.ts';
import { lightFrame, type ChartSettings } from '../../../renderer/charts/settings.ts';
import { createFormat } from '../../../renderer/format/quantities.ts';
import { anyResultRows, backbone, resultRow } from '../rows.ts';

const texts = {
  top1: 'Top-1',
  throughput: 'Images per second',
  latency: 'Latency',
  params: 'Parameters',
  memory: 'Memory',
  operations: 'Operations',
  provider: 'Provider',
  batch: 'Batch',
  flagged: 'with warnings',
  providerName: (provider: string) => provider,
};

function settings(changes: Partial<ChartSettings> = {}): ChartSettings {
  return {
    format: createFormat({ locale: 'en', costUnit: 'macs' }),
    texts,
    colours: lightFrame,
    styles: familyStyles(['A', 'B', 'C', 'D', '<b>', 'ResNet', 'VGG']),
    scale: 'log',
    labels: true,
    errorBars: true,
    hidden: [],
    ...changes,
  };
}

interface Drawn {
  type: string;
  name: string;
  data: { id: string; value: number[]; symbolSize: number }[];
}
function drawn(option: object): Drawn[] {
  return (option as { series: Drawn[] }).series;
}

describe('charts', () => {
  test('the ball chart places each model at its GMACs and top-1, with area proportional to parameters', () => {
    const rows = [
      rowOfResult(resultRow({ id: 'a', model: 'resnet50', macs: 4.09e9, params: 25.6e6, top1: 76.1 })),
      rowOfResult(
        resultRow({ id: 'b', model: 'vgg16', family: 'VGG', macs: 15.47e9, params: 102.4e6, top1: 71.6 }),
      ),
    ];
    const series = drawn(chartOption('ball', rows, settings()));
    const points = series.flatMap(({ data }) => data);
    expect(points.map(({ id, value }) => ({ id, value }))).toEqual([
      { id: 'a', value: [4.09, 76.1] },
      { id: 'b', value: [15.47, 71.6] },
    ]);
    const [small, large] = points;
    expect(((large?.symbolSize ?? 0) / (small?.symbolSize ?? 1)) ** 2).toBeCloseTo(4, 6);
  });

  test('with FLOPs as the unit the axis counts two for each MAC', () => {
    const flops = settings({ format: createFormat({ locale: 'en', costUnit: 'flops' }) });
    const option = chartOption('ball', [rowOfResult(resultRow({ macs: 2e9 }))], flops);
    expect(drawn(option)[0]?.data[0]?.value[0]).toBe(4);
    expect((option.xAxis as { name: string }).name).toBe('Operations (GFLOPs)');
  });

  test('a model without a published accuracy is left out where accuracy is drawn, and drawn where it is not', () => {
    const rows = [
      rowOfResult(resultRow({ id: 'known' })),
      rowOfResult(resultRow({ id: 'unknown', top1: null })),
    ];
    expect(shownRows('ball', rows, settings()).map(({ id }) => id)).toEqual(['known']);
    expect(shownRows('throughput', rows, settings()).map(({ id }) => id)).toEqual(['known']);
    expect(shownRows('latency', rows, settings()).map(({ id }) => id)).toEqual(['known', 'unknown']);
  });

  test('a model whose memory could not be read is left out of the memory chart', () => {
    const rows = [rowOfResult(resultRow({ memoryBytes: null }))];
    expect(shownRows('memory', rows, settings())).toEqual([]);
  });

  test('a family switched off in the legend stays in the legend and leaves the rows', () => {
    const rows = [rowOfResult(resultRow({ id: 'a' })), rowOfResult(resultRow({ id: 'b', family: 'VGG' }))];
    const hidden = settings({ hidden: ['VGG'] });
    expect(shownRows('ball', rows, hidden).map(({ id }) => id)).toEqual(['a']);
    const { legend } = chartOption('ball', rows, hidden) as { legend: { data: string[]; selected: object } };
    expect(legend.data).toContain('VGG');
    expect(legend.selected).toEqual({ ResNet: true, VGG: false });
  });

  test('the slow end of the latency interval is the low end of the throughput interval', () => {
    const row = rowOfResult(resultRow({ medianMs: 10, batch: 2 }));
    expect(row.throughput?.low).toBeCloseTo(2000 / 10.3, 9);
    expect(row.throughput?.high).toBeCloseTo(2000 / 9.8, 9);
  });

  test('error bars appear when asked for and only where intervals are known', () => {
    const rows = [rowOfResult(resultRow({}))];
    const kinds = (on: boolean) =>
      drawn(chartOption('latency', rows, settings({ errorBars: on }))).map(({ type }) => type);
    expect(kinds(true)).toEqual(['scatter', 'custom']);
    expect(kinds(false)).toEqual(['scatter']);
  });

  test('the catalog draws as a ball chart without any measurement', () => {
    const rows = [
      rowOfBackbone(backbone({ name: 'resnet18' })),
      rowOfBackbone(backbone({ name: 'n', top1: null })),
    ];
    expect(shownRows('ball', rows, settings()).map(({ model }) => model)).toEqual(['resnet18']);
    expect(shownRows('latency', rows, settings())).toEqual([]);
  });

  test('every chart draws any rows, on either scale, with every coordinate finite', () => {
    fc.assert(
      fc.property(
        anyResultRows,
        fc.constantFrom(...chartKinds),
        fc.constantFrom('log' as const, 'linear' as const),
        (rows, kind, scale) => {
          const option = chartOption(kind, rows.map(rowOfResult), settings({ scale }));
          for (const series of drawn(option)) {
            if (series.type !== 'scatter') continue;
            for (const { value, symbolSize } of series.data) {
              expect(value.every(Number.isFinite)).toBe(true);
              expect(symbolSize).toBeGreaterThan(0);
            }
          }
          for (const axis of [option.xAxis, option.yAxis] as { min: number; max: number }[]) {
            expect(axis.max).toBeGreaterThan(axis.min);
          }
        },
      ),
    );
  });

  test("a model's name is never read as HTML", () => {
    const card = hoverCard(rowOfResult(resultRow({ model: '<img src=x onerror=alert(1)>' })), settings());
    expect(card.querySelector('img')).toBeNull();
    expect(card.querySelector('strong')?.textContent).toBe('<img src=x onerror=alert(1)>');
  });
});

describe('names beside marks', () => {
  const mark = (across: number, up: number, name = 'resnet18') => ({ across, up, radiusPx: 10, name });

  test('stand at the right, but where another mark or name is', () => {
    expect(labelSides([mark(0.5, 0.5)])).toEqual(['right']);
    expect(labelSides([mark(0.5, 0.5), mark(0.55, 0.5)])).toEqual(['left', 'right']);
    // Between two neighbours there is room above only.
    expect(labelSides([mark(0.5, 0.5), mark(0.55, 0.5), mark(0.45, 0.5)])).toEqual(['top', 'right', 'left']);
  });

  test('stay within the picture, and at the right where there is no room', () => {
    expect(labelSides([mark(1, 0.5, 'efficientnet_v2_large')])).toEqual(['left']);
    const crowd = Array.from({ length: 40 }, () => mark(0.5, 0.5));
    expect(labelSides(crowd).slice(4)).toEqual(Array(36).fill('right'));
  });
});

describe('axes', () => {
  test('bounds hold all the data', () => {
    const values = fc.array(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.boolean(), (data, fromZero) => {
        const log = logBounds(data);
        const linear = linearBounds(data, fromZero);
        for (const value of data) {
          expect(value).toBeGreaterThanOrEqual(log.min);
          expect(value).toBeLessThanOrEqual(log.max);
          expect(value).toBeGreaterThanOrEqual(linear.min);
          expect(value).toBeLessThanOrEqual(linear.max);
        }
        expect(linear.max).toBeGreaterThan(linear.min);
      }),
    );
  });

  test('accuracies between 57 and 85 get an axis of round tens', () => {
    expect(linearBounds([56.5, 84.4], false)).toEqual({ min: 55, max: 90 });
  });
});

describe('balls and families', () => {
  test('every shape of the same diameter has the same area', () => {
    const circle = Math.PI / 4;
    expect(boxOfEqualArea('rect', 1) ** 2).toBeCloseTo(circle, 9);
    expect(boxOfEqualArea('diamond', 1) ** 2 / 2).toBeCloseTo(circle, 9);
    expect(boxOfEqualArea('triangle', 1) ** 2 / 2).toBeCloseTo(circle, 9);
  });

  test('the key shows round sizes no larger than the largest ball', () => {
    expect(keySizes(138e6)).toEqual([5e6, 20e6, 100e6]);
    expect(ballDiameter(100e6, 138e6)).toBeLessThan(ballDiameter(138e6, 138e6));
  });

  test('families with the most models come first, and what is beyond 28 looks is grey', () => {
    const rows = ['a', 'b', 'b'].map((family, index) => ({ family, model: `m${index}` }));
    expect(familiesByWeight(rows)).toEqual(['b', 'a']);
    const styles = [...familyStyles(Array.from({ length: 30 }, (_, index) => `family ${index}`)).values()];
    expect(styles[28]).toEqual(styles[29]);
    expect(styles.slice(0, 28)).not.toContainEqual(styles[28]);
  });

  test('28 families have 28 different looks', () => {
    const styles = familyStyles(Array.from({ length: 28 }, (_, index) => `family ${index}`));
    expect(new Set([...styles.values()].map(({ colour, symbol }) => colour + symbol)).size).toBe(28);
  });
});
