import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  Backbone,
  DeviceComparison,
  HardwareReport,
  Recommendation,
  Result,
  Run,
} from '../../preload/contract.ts';
import { backbench, linesOf } from './backbench.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backbench-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const Document = z.object({ run: Run, results: z.array(Result) });

describe('models', () => {
  test('--json is an array of every backbone with its costs', async () => {
    const { code, stdout } = await backbench(['models', '--json']);
    const models = z.array(Backbone).parse(JSON.parse(stdout));
    const params = Object.fromEntries(models.map((model) => [model.name, model.params]));
    expect(code).toBe(0);
    expect(params).toMatchObject({
      alexnet: 61_100_840,
      vgg16: 138_357_544,
      squeezenet1_1: 1_235_496,
      resnet18: 11_689_512,
      resnet50: 25_557_032,
      mobilenet_v2: 3_504_872,
      densenet121: 7_978_856,
      inception_v3: 23_834_568,
    });
  });

  test('--size counts at another input size', async () => {
    const at = async (size: string) => {
      const models = z
        .array(Backbone)
        .parse(JSON.parse((await backbench(['models', '--json', '--size', size])).stdout));
      return models.find(({ name }) => name === 'resnet50');
    };
    const [small, large] = [await at('224'), await at('448')];
    expect(large?.inputSize).toBe(448);
    expect((large?.macs ?? 0) / (small?.macs ?? 1)).toBeCloseTo(4, 1);
    expect(large?.params).toBe(small?.params);
  });
});

