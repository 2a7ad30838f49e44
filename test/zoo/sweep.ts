/**
 * `npm run check:zoo [-- NAME…]`: every backbone (or those named) against its published costs, loaded and run in
 * ONNX Runtime on the CPU with all optimisations at batch 2, in each use and at a second input size.
 * Prints a line a model and exits with 1 if any disagrees, fails to run, or puts out values that are not finite.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { checkGraph } from '../../main/onnx/check.ts';
import { graphCost } from '../../main/onnx/cost.ts';
import { writeModel } from '../../main/onnx/write.ts';
import type { Architecture } from '../../main/zoo/architecture.ts';
import { buildGraph } from '../../main/zoo/build.ts';
import { architectureNamed, catalog } from '../../main/zoo/catalog.ts';
import { disagreements } from './fidelity.ts';

const batch = 2;

/** Root mean square of each output of one run on noise. */
async function outputScales(
  graph: ReturnType<typeof buildGraph>,
  folder: string,
): Promise<Record<string, string>> {
  const path = join(folder, 'model.onnx');
  await writeModel(graph, path, { seed: 1, producer: 'backbench' });
  const session = await ort.InferenceSession.create(path, { intraOpNumThreads: 2, logSeverityLevel: 3 });
  try {
    const [, channels, height, width] = graph.inputs[0]?.dims as [string, number, number, number];
    const noise = Float32Array.from(
      { length: batch * channels * height * width },
      () => (Math.random() * 2 - 1) * Math.sqrt(3),
    );
    const outputs = await session.run({
      input: new ort.Tensor('float32', noise, [batch, channels, height, width]),
    });
    return Object.fromEntries(
      Object.entries(outputs).map(([name, tensor]) => {
        const data = tensor.data as Float32Array;
        const scale = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
        if (!Number.isFinite(scale)) throw new Error(`${name} is not finite`);
        if (scale < 1e-4 || scale > 1e4) throw new Error(`${name} has a root mean square of ${scale}`);
        return [`${name}[${tensor.dims.join(',')}]`, scale.toPrecision(3)];
      }),
    );
  } finally {
    await session.release();
  }
}

/** A second input size, a step above the architecture's own, or null. */
function secondSize({ inputSize, inputSizes }: Architecture): number | null {
  if (inputSizes === 'fixed') return null;
  return (Math.floor(inputSize / inputSizes.multipleOf) + 1) * inputSizes.multipleOf;
}

async function sweep(architecture: Architecture, folder: string): Promise<string[]> {
  const problems = [...disagreements(architecture)];
  const graph = buildGraph(architecture);
  const cost = graphCost(graph);
  const lines = [
    `${architecture.name} @${architecture.inputSize}: ${(cost.params / 1e6).toFixed(3)} M params, ${(cost.macs / 1e9).toFixed(3)} GMACs, ${(cost.activations / 1e6).toFixed(3)} M activations`,
  ];
  const size = secondSize(architecture);
  const variants = [
    { use: 'classifier', inputSize: null },
    { use: 'features', inputSize: null },
    { use: 'pyramid', inputSize: null },
    ...(size === null ? [] : [{ use: 'classifier', inputSize: size } as const]),
  ] as const;
  for (const variant of variants) {
    try {
      const built = buildGraph(architecture, variant);
      checkGraph(built);
      const scales = await outputScales(built, folder);
      const text = Object.entries(scales).map(([name, scale]) => `${name} ${scale}`);
      lines.push(
        `  ${variant.use}${variant.inputSize === null ? '' : ` @${variant.inputSize}`}: ${text.join(', ')}`,
      );
    } catch (error) {
      problems.push(
        `${variant.use}${variant.inputSize === null ? '' : ` @${variant.inputSize}`}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  console.log([...lines, ...problems.map((problem) => `  ✗ ${problem}`)].join('\n'));
  return problems;
}

const names = process.argv.slice(2);
const chosen = names.length > 0 ? names.map(architectureNamed) : catalog;
const folder = await mkdtemp(join(tmpdir(), 'backbench-zoo-'));
let failed = 0;
try {
  for (const architecture of chosen) if ((await sweep(architecture, folder)).length > 0) failed++;
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`${chosen.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
