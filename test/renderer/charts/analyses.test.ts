import { describe, expect, test } from 'vitest';
import type { AnalysisAnswer } from '../../../preload/contract.ts';
import { analysisChart, type AnalysisSettings } from '../../../renderer/charts/analysisChart.ts';
import { answerPlot } from '../../../renderer/charts/answerPlot.ts';
import { plotOf } from '../../../renderer/charts/analysisPlot.ts';
import { lightFrame } from '../../../renderer/charts/settings.ts';
import { createFormat } from '../../../renderer/format/quantities.ts';

const selection = {
  device: { id: 'd', name: 'D' },
  provider: 'cpu',
  precision: 'fp32',
  batch: 1,
  origin: 'measured' as const,
  flagged: ['a'],
};
const model = (name: string) => ({ model: name, family: 'f', inputSize: 224 });

const envelope: Extract<AnalysisAnswer, { analysis: 'envelope' }> = {
  analysis: 'envelope',
  selection,
  notes: [],
  said: [],
  rows: [
    { ...model('slow'), fps: 10, low: null, high: null, top1: 80, onFront: true },
    { ...model('poor'), fps: 20, low: null, high: null, top1: 60, onFront: false },
    { ...model('fast'), fps: 100, low: null, high: null, top1: 70, onFront: true },
  ],
  bound: { intercept: 81, slope: -0.1, touches: ['slow', 'fast'] },
  bestAbove: [],
};

describe('the plot of an analysis', () => {
  test('draws the bound that the service found, and the front above the others', () => {
    const plot = plotOf(envelope);
    expect(plot?.groups.map(({ key, marks }) => [key, marks.map((mark) => mark.model)])).toEqual([
      ['others', ['poor']],
      ['front', ['slow', 'fast']],
    ]);
    const [bound] = plot?.lines ?? [];
    expect(bound?.points[0]).toEqual([10, 80]);
    expect(bound?.points.at(-1)?.[0]).toBeCloseTo(100);
    expect(bound?.points.at(-1)?.[1]).toBeCloseTo(71);
  });

  test('puts memory and parameters in the units of its axes, on the fit in bytes', () => {
    const fit = { slope: 2, intercept: 50 * 2 ** 20, r2: 1, count: 2 };
    const answer: AnalysisAnswer = {
      analysis: 'memory',
      selection,
      notes: [],
      said: [],
      byParams: fit,
      byFileSize: null,
      byFamily: [],
      rows: [
        { ...model('a'), params: 2 ** 20, fileBytes: null, memoryBytes: 58 * 2 ** 20, excessBytes: 0 },
        { ...model('b'), params: 2 ** 22, fileBytes: null, memoryBytes: 82 * 2 ** 20, excessBytes: 0 },
      ],
    };
    const plot = plotOf(answer);
    const [a] = plot?.groups[0]?.marks ?? [];
    expect(a?.y.value).toBe(58);
    expect(plot?.lines[0]?.points[0]?.[1]).toBeCloseTo(58, 6);
  });

  test('is none where the analysis is a table', () => {
    expect(plotOf({ analysis: 'top-tables', selection, notes: [], said: [], cells: [] })).toBeNull();
  });
});

describe('the chart of an analysis', () => {
  const draw = (change: Partial<AnalysisSettings> = {}) => {
    const plot = plotOf({
      ...envelope,
      rows: envelope.rows.map((row) => ({ ...row, low: row.fps * 0.9, high: row.fps * 1.1 })),
      bound: { intercept: 81, slope: -1, touches: [] },
    });
    if (plot === null) throw new Error('an envelope is drawn');
    return analysisChart(plot, {
      format: createFormat({ locale: 'en', costUnit: 'macs' }),
      colours: lightFrame,
      scale: null,
      labels: true,
      errorBars: true,
      hidden: [],
      quantity: (quantity) => quantity,
      named: (key) => key,
      flagged: new Set(['fast']),
      flaggedText: 'warned',
      ...change,
    });
  };
  const kinds = (option: ReturnType<typeof draw>) =>
    (Array.isArray(option.series) ? option.series : []).map(({ type, name }) => [type, name]);

  test('draws intervals where they are known and asked for', () => {
    expect(kinds(draw())).toContainEqual(['custom', 'front']);
    expect(kinds(draw({ errorBars: false }))).not.toContainEqual(['custom', 'front']);
  });

  test('tells the marks of flagged results by being hollow', () => {
    const series = draw().series as { data?: { id?: string; itemStyle?: { color?: string } }[] }[];
    const hollow = series
      .flatMap(({ data = [] }) => data)
      .filter(({ itemStyle }) => itemStyle?.color === lightFrame.ground);
    expect(hollow.map(({ id }) => id)).toEqual(['fast']);
  });

  test('hides what the legend switched off', () => {
    expect(draw({ hidden: ['others'] }).legend).toMatchObject({ selected: { others: false, front: true } });
  });

  test('takes the asked scale for speed, and never for accuracy', () => {
    expect(draw().xAxis).toMatchObject({ type: 'log' });
    expect(draw({ scale: 'linear' }).xAxis).toMatchObject({ type: 'value' });
    expect(draw({ scale: 'log' }).yAxis).toMatchObject({ type: 'value' });
  });
});

describe('the plot of an answer', () => {
  test('takes the ranked models out of the others and numbers them by their places', () => {
    const { groups } = answerPlot(envelope, { ranked: ['fast', 'poor'], leastFps: null, leastTop1: null });
    expect(groups.map(({ key, marks }) => [key, marks.map((mark) => [mark.model, mark.label])])).toEqual([
      ['others', []],
      ['front', [['slow', undefined]]],
      [
        'answer',
        [
          ['poor', '2'],
          ['fast', '1'],
        ],
      ],
    ]);
  });

  test('draws a limit across all marks, also where it lies beyond them', () => {
    const { lines } = answerPlot(envelope, { ranked: [], leastFps: 1000, leastTop1: 90 });
    const points = (key: string) => lines.find((line) => line.key === key)?.points;
    expect(points('speed-limit')).toEqual([
      [1000, 60],
      [1000, 90],
    ]);
    expect(points('accuracy-limit')).toEqual([
      [10, 90],
      [1000, 90],
    ]);
  });
});
