import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { graphCost } from '../../main/onnx/cost.ts';
import { readModel } from '../../main/onnx/read.ts';
import { buildGraph } from '../../main/zoo/build.ts';
import { architectureNamed } from '../../main/zoo/catalog.ts';
import { ModelCache } from '../../main/zoo/modelCache.ts';

const squeezenet = architectureNamed('squeezenet1_1');
const mobilenet = architectureNamed('mobilenet_v2');
const fp32 = { use: 'classifier', precision: 'fp32', inputSize: 224 } as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backbench-cache-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('the same variant has the same bytes wherever it is generated', async () => {
  const first = await new ModelCache(join(folder, 'a'), { budgetBytes: 1e9 }).ensure(squeezenet, fp32);
  const second = await new ModelCache(join(folder, 'b'), { budgetBytes: 1e9 }).ensure(squeezenet, fp32);
  expect(second.sha256).toBe(first.sha256);
  expect(await readFile(second.path)).toEqual(await readFile(first.path));
});

test('a written file costs what its graph costs', async () => {
  const { path } = await new ModelCache(folder, { budgetBytes: 1e9 }).ensure(mobilenet, fp32);
  const { nodes: _ours, ...built } = graphCost(buildGraph(mobilenet));
  const { nodes: _theirs, ...read } = graphCost(await readModel(path));
  expect(read).toEqual(built);
});

test('a damaged file is made anew before it is used', async () => {
  const cache = new ModelCache(folder, { budgetBytes: 1e9 });
  const { path, sha256 } = await cache.ensure(squeezenet, fp32);
  const whole = await readFile(path);
  await writeFile(path, whole.subarray(0, 1000));
  expect((await cache.ensure(squeezenet, fp32)).sha256).toBe(sha256);
  expect(await readFile(path)).toEqual(whole);
});

test('beyond the budget the file that was not used for longest goes', async () => {
  const cache = new ModelCache(folder, { budgetBytes: 12e6 });
  await cache.ensure(squeezenet, fp32);
  const { path } = await cache.ensure(mobilenet, fp32);
  const models = (await readdir(folder)).filter((name) => name.endsWith('.onnx'));
  expect(models).toEqual([path.slice(folder.length + 1)]);
});

test('a size that the architecture does not have is refused before anything is written', async () => {
  const cache = new ModelCache(folder, { budgetBytes: 1e9 });
  await expect(cache.ensure(mobilenet, { ...fp32, inputSize: 225 })).rejects.toThrow(
    /mobilenet_v2 takes 224 px or a multiple of 32/,
  );
  expect(await readdir(folder)).toEqual([]);
});

test('what a killed process left half-written is counted, and goes before the next file comes; what is being written stays', async () => {
  const cache = new ModelCache(folder, { budgetBytes: 1e9 });
  const anHourAgo = Date.now() / 1000 - 3600;
  // The model's own file of b rests while its data file grows.
  for (const name of ['a.onnx.partial', 'b.onnx.partial']) {
    await writeFile(join(folder, name), new Uint8Array(1000));
    await utimes(join(folder, name), anHourAgo, anHourAgo);
  }
  await writeFile(join(folder, 'b.onnx.data.partial'), new Uint8Array(500));
  expect(await cache.usedBytes()).toBe(2500);
  await cache.ensure(squeezenet, fp32);
  expect((await readdir(folder)).filter((name) => name.endsWith('.partial')).toSorted()).toEqual([
    'b.onnx.data.partial',
    'b.onnx.partial',
  ]);
});

test('a data file whose model never came is counted, and goes with the next clearing', async () => {
  const cache = new ModelCache(folder, { budgetBytes: 1e9 });
  const data = join(folder, 'huge.onnx.data');
  await writeFile(data, new Uint8Array(1000));
  expect(await cache.usedBytes()).toBe(1000);
  await cache.removeAbandoned();
  expect(await readdir(folder)).toEqual(['huge.onnx.data']);
  const anHourAgo = Date.now() / 1000 - 3600;
  await utimes(data, anHourAgo, anHourAgo);
  await cache.removeAbandoned();
  expect(await readdir(folder)).toEqual([]);
});

test('before enough was written to tell a pace, that of a slow disk is expected', async () => {
  const cache = new ModelCache(folder, { budgetBytes: 1e9 });
  expect(cache.writingMs(500e6)).toBe(5000);
  await cache.ensure(squeezenet, fp32);
  expect(cache.writingMs(500e6)).toBe(5000);
  expect(cache.writingMs(0)).toBe(0);
});
