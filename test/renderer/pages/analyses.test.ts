import { describe, expect, test } from 'vitest';
import { plotOf } from '../../../renderer/charts/analysisPlot.ts';
import { marksCsv, topTablesCsv } from '../../../renderer/pages/analyses/analysisCsv.ts';
import {
  analysisViewFields,
  limitsOf,
  metricsOf,
  requestOf,
  type AnalysisView,
} from '../../../renderer/pages/analyses/view.ts';
import { readQuery } from '../../../renderer/urlState/query.ts';

const view = (change: Partial<AnalysisView>): AnalysisView => ({
  ...readQuery(analysisViewFields, {}),
  ...change,
});
const selection = {
  device: { id: 'd', name: 'D' },
  provider: 'cpu',
  precision: 'fp32',
  batch: 1,
  origin: 'measured' as const,
  flagged: ['a'],
};

describe('the request of the analyses page', () => {
  test('leaves to the service what the address does not say', () => {
    expect(requestOf(view({}))).toMatchObject({
      analysis: 'envelope',
      device: null,
      provider: null,
      precision: null,
      batch: null,
      against: null,
    });
  });

  test('compares only once the other side is chosen, a run as well as a device', () => {
    expect(requestOf(view({ analysis: 'devices' }))).toBeNull();
    expect(requestOf(view({ analysis: 'devices', device: 'run:7', against: 'other' }))).toMatchObject({
      device: null,
      run: '7',
      against: { device: 'other', run: null },
    });
  });

  test('has limits in bytes where some are typed, the paper’s where none is, and waits for a mistyped one', () => {
    const tables = (memoryLimitsMb: string) => requestOf(view({ analysis: 'top-tables', memoryLimitsMb }));
    expect(tables('512, 1024')).toMatchObject({ memoryLimitsBytes: [512 * 2 ** 20, 2 ** 30] });
    expect(tables('')).not.toHaveProperty('memoryLimitsBytes');
    expect(tables('512 MB')).toBeNull();
  });

  test.each(['0', '-3', 'a', '1,2,3,4,5,6,7,8,9', 'Infinity'])('takes %j for no limits', (text) => {
    expect(limitsOf(text)).toBeNull();
  });

  test('has a front over two or three metrics, whatever an address says', () => {
    expect(metricsOf(['latency', 'memory', 'accuracy'])).toEqual(['accuracy', 'latency', 'memory']);
    expect(metricsOf(['memory', 'nonsense'])).toEqual(['accuracy', 'latency']);
  });
});

describe('the CSV of an analysis', () => {
  test('has one row a mark, with the ends of its intervals and units in the names', () => {
    const plot = plotOf({
      analysis: 'envelope',
      selection,
      notes: [],
      said: [],
      rows: [
        { model: '=a', family: 'f', inputSize: 224, fps: 10, low: 9, high: 11, top1: 80, onFront: true },
      ],
      bound: null,
      bestAbove: [],
    });
    if (plot === null) throw new Error('an envelope is drawn');
    const marks = plot.groups.flatMap(({ key, marks: own }) => own.map((mark) => ({ group: key, mark })));
    expect(marksCsv(plot, marks, new Set(['=a']))).toBe(
      'model,family,group,images_per_s,images_per_s_low,images_per_s_high,top1_percent,top1_percent_low,top1_percent_high,flagged\r\n' +
        "'=a,f,front,10,9,11,80,,,yes\r\n",
    );
  });

  test('of the tables under limits has one row a model in its place', () => {
    const models = [{ model: 'a', top1: 70, fps: 40, memoryBytes: null, sure: false }];
    const cells = [{ maxMemoryBytes: 1000, minFps: 30, models }];
    expect(topTablesCsv({ analysis: 'top-tables', selection, notes: [], said: [], cells })).toContain(
      '1000,30,1,a,70,40,,no,yes\r\n',
    );
  });
});
