import { describe, expect, test } from 'vitest';
import { inEnglish } from '../../main/analysis/words/inEnglish.ts';
import { recommend } from '../../main/analysis/recommend.ts';
import type { ReferenceDevice } from '../../main/analysis/reference/published.ts';
import { timmDevice, timmFamily } from '../../main/analysis/reference/timm.ts';
import { publishedRows } from '../../main/zoo/published.ts';
import { bianco2018, timmIndex } from './published.ts';

const [titan, tx1] = bianco2018 as [ReferenceDevice, ReferenceDevice];
const printed = Map.groupBy(
  publishedRows('bianco2018/top_models_titan.csv'),
  ({ memory_max_gb, min_fps }) => `${memory_max_gb} ${min_fps}`,
);

describe('the devices of arXiv 1810.00736', () => {
  test.each([...printed])('cell "%s" (GB, FPS) of Table 3 comes out in order', (cell, rows) => {
    const [gigabytes, minFps] = cell.split(' ').map(Number) as [number, number];
    const limits = { maxMemoryBytes: gigabytes * 2 ** 30, minFps };
    const { ranked } = recommend(titan.observations, { limits }, titan);
    expect(ranked.map(({ model, top1 }) => [model, top1])).toEqual(
      rows
        .toSorted((a, b) => Number(a.rank) - Number(b.rank))
        .map(({ model, top1 }) => [model, Number(top1)]),
    );
    expect(ranked.every(({ sure }) => sure)).toBe(true);
  });

  test('44 models at seven batch sizes; the TX1 lacks the 44 cells that ran out of memory', () => {
    expect(titan.observations).toHaveLength(44 * 7);
    expect(tx1.observations).toHaveLength(44 * 7 - 44);
    expect(new Set(titan.observations.map(({ model }) => model)).size).toBe(44);
  });

  test('latency is of the whole batch, FPS of images', () => {
    const alexNet = titan.observations.find(({ model, batch }) => model === 'AlexNet' && batch === 4);
    expect(alexNet?.latencyMs).toEqual({ median: 0.48 * 4, low: null, high: null });
  });

  test("the TX1 is judged by the Titan's memory, and says so", () => {
    const { ranked } = recommend(
      tx1.observations,
      { limits: { maxMemoryBytes: 0.7 * 2 ** 30, minFps: 15 } },
      tx1,
    );
    expect(ranked.length).toBeGreaterThan(0);
    for (const { memoryMethod, memoryBytes } of ranked) {
      expect(memoryMethod).toContain('Titan');
      expect(memoryBytes).toBeLessThanOrEqual(0.7 * 2 ** 30);
    }
    expect(tx1.about.map(inEnglish).join(' ')).toContain('Titan');
  });
});

describe("timm's inference tables", () => {
  const table = (rows: Record<string, string>[]) =>
    timmDevice(
      { id: 'timm-test', name: 'Test', precision: 'amp', provider: 'pytorch', source: 'test', rows },
      timmIndex,
    );
  const row = {
    model: 'resnet50',
    infer_img_size: '224',
    infer_samples_per_sec: '2000',
    infer_batch_size: '512',
    infer_step_time: '256',
    param_count: '25.56',
  };

  test('a model without a tag takes its best ImageNet-1k weights at that size', () => {
    const [observation] = table([row]).observations;
    expect(observation).toMatchObject({ family: 'resnet', batch: 512, inputSize: 224, params: 25.56e6 });
    expect(observation?.latencyMs.median).toBeCloseTo(256, 6);
    expect(observation?.accuracySource).toMatch(/_in1k at 224 px/);
    expect(observation?.top1).toBeGreaterThan(80);
  });

  test('a tagged model takes the accuracy of those very weights', () => {
    const [observation] = table([{ ...row, model: 'resnet50.tv_in1k' }]).observations;
    expect(observation?.top1).toBeCloseTo(76.1, 0);
  });

  test('rows without an accuracy at their size, or without a speed, are left out', () => {
    expect(table([{ ...row, infer_img_size: '999' }]).observations).toEqual([]);
    expect(table([{ ...row, infer_samples_per_sec: '' }]).observations).toEqual([]);
  });

  test("a file with timm's own columns in another order gives its multiply-adds too", () => {
    const [observation] = table([
      {
        infer_gmacs: '4.11',
        infer_macts: '11.11',
        param_count: '25.56',
        infer_batch_size: '256',
        infer_img_size: '224',
        infer_step_time: '128',
        infer_samples_per_sec: '2000',
        model: 'resnet50',
      },
    ]).observations;
    expect(observation?.batch).toBe(256);
    expect(observation?.macs).toBeCloseTo(4.11e9);
  });

  test('families hold what is built alike', () => {
    expect(
      [
        'tf_efficientnet_b0',
        'resnet50d',
        'res2net50_26w_4s',
        'swinv2_tiny_window8_256',
        'vit_base_patch16_224',
      ].map(timmFamily),
    ).toEqual(['efficientnet', 'resnet', 'res2net', 'swinv2', 'vit']);
  });
});
