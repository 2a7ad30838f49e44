import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphCost } from '../../main/onnx/cost.ts';
import { readModel } from '../../main/onnx/read.ts';
import { encodeModel } from '../../main/onnx/write.ts';
import { buildGraph } from '../../main/zoo/build.ts';
import { catalog } from '../../main/zoo/catalog.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backbench-saved-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(
  ['squeezenet1_1', 'mobilenet_v2', 'convnext_atto'].flatMap((name) =>
    (['basic', 'extended', 'all'] as const).map((level) => [name, level] as const),
  ),
)('%s as ONNX Runtime saves it after %s optimisation costs what it cost before', async (name, level) => {
  const architecture = catalog.find((entry) => entry.name === name);
  if (architecture === undefined) throw new Error(`${name} is not in the catalog`);
  const graph = buildGraph(architecture);
  const path = join(folder, `${name}-${level}.onnx`);
  const session = await InferenceSession.create(encodeModel(graph, { seed: 1, producer: 'test' }), {
    graphOptimizationLevel: level,
    optimizedModelFilePath: path,
    logSeverityLevel: 4,
  });
  await session.release();
  const [before, after] = [graphCost(graph), graphCost(await readModel(path))];
  expect(after.unknownOperators).toEqual([]);
  // Weights are padded to whole blocks of channels on the last level; on the others nothing but norms is gone.
  const padding = level === 'all' ? 1.06 : 1;
  for (const count of ['macs', 'activations'] as const) {
    expect(after[count]).toBeGreaterThanOrEqual(before[count]);
    expect(after[count]).toBeLessThanOrEqual(before[count] * padding);
  }
});
