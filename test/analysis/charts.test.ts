import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnalysisAnswer, AnalysisRequest, analysisNames, frontMetrics } from '../../preload/contract.ts';
import { analyse } from '../../main/analysis/analyse.ts';
import { batchScaling } from '../../main/analysis/charts/batchScaling.ts';
import { density } from '../../main/analysis/charts/density.ts';
import { deviceComparison } from '../../main/analysis/charts/deviceComparison.ts';
import { envelope, upperBound } from '../../main/analysis/charts/envelope.ts';
import { memoryFit } from '../../main/analysis/charts/memoryFit.ts';
import { operations } from '../../main/analysis/charts/operations.ts';
import { pareto } from '../../main/analysis/charts/pareto.ts';
import { topTables } from '../../main/analysis/charts/topTables.ts';
import { graphFeatures } from '../../main/analysis/predict/graphFeatures.ts';
import type { Observation } from '../../main/analysis/observation.ts';
import type { ReferenceDevice } from '../../main/analysis/reference/published.ts';
import { select } from '../../main/analysis/selection.ts';
import { publishedRows } from '../../main/zoo/published.ts';
import { observation, observationList } from './observations.ts';
import { bianco2018 } from './published.ts';

const any = { provider: null, precision: null, batch: null };
const device = { id: 'test', name: 'Test' };
const chosen = (observations: readonly Observation[], options = {}) =>
  select({ device, observations }, any, options);
const [titan, tx1] = bianco2018 as [ReferenceDevice, ReferenceDevice];
const of = (reference: ReferenceDevice, options = {}) =>
  select({ device: reference, observations: reference.observations }, any, options);
const facts = new Map(
  publishedRows('bianco2018/facts.csv').map((row) => [row.item ?? '', Number(row.value)]),
);
const itself = ({ model }: Observation) => model;

describe('every analysis', () => {
  test.each(analysisNames)(
    '%s answers by its schema, for the Titan and for a device without figures',
    (name) => {
      for (const observations of [titan.observations, []]) {
        const figures = { device, observations };
        const answer = analyse(AnalysisRequest.parse({ analysis: name }), figures, figures, {
          featuresOf: () => null,
          commonName: itself,
        });
        expect(AnalysisAnswer.parse(answer)).toEqual(answer);
        expect(answer.analysis).toBe(name);
      }
    },
  );

  test('names the models whose figures come from flagged results, as its rows do', () => {
    const flags = [{ code: 'drift', message: 'it drifted' }] as const;
    const rows = [
      observation({ model: 'steady' }),
      observation({ model: 'b', flags }),
      observation({ model: 'b', inputSize: 288, latencyMs: 20 }),
      observation({ model: 'a', flags }),
      // A slower one of the same model and size is not shown.
      observation({ model: 'steady', threads: 1, latencyMs: 90, flags }),
    ];
    expect(chosen(rows).selection.flagged).toEqual(['a', 'b at 224 px']);
  });

  test('is of one provider and precision: the commonest provider, fp32 and batch 1 where there are such', () => {
    const rows = [
      observation({ model: 'a', provider: 'cuda', batch: 8 }),
      observation({ model: 'a', provider: 'cuda' }),
      observation({ model: 'a', provider: 'cuda', precision: 'fp16' }),
      observation({ model: 'a' }),
    ];
    const { selection, observations } = chosen(rows);
    expect(selection).toMatchObject({ provider: 'cuda', precision: 'fp32', batch: 1, origin: 'measured' });
    expect(observations).toEqual([rows[1]]);
    expect(select({ device, observations: rows }, { ...any, precision: 'fp16' }).observations).toEqual([
      rows[2],
    ]);
  });
});

