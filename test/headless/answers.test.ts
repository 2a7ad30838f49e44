import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AnalysisAnswer, analysisNames, Device, Recommendation } from '../../preload/contract.ts';
import { backbench, linesOf } from './backbench.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backbench-answers-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('devices', () => {
  test('--json lists this machine and the reference devices with their ids', async () => {
    const { code, stdout } = await backbench(['devices', '--json'], { dataDir: folder });
    const devices = z.array(Device).parse(JSON.parse(stdout));
    expect(code).toBe(0);
    expect(devices[0]).toMatchObject({ kind: 'measured', isThisMachine: true, results: 0 });
    expect(devices.slice(1).map(({ id }) => id)).toEqual([
      'bianco2018-titan-x-pascal',
      'bianco2018-jetson-tx1',
      'timm-rtx3090',
      'timm-rtx4090',
      'timm-rtx5090',
      'timm-rtxpro6000',
      'timm-i9-10940x',
      'timm-i7-12700h',
    ]);
    for (const { models, source } of devices.slice(1)) {
      expect(models).toBeGreaterThan(40);
      expect(source).not.toBe('');
    }
  });
});

describe('recommend for a reference device', () => {
  const recommend = async (...args: string[]) => {
    const { code, stdout } = await backbench(['recommend', ...args, '--json'], { dataDir: folder });
    expect(code).toBe(0);
    return Recommendation.parse(JSON.parse(stdout));
  };

  test('answers with the names of the paper, in the order of its Table 3', async () => {
    const { ranked } = await recommend(
      ...['--device', 'bianco2018-titan-x-pascal', '--max-memory', '0.7GB', '--min-fps', '15'],
    );
    expect(ranked.map(({ model }) => model)).toEqual([
      'DPN-68',
      'DenseNet-121 (k=32)',
      'NASNet-A-Mobile',
      'BN-Inception',
      'MobileNet-v2',
    ]);
    expect(ranked.every(({ origin }) => origin === 'published')).toBe(true);
  });

  test("says that the TX1 is judged by the Titan's memory", async () => {
    const { notes, ranked } = await recommend(
      ...['--device', 'bianco2018-jetson-tx1', '--max-memory', '0.7GB', '--min-fps', '15'],
    );
    expect(ranked.length).toBeGreaterThan(0);
    expect(notes.join(' ')).toContain('Titan X Pascal');
  });

  test('where nothing is published at the asked batch, takes what is and says so', async () => {
    const { ranked, notes } = await recommend('--device', 'timm-rtx4090', '--min-fps', '3000');
    expect(ranked).toHaveLength(5);
    expect(notes[0]).toContain('No figures are published at batch 1');
  });

  test('the cheapest that reaches an accuracy', async () => {
    const { ranked } = await recommend(
      ...['--device', 'timm-i9-10940x', '--min-top1', '80', '--cheapest', 'latencyMs'],
    );
    const fps = ranked.map((candidate) => candidate.fps);
    expect(ranked.every(({ top1 }) => top1 >= 80)).toBe(true);
    expect(fps).toEqual(fps.toSorted((a, b) => b - a));
  });

  test.each([
    [['--device', 'timm-rtx309'], /did you mean 'timm-rtx3090'/],
    [['--weights', 'speed=2'], /latencyMs/],
    [['--offline', '--requests', '5'], /give one/],
    [['--cheapest', 'latencyMs', '--weights', 'params=1'], /give one/],
  ])('%j is refused in one line with exit code 2', async (args, reason) => {
    const { code, stdout, stderr } = await backbench(['recommend', ...args], { dataDir: folder });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(reason);
    expect(linesOf(stderr).filter((line) => !line.startsWith('(see'))).toHaveLength(1);
  });
});

describe('analyse', () => {
  const titan = ['--device', 'bianco2018-titan-x-pascal'];

  test.each(analysisNames)('%s --json is one document by its schema', async (name) => {
    const { code, stdout } = await backbench(
      ['analyse', name, ...titan, '--against', 'bianco2018-jetson-tx1', '--json'],
      { dataDir: folder },
    );
    expect(code).toBe(0);
    expect(AnalysisAnswer.parse(JSON.parse(stdout)).analysis).toBe(name);
  });

  test('--csv prints the rows with a header and nothing else', async () => {
    const { code, stdout, stderr } = await backbench(['analyse', 'density', ...titan, '--csv'], {
      dataDir: folder,
    });
    const lines = linesOf(stdout.replaceAll('\r', ''));
    expect([code, stderr]).toEqual([0, '']);
    expect(lines[0]).toBe('rank,model,family,input_px,points_per_million_params,params,top1_percent,flagged');
    expect(lines).toHaveLength(45);
  });

  test('as text it ends with what was found', async () => {
    const { stdout } = await backbench(['analyse', 'envelope', ...titan], { dataDir: folder });
    expect(stdout).toContain('No model exceeds 83.3 − 0.0244 · FPS');
  });

  test.each([
    [['analyse', 'fortune'], 2, /ball-chart/],
    [['analyse', 'devices'], 2, /--against/],
    [['analyse', 'pareto', '--metrics', 'accuracy', ...titan], 2, /metrics/],
    [['analyse', 'ball-chart'], 1, /There are no such figures/],
  ])('%j is refused in one line', async (args, exitCode, reason) => {
    const { code, stdout, stderr } = await backbench(args, { dataDir: folder });
    expect(code).toBe(exitCode);
    expect(stdout).toBe('');
    expect(stderr).toMatch(reason);
  });
});
