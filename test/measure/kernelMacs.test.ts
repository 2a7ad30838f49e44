import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Precision } from '../../preload/contract.ts';
import { kernelMacs } from '../../main/measure/kernelMacs.ts';
import { nodeLauncher } from '../../main/measure/launchFork.ts';
import { runProfile } from '../../main/measure/runProfile.ts';
import { graphCost } from '../../main/onnx/cost.ts';
import { readModel } from '../../main/onnx/read.ts';
import { writeModel } from '../../main/onnx/write.ts';
import { architectureNamed } from '../../main/zoo/catalog.ts';
import { variantGraph } from '../../main/zoo/modelCache.ts';
import { quickTask, temporaryFolder } from './tinyModels.ts';

const folder = temporaryFolder();

describe('the kernels of a profile, fused and renamed by ONNX Runtime,', () => {
  test.each<[model: string, precision: Precision]>([
    ['squeezenet1_1', 'fp32'],
    ['resnet18', 'int8'],
    ['mobilenet_v2', 'fp16'],
    ['vit_tiny_patch16_224', 'fp32'],
  ])('have all the MACs of the graph between them: %s, %s', async (model, precision) => {
    const architecture = architectureNamed(model);
    const path = join(folder, `${model}.onnx`);
    const graph = variantGraph(architecture, { use: 'classifier', precision, inputSize: 224 });
    await writeModel(graph, path, { seed: 1, producer: 'test' });
    const outcome = await runProfile(nodeLauncher, quickTask(path), { runs: 1 });
    if (!outcome.ok) throw new Error(outcome.failure.message);
    const written = await readModel(path);
    const costs = graphCost(written);
    const { nodes, modelLoadMs } = outcome.profile;
    const macs = kernelMacs(written, costs.nodes, nodes);
    expect(macs).not.toContain(null);
    expect(macs.reduce<number>((sum, own) => sum + (own ?? 0), 0)).toBe(costs.macs);
    expect(nodes.every(({ bytes }) => bytes !== null && bytes > 0)).toBe(true);
    expect(modelLoadMs).toBeGreaterThan(0);
  });
});