describe('accuracy over speed', () => {
  test("the bound of accuracy over FPS is the paper's within 0.2 %, on both devices", () => {
    for (const [reference, figure, name] of [
      [titan, '3a', 'Titan Xp'],
      [tx1, '3b', 'Jetson TX1'],
    ] as const) {
      const { bound } = envelope(of(reference));
      const printed = (what: string) =>
        facts.get(`Fig. ${figure} upper bound, ${what} (${name})`) ?? Number.NaN;
      expect(Math.abs((bound?.intercept ?? 0) / printed('intercept') - 1)).toBeLessThan(0.002);
      expect(Math.abs((bound?.slope ?? 0) / printed('slope') - 1)).toBeLessThan(0.002);
    }
  });

  test('the best models above a speed are those that the paper names', () => {
    const { bestAbove } = envelope(of(titan));
    const best = new Map(bestAbove.map(({ fps, model }) => [fps, model]));
    expect(best.get(250)).toBe('ResNet-34');
    expect(best.get(125)).toBe('Xception');
    expect(best.get(62.5)).toBe('SE-ResNeXt-50 (32x4d)');
    expect(best.get(30)).toBe('NASNet-A-Large');
  });

  test('no point lies above the bound, and no other line above all points has a smaller sum of gaps', () => {
    const point = fc.record({ x: fc.integer({ min: 1, max: 500 }), y: fc.integer({ min: 40, max: 85 }) });
    fc.assert(
      fc.property(fc.array(point, { minLength: 2, maxLength: 30 }), (list) => {
        const points = list.map((entry, index) => ({ ...entry, name: `${index}` }));
        const bound = upperBound(points);
        if (bound === null) {
          expect(new Set(points.map(({ x }) => x)).size).toBe(1);
          return;
        }
        const gaps = (slope: number, intercept: number) =>
          points.map(({ x, y }) => intercept + slope * x - y);
        const own = gaps(bound.slope, bound.intercept);
        expect(Math.min(...own)).toBeGreaterThan(-1e-9);
        const sum = own.reduce((total, gap) => total + gap, 0);
        for (const a of points) {
          for (const b of points) {
            if (a.x === b.x) continue;
            const slope = (b.y - a.y) / (b.x - a.x);
            const other = gaps(slope, a.y - slope * a.x);
            if (Math.min(...other) > -1e-9)
              expect(other.reduce((total, gap) => total + gap, 0)).toBeGreaterThan(sum - 1e-6);
          }
        }
      }),
    );
  });
});

describe('tables and fits', () => {
  test('the top tables are Table 3', () => {
    const limits = { memory: [0.7, 1, 1.4].map((gb) => gb * 2 ** 30), fps: [15, 30, 60] };
    const { cells, notes } = topTables(of(titan), limits.memory, limits.fps);
    const printed = publishedRows('bianco2018/top_models_titan.csv');
    expect(cells).toHaveLength(9);
    for (const { maxMemoryBytes, minFps, models } of cells) {
      const rows = printed.filter(
        (row) => Number(row.memory_max_gb) * 2 ** 30 === maxMemoryBytes && Number(row.min_fps) === minFps,
      );
      expect(models.map(({ model }) => model)).toEqual(rows.map(({ model }) => model));
    }
    expect(notes).toEqual(['Memory: GPU memory in use (Table 2).']);
  });

  test('density divides top-1 by millions of parameters', () => {
    const { rows } = density(of(titan));
    expect(rows[0]).toMatchObject({ rank: 1, model: 'SqueezeNet-v1.1' });
    expect(rows[0]?.density).toBeCloseTo(58.18 / 1.23, 3);
    expect(rows.at(-1)?.model).toMatch(/VGG/);
  });

  test('the memory fit of a family is near the lines that the paper prints for its two groups', () => {
    const steep = ['VGG', 'SE-ResNet', 'SqueezeNet'];
    const group = titan.observations.filter(({ family }) => steep.includes(family));
    const { byParams } = memoryFit(chosen(group));
    expect(byParams?.slope).toBeCloseTo(
      facts.get('Fig. 4 line A slope (VGG, SE-ResNet, SqueezeNet families)') ?? 0,
      1,
    );
    expect((byParams?.intercept ?? 0) / 2 ** 20 / (facts.get('Fig. 4 line A intercept') ?? 0)).toBeCloseTo(
      1,
      1,
    );
    expect(byParams?.r2).toBeGreaterThan(0.98);
  });

  test('an exact line is found exactly, with its floor', () => {
    const rows = [5, 10, 40].map((millions) =>
      observation({
        model: `m${millions}`,
        params: millions * 1e6,
        memoryBytes: 600e6 + 1.2 * 4 * millions * 1e6,
      }),
    );
    const { byParams, rows: fitted, byFamily } = memoryFit(chosen(rows));
    expect(byParams?.slope).toBeCloseTo(1.2, 9);
    expect(byParams?.intercept).toBeCloseTo(600e6, 0);
    expect(byParams?.r2).toBeCloseTo(1, 9);
    expect(Math.max(...fitted.map(({ excessBytes }) => Math.abs(excessBytes ?? 1e9)))).toBeLessThan(1);
    expect(byFamily).toHaveLength(1);
  });

  test('models of unknown memory are left out, and counted', () => {
    const rows = [
      observation({ model: 'a' }),
      observation({ model: 'b', memoryBytes: null, memoryMethod: 'none here' }),
    ];
    expect(memoryFit(chosen(rows)).notes[0]).toBe(
      '1 model is left out whose memory or parameters are not known.',
    );
  });
});