describe('cost', () => {
  test('--json counts a third-party file', async () => {
    const fixture = join(import.meta.dirname, '..', 'onnx', 'fixtures', 'light_resnet50.onnx');
    const { code, stdout } = await backbench(['cost', fixture, '--json']);
    const cost = z
      .object({
        params: z.number(),
        macs: z.number(),
        activations: z.number(),
        inputs: z.array(z.object({ name: z.string() })),
        outputs: z.array(z.object({ name: z.string() })),
        operators: z.record(z.string(), z.number()),
        unknownOperators: z.array(z.string()),
      })
      .parse(JSON.parse(stdout));
    expect(code).toBe(0);
    expect(cost.macs / 1e9).toBeCloseTo(4.09, 1);
    expect(cost.operators.Conv).toBe(53);
    expect(cost.unknownOperators).toEqual([]);
  });

  test('a generated file costs what the catalog says', async () => {
    const file = join(folder, 'mobilenet.onnx');
    expect((await backbench(['generate', 'mobilenet_v2', '--out', file])).code).toBe(0);
    const cost = JSON.parse((await backbench(['cost', file, '--json'])).stdout) as { params: number };
    expect(cost.params).toBe(3_504_872);
  });

  test('a broken file is a sentence that names it, and exit 1', async () => {
    const file = join(folder, 'broken.onnx');
    await writeFile(file, 'this is no model');
    const { code, stdout, stderr } = await backbench(['cost', file, '--json']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toContain(file);
  });
});

test('hardware names the CPU and says of each provider whether it works, and if not why and what to do', async () => {
  const { code, stdout } = await backbench(['hardware', '--json'], { dataDir: folder });
  const { machine, providers } = HardwareReport.parse(JSON.parse(stdout));
  expect(code).toBe(0);
  expect(machine.cpu.model).not.toBe('');
  expect(machine.power.keptAwake).toBe(false);
  expect(providers.find(({ provider }) => provider === 'cpu')?.works).toBe(true);
  for (const { works, reason, remedy } of providers) if (!works) expect([reason, remedy]).not.toContain(null);
});

describe('the way from a run to a recommendation', () => {
  test('measures, stores, and recommends what was measured', async () => {
    const run = [
      'run',
      '--models',
      'squeezenet1_1',
      '--batch',
      '1',
      '--provider',
      'cpu',
      '--preset',
      'quick',
      '--json',
    ];
    const first = await backbench(run, { dataDir: folder });
    expect(first.code).toBe(0);
    expect(first.stderr).toMatch(/1 configuration, how long is not known yet.*; 1 model file to write first/);
    const { results } = Document.parse(JSON.parse(first.stdout));
    expect(results).toHaveLength(1);
    expect(results[0]?.latencyMs.median).toBeGreaterThan(0);

    const text = await backbench(['recommend', '--min-fps', '1'], { dataDir: folder });
    expect(text.code).toBe(0);
    expect(text.stdout).toContain('squeezenet1_1');
    const json = await backbench(['recommend', '--min-fps', '1', '--max-memory', '4GB', '--json'], {
      dataDir: folder,
    });
    const { ranked } = Recommendation.parse(JSON.parse(json.stdout));
    expect(ranked.map(({ model }) => model)).toEqual(['squeezenet1_1']);
    expect(ranked[0]?.resultId).toBe(results[0]?.id);

    const strict = await backbench(['recommend', '--min-fps', '1000000', '--json'], { dataDir: folder });
    const none = Recommendation.parse(JSON.parse(strict.stdout));
    expect(none.ranked).toEqual([]);
    expect(none.nearestMisses[0]?.reason).toMatch(/misses 1000000.0 FPS/);

    const repeated = await backbench(run, { dataDir: folder });
    expect(repeated.stderr).toMatch(/^1 configuration, about \d+ (s|min)$/m);
    const second = Document.parse(JSON.parse(repeated.stdout));
    const [a, b] = [results[0]?.runId ?? '', second.run.id];
    const compared = await backbench(['analyse', 'devices', '--run', a, '--against-run', b, '--json'], {
      dataDir: folder,
    });
    const { rows } = DeviceComparison.parse(JSON.parse(compared.stdout));
    const medians = [results[0], second.results[0]].map((result) => result?.latencyMs.median ?? Number.NaN);
    expect(rows.map(({ msPerImage, againstMsPerImage }) => [msPerImage, againstMsPerImage])).toEqual([
      medians,
    ]);

    const out = join(folder, 'product');
    const handOver = ['hand-over', 'squeezenet1_1', '--out', out];
    expect((await backbench(handOver, { dataDir: folder })).code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(['run.cpp', 'run.mjs', 'run.py', 'squeezenet1_1-224.onnx']);
    const again = await backbench(handOver, { dataDir: folder });
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/already holds squeezenet1_1-224.onnx.*--force/);
    const unmeasured = await backbench(['hand-over', 'resnet18', '--out', out], { dataDir: folder });
    expect(unmeasured.code).toBe(1);
    expect(unmeasured.stderr).toMatch(/run --models resnet18/);
  });

  test('with nothing measured it says so and which command measures', async () => {
    const { code, stderr } = await backbench(['recommend', '--min-fps', '30'], { dataDir: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/Nothing was measured.*npm run backbench -- run/);
  });
});

describe('bad input is a one-line reason and leaves nothing behind', () => {
  test.each([
    [['run', '--models', 'resnet5', '--provider', 'cpu'], /did you mean 'resnet50'/],
    [['run', '--models', 'resnet18', '--batch', '0'], /--batch.*whole number from 1 to 1024/s],
    [['recommend', '--min-fps', 'abc'], /--min-fps.*number above 0/s],
    [['recommend', '--max-memory', '700 bananas'], /--max-memory.*700MB/s],
    [['run', '--models', 'resnet18', '--provider', 'gpu'], /--provider.*cpu, cuda/s],
    [
      ['run', '--models', 'mobilenet_v2', '--size', '225', '--provider', 'cpu'],
      /mobilenet_v2 takes 224 px or a multiple of 32/,
    ],
    [['generate', 'resnet18'], /--out/],
    [['frobnicate'], /unknown command|too many arguments/],
  ])('%j', async (args, reason) => {
    const { code, stdout, stderr } = await backbench(args, { dataDir: folder });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(reason);
    const { stdout: listed } = await backbench(['recommend', '--json'], { dataDir: folder });
    expect(Recommendation.parse(JSON.parse(listed)).considered).toBe(0);
  });

  test('a provider that does not work is named with its reason, exit 1', async () => {
    const { code, stderr } = await backbench(['run', '--models', 'resnet18', '--provider', 'tensorrt'], {
      dataDir: folder,
    });
    expect(code).toBe(1);
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toMatch(/tensorrt does not work here/);
  });

  test('a data folder that is a file', async () => {
    const file = join(folder, 'file');
    await writeFile(file, 'in the way');
    const { code, stderr } = await backbench(['recommend'], { dataDir: file });
    expect(code).toBe(1);
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toContain(file);
    expect(await readFile(file, 'utf8')).toBe('in the way');
  });

  test.skipIf(process.getuid?.() === 0)('a data folder that cannot be written', async () => {
    chmodSync(folder, 0o500);
    const { code, stderr } = await backbench(['recommend'], { dataDir: join(folder, 'data') });
    chmodSync(folder, 0o700);
    expect(code).toBe(1);
    expect(stderr).toContain(folder);
  });

  test('a damaged database is moved aside and said, and the next command has a fresh one', async () => {
    await backbench(['recommend'], { dataDir: folder });
    writeFileSync(join(folder, 'backbench.sqlite'), 'garbage, not a database at all'.repeat(1000));
    const { code, stderr } = await backbench(['recommend', '--min-fps', '30'], { dataDir: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/database was damaged/);
    expect(readdirSync(folder).length).toBeGreaterThan(1);
    expect((await backbench(['recommend'], { dataDir: folder })).stderr).toMatch(/Nothing was measured/);
  });
});

test('an old Node gets a sentence on what to do, not a crash', async () => {
  const old = ['/usr/local/bin/node', '/usr/bin/node'].find((path) => existsSync(path));
  if (old === undefined) return;
  const { code, stderr } = await backbench(['models'], { node: old });
  if (code !== 0) expect(stderr).toMatch(/Backbench needs Node 22.18 or newer.*npm run backbench/);
});
