import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkGraph } from '../../main/onnx/check.ts';
import { graphCost } from '../../main/onnx/cost.ts';
import { foldBatchNorm } from '../../main/onnx/passes/foldBatchNorm.ts';
import { writeModel } from '../../main/onnx/write.ts';
import { buildGraph } from '../../main/zoo/build.ts';
import { architectureNamed, catalog } from '../../main/zoo/catalog.ts';
import { variantGraph } from '../../main/zoo/modelCache.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backbench-variants-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const image = Float32Array.from(
  { length: 3 * 224 * 224 },
  (_, index) => Math.sin(index * index) * Math.sqrt(3),
);

/** Logits of one run, and how often each kernel ran, as ONNX Runtime's profile says. */
async function run(
  graph: Parameters<typeof writeModel>[0],
): Promise<{ logits: number[]; kernels: Record<string, number> }> {
  const own = await mkdtemp(join(folder, 'run-'));
  const path = join(own, 'model.onnx');
  await writeModel(graph, path, { seed: 1, producer: 'backbench' });
  const session = await ort.InferenceSession.create(path, {
    enableProfiling: true,
    profileFilePrefix: join(own, 'profile'),
  });
  const { logits } = await session.run({ input: new ort.Tensor('float32', image, [1, 3, 224, 224]) });
  session.endProfiling();
  await session.release();
  const [profile = ''] = (await readdir(own)).filter((name) => name.startsWith('profile'));
  const events = JSON.parse(await readFile(join(own, profile), 'utf8')) as {
    cat: string;
    name: string;
    args?: { op_name?: string };
  }[];
  const kernels: Record<string, number> = {};
  for (const { cat, name, args } of events) {
    if (cat === 'Node' && name.endsWith('_kernel_time') && args?.op_name !== undefined)
      kernels[args.op_name] = (kernels[args.op_name] ?? 0) + 1;
  }
  return { logits: [...(logits?.data as Float32Array)], kernels };
}

const nearest = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, index) => Math.abs(value - (b[index] ?? NaN))));

test('folding batch norms changes no output', async () => {
  const graph = buildGraph(architectureNamed('resnet18'));
  const [kept, folded] = [await run(graph), await run(foldBatchNorm(graph))];
  expect(nearest(kept.logits, folded.logits)).toBeLessThan(1e-3);
});

test('half precision takes and gives float32 and stays near full precision', async () => {
  const architecture = architectureNamed('resnet18');
  const graph = variantGraph(architecture, { use: 'classifier', precision: 'fp16', inputSize: 224 });
  expect([...graph.initializers.values()].every(({ type }) => type === 'float16')).toBe(true);
  const [full, half] = [await run(buildGraph(architecture)), await run(graph)];
  expect(nearest(full.logits, half.logits)).toBeLessThan(0.05 * Math.max(...full.logits.map(Math.abs)));
});

test('in 8 bits ONNX Runtime runs integer kernels, not float ones between de-quantise nodes', async () => {
  const { kernels } = await run(
    variantGraph(architectureNamed('resnet50'), { use: 'classifier', precision: 'int8', inputSize: 224 }),
  );
  expect(kernels.QLinearConv).toBe(53);
  expect(kernels.QLinearAdd).toBe(16);
  expect(kernels.Conv ?? 0).toBe(0);
  expect((kernels.Gemm ?? 0) + (kernels.MatMul ?? 0)).toBe(0);
  // One pair at the rim: the image in, the logits out.
  expect(kernels.QuantizeLinear).toBe(1);
  expect(kernels.DequantizeLinear).toBe(1);
});

describe.each(catalog.map(({ name }) => name))('%s', (name) => {
  test.each(['fp16', 'int8'] as const)('is a sound graph in %s', (precision) => {
    const architecture = architectureNamed(name);
    const graph = variantGraph(architecture, {
      use: 'classifier',
      precision,
      inputSize: architecture.inputSize,
    });
    checkGraph(graph);
    expect(graphCost(graph).macs).toBe(graphCost(buildGraph(architecture)).macs);
  });
});
