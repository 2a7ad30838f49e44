import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Configuration, type ProviderOptions } from '../../preload/contract.ts';
import { coreMlOptions } from '../../main/exchange/nativeOptions.ts';
import { snippets } from '../../main/exchange/snippets.ts';
import { writeModel } from '../../main/onnx/write.ts';
import { architectureNamed } from '../../main/zoo/catalog.ts';
import { buildGraph } from '../../main/zoo/build.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backbench-snippets-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function programs(changes: Partial<Configuration> = {}): Record<'node' | 'python' | 'cpp', string> {
  const configuration = Configuration.parse({
    model: 'squeezenet1_1',
    use: 'classifier',
    precision: 'fp32',
    inputSize: 96,
    batch: 2,
    provider: 'cpu',
    threads: 1,
    ...changes,
  });
  const written = snippets({
    configuration,
    modelFile: 'squeezenet1_1-96.onnx',
    inputName: 'input',
    inputShape: [1, 3, 96, 96],
    inputType: 'float32',
  });
  const code = (language: string) => written.find((one) => one.language === language)?.code ?? '';
  return { node: code('node'), python: code('python'), cpp: code('cpp') };
}

test('the Node program runs as it is, beside the file', async () => {
  const graph = buildGraph(architectureNamed('squeezenet1_1'), { inputSize: 96 });
  await writeModel(graph, join(folder, 'squeezenet1_1-96.onnx'), { seed: 1, producer: 'test' });
  await writeFile(join(folder, 'run.mjs'), programs().node);
  await symlink(join(import.meta.dirname, '..', '..', 'node_modules'), join(folder, 'node_modules'));
  const said = execFileSync(process.execPath, ['run.mjs'], { cwd: folder, encoding: 'utf8' });
  expect(said).toContain('[ 2, 1000 ]');
});

describe('what was measured stands in every program', () => {
  test('threads, arena, processors', () => {
    const { node, python, cpp } = programs({ threads: 3, arena: false, affinity: '0-2' });
    expect(node).toContain('intraOpNumThreads: 3');
    expect(node).toContain('enableCpuMemArena: false');
    expect(python).toContain('intra_op_num_threads = 3');
    expect(python).toContain('enable_cpu_mem_arena = False');
    expect(cpp).toContain('SetIntraOpNumThreads(3)');
    expect(cpp).toContain('DisableCpuMemArena()');
    for (const code of [node, python, cpp]) expect(code).toContain('taskset -c 0-2');
  });

  test('the device and the options of the provider', () => {
    const cuda = programs({ provider: 'cuda', providerOptions: { deviceId: 1 } });
    expect(cuda.node).toContain('{"name":"cuda","deviceId":1}');
    expect(cuda.python).toContain('("CUDAExecutionProvider", {"device_id": "1"})');
    expect(cuda.cpp).toContain('provider.device_id = 1;');
    const webgpu = programs({ provider: 'webgpu', providerOptions: { preferredLayout: 'NHWC' } });
    expect(webgpu.cpp).toContain('AppendExecutionProvider("WebGPU", {{"preferredLayout", "NHWC"}})');
  });
});

test.each<[ProviderOptions, Record<string, string> | null]>([
  [{}, {}],
  [{ coreMlFlags: 16 }, { ModelFormat: 'MLProgram' }],
  [{ coreMlFlags: 1 + 8 }, { MLComputeUnits: 'CPUOnly', RequireStaticInputShapes: '1' }],
  [{ coreMlFlags: 1 + 32 }, null],
])('CoreML flags %j are the options %j', (flags, options) => {
  expect(coreMlOptions(flags)).toEqual(options);
});