describe('time over operations', () => {
  const work = (macs: number, kind: 'spatial-conv' | 'depthwise-conv') => ({
    kind,
    macs,
    activationBytes: 1e6,
    weightBytes: 1e5,
    raggedCalls: 0,
  });
  const dense = graphFeatures([work(1e9, 'spatial-conv')], 1e6);
  const light = graphFeatures([work(5e8, 'spatial-conv'), work(5e8, 'depthwise-conv')], 1e6);

  test('a power law is found, and the model that departs from it named with the reason', () => {
    const rows = [1, 2, 4, 8, 16, 32].map((gmacs) =>
      observation({ model: `m${gmacs}`, macs: gmacs * 1e9, latencyMs: gmacs === 4 ? 60 : 10 * gmacs }),
    );
    const { batches } = operations(chosen(rows), ({ model }) => (model === 'm4' ? light : dense));
    const [only] = batches;
    expect(batches).toHaveLength(1);
    expect(only?.deviants[0]?.model).toBe('m4');
    expect(only?.deviants[0]?.reasons).toContain('50 % of its multiply-adds are depthwise (usual here: 0 %)');
    expect(only?.logLog.r2).toBeGreaterThan(0.9);
    expect(only?.logLog.r2).toBeLessThan(1);
  });

  test('each batch size has its own fit', () => {
    const { batches } = operations(of(titan, { anyBatch: true }), () => null);
    expect(batches.map(({ batch }) => batch)).toEqual([1, 2, 4, 8, 16, 32, 64]);
    for (const { logLog, rows } of batches) {
      expect(logLog.count).toBe(rows.length);
      expect(logLog.slope).toBeGreaterThan(0.2);
      expect(logLog.r2).toBeGreaterThan(0);
    }
  });
});

describe('batch scaling', () => {
  test('saturation, gain and memory per image of a known curve', () => {
    const rows = [1, 2, 4, 8, 16].map((batch) =>
      observation({ model: 'm', batch, latencyMs: 5 + 5 * batch, memoryBytes: 100e6 + 7e6 * batch }),
    );
    const [model] = batchScaling(chosen(rows, { anyBatch: true })).models;
    // FPS: 100, 133, 160, 178, 188.
    expect(model).toMatchObject({ model: 'm', saturationBatch: 16 });
    expect(model?.gain).toBeCloseTo(16 / 85 / (1 / 10), 6);
    expect(model?.memoryPerImageBytes).toBeCloseTo(7e6, 3);
    expect(model?.points.map(({ batch }) => batch)).toEqual([1, 2, 4, 8, 16]);
  });
});

