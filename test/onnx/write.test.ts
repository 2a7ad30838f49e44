import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GraphBuilder, type BuiltGraph } from '../../main/onnx/builder.ts';
import { graphCost } from '../../main/onnx/cost.ts';
import { bytesOnDisk, readModel } from '../../main/onnx/read.ts';
import { tensorChunks } from '../../main/onnx/weights.ts';
import { encodeModel, writeModel } from '../../main/onnx/write.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backbench-write-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function smallNet(): BuiltGraph {
  const g = new GraphBuilder('small');
  let x = g.image(3, 32, 32);
  x = g.convNorm(x, 16, 3, { stride: 2 });
  x = g.convNorm(x, 32, 3, { stride: 2, activation: 'gelu' });
  return g.finish([['logits', g.linear(g.globalAvgPool(x), 10)]]);
}

async function logits(path: string): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(path);
  const input = Float32Array.from({ length: 3 * 32 * 32 }, (_, index) => Math.sin(index));
  const outputs = await session.run({ input: new ort.Tensor('float32', input, [1, 3, 32, 32]) });
  return outputs.logits?.data as Float32Array;
}

const options = { seed: 1, producer: 'backbench' };

test('what is written reads back as the same graph', async () => {
  const graph = smallNet();
  const path = join(folder, 'small.onnx');
  await writeModel(graph, path, options);
  const read = await readModel(path);
  expect(read.nodes.map(({ op, name, inputs, outputs }) => ({ op, name, inputs, outputs }))).toEqual(
    graph.nodes.map(({ op, name, inputs, outputs }) => ({ op, name, inputs, outputs })),
  );
  expect(graphCost(read)).toEqual(graphCost(graph));
});

test('weights beside the model give the same outputs as weights inside it', async () => {
  const graph = smallNet();
  await writeModel(graph, join(folder, 'inside.onnx'), options);
  const beside = join(folder, 'beside.onnx');
  const written = await writeModel(graph, beside, { ...options, inlineLimitBytes: 0 });
  expect((await stat(join(folder, 'beside.onnx.data'))).size).toBeGreaterThan(4 * 432);
  expect(await logits(join(folder, 'beside.onnx'))).toEqual(await logits(join(folder, 'inside.onnx')));
  const read = await readModel(beside);
  expect(graphCost(read).params).toBe(graphCost(graph).params);
  // Whoever takes the model along must take these as well.
  expect(read.dataFiles).toEqual(['beside.onnx.data']);
  expect(await bytesOnDisk(beside, read)).toBe(written.bytes);
});

test('a file that cannot be written leaves nothing behind', async () => {
  await expect(writeModel(smallNet(), join(folder, 'missing', 'small.onnx'), options)).rejects.toThrow(
    /ENOENT/,
  );
  expect(await readdir(folder)).toEqual([]);
});

test('a file whose writing is stopped leaves nothing behind', async () => {
  for (const inlineLimitBytes of [0, 1e9]) {
    const stop = new AbortController();
    const told: number[] = [];
    const onProgress = (bytes: number, total: number): void => {
      told.push(bytes / total);
      if (bytes > total / 2) stop.abort(new Error('stopped'));
    };
    const writing = writeModel(smallNet(), join(folder, 'small.onnx'), {
      ...{ ...options, inlineLimitBytes, onProgress },
      signal: stop.signal,
    });
    await expect(writing).rejects.toThrow('stopped');
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(await readdir(folder)).toEqual([]);
  }
});

test('another seed gives other weights, the same seed the same bytes', () => {
  const graph = smallNet();
  const first = encodeModel(graph, options);
  expect(encodeModel(graph, options)).toEqual(first);
  expect(encodeModel(graph, { ...options, seed: 2 })).not.toEqual(first);
});

test('synthetic weights are noise around zero of the asked width, and each tensor has its own', () => {
  const tensor = { type: 'float', shape: [1000, 1000], source: { kind: 'uniform', halfWidth: 0.5 } } as const;
  const values = (name: string) =>
    [...tensorChunks({ ...tensor, name }, 1)].flatMap((chunk) => [...new Float32Array(chunk.slice().buffer)]);
  const [first, second] = [values('first'), values('second')];
  const mean = first.reduce((sum, value) => sum + value, 0) / first.length;
  const deviation = Math.sqrt(first.reduce((sum, value) => sum + (value - mean) ** 2, 0) / first.length);
  expect(first).toHaveLength(1e6);
  expect(Math.abs(mean)).toBeLessThan(2e-3);
  expect(deviation).toBeCloseTo(0.5 / Math.sqrt(3), 3);
  expect(first.every((value) => Math.abs(value) <= 0.5)).toBe(true);
  expect(first.slice(0, 100)).not.toEqual(second.slice(0, 100));
});