describe('Pareto fronts', () => {
  test('agree with brute force over any two or three metrics', () => {
    fc.assert(
      fc.property(
        observationList,
        fc.uniqueArray(fc.constantFrom('accuracy', 'latency', 'memory', 'params'), {
          minLength: 2,
          maxLength: 3,
        }),
        (observations, metrics) => {
          const answer = pareto(chosen(observations, { anyVariant: true }), metrics);
          const cost = (row: (typeof answer.front)[number]) =>
            metrics.map((metric) => (row.values[metric] ?? Number.NaN) * (metric === 'accuracy' ? -1 : 1));
          const beats = (a: number[], b: number[]) =>
            a.every((value, i) => value <= (b[i] ?? 0)) && a.some((value, i) => value < (b[i] ?? 0));
          const all = [...answer.front, ...answer.dominated];
          for (const row of answer.front)
            expect(all.some((other) => beats(cost(other), cost(row)))).toBe(false);
          for (const row of answer.dominated) {
            const dominators = answer.front.filter((other) => beats(cost(other), cost(row)));
            expect(row.dominatorCount).toBe(dominators.length);
            expect(row.dominatorCount).toBeGreaterThan(0);
            for (const { model, by } of row.dominators) {
              expect(dominators.map((other) => other.model)).toContain(model);
              for (const metric of metrics)
                expect(by[metric]).toBeGreaterThanOrEqual(metric === 'accuracy' ? 0 : 1);
            }
          }
          const known = observations.filter(
            ({ memoryBytes }) => memoryBytes !== null || !metrics.includes('memory'),
          );
          expect(all).toHaveLength(known.length);
        },
      ),
    );
  });

  test('take every metric that there is', () => {
    const rows = [observation({ model: 'a', energyJ: 1 }), observation({ model: 'b', energyJ: 2, top1: 60 })];
    for (const metric of frontMetrics) {
      const answer = pareto(
        chosen(rows),
        metric === 'accuracy' ? ['accuracy', 'latency'] : ['accuracy', metric],
      );
      expect(answer.front.map(({ model }) => model)).toEqual(['a']);
      expect(answer.dominated[0]?.dominators[0]?.by.accuracy).toBe(10);
    }
  });
});

describe('two devices', () => {
  const pair = (a: [string, number][], b: [string, number][], halfWidth = 0.02) =>
    deviceComparison(
      chosen(a.map(([model, latencyMs]) => observation({ model, latencyMs, halfWidth, processes: 1 }))),
      chosen(b.map(([model, latencyMs]) => observation({ model, latencyMs, halfWidth, processes: 1 }))),
      itself,
    );

  test('ratio with interval, geometric mean, correlation and the pair that swaps', () => {
    const answer = pair(
      [
        ['a', 10],
        ['b', 20],
        ['c', 40],
        ['only here', 1],
      ],
      [
        ['a', 20],
        ['b', 80],
        ['c', 40],
      ],
    );
    const ratios = Object.fromEntries(answer.rows.map(({ model, ratio }) => [model, ratio]));
    expect(ratios).toEqual({ a: 0.5, b: 0.25, c: 1 });
    expect(answer.geometricMean?.ratio).toBeCloseTo(0.5, 9);
    expect(answer.kendall).toBeCloseTo(1 / 3, 9);
    expect(answer.spearman).toBeCloseTo(0.5, 9);
    expect(answer.swapCount).toBe(1);
    expect(answer.swaps[0]).toMatchObject({
      faster: 'b',
      slower: 'c',
      ratio: 2,
      againstRatio: 0.5,
      sure: true,
    });
    const [row] = answer.rows;
    // Two intervals of 2 % each: √2 · ln 1.02.
    expect(Math.log((row?.high ?? 0) / (row?.ratio ?? 1))).toBeCloseTo(Math.SQRT2 * Math.log(1.02), 6);
    expect(answer.notes[0]).toContain('1 model is left out');
  });

  test('a device against itself: all ratios 1, nothing swaps', () => {
    const answer = deviceComparison(of(titan), of(titan), itself);
    expect(answer.rows).toHaveLength(44);
    expect(answer.geometricMean).toEqual({ ratio: 1, low: 1, high: 1 });
    expect(answer.spearman).toBeCloseTo(1, 9);
    expect(answer.kendall).toBeCloseTo(1, 9);
    expect(answer.swapCount).toBe(0);
  });

  test('what differs beside the hardware is named first', () => {
    const a = chosen([observation({ model: 'm', precision: 'int8' })]);
    const b = chosen([observation({ model: 'm', origin: 'published' })]);
    expect(deviceComparison(a, b, itself).notes[0]).toBe(
      'Not the hardware alone differs: precision (int8 here, fp32 there), origin (measured here, published there).',
    );
  });
});
