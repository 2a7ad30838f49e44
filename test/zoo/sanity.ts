import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import type { BackboneUse } from '../../preload/contract.ts';
import type { BuiltGraph } from '../../main/onnx/builder.ts';
import { checkGraph } from '../../main/onnx/check.ts';
import { writeModel } from '../../main/onnx/write.ts';
import type { Architecture } from '../../main/zoo/architecture.ts';
import { buildGraph } from '../../main/zoo/build.ts';

/** Two images at once, so that a batch written into a shape is found out. */
const batch = 2;
/** Outside these a signal has died or exploded on its way through the layers. */
const saneScales = { least: 1e-4, most: 1e4 };

export interface SanityRun {
  readonly what: string;
  /** Shape and root mean square of each output, or why it is not sane. */
  readonly outputs: readonly string[];
  readonly problem: string | null;
}

/**
 * Builds, checks, writes, loads (all optimisations, CPU) and runs an architecture in each use: the features at a second input
 * size where it has one.
 */
export async function sanityRuns(architecture: Architecture, folder: string): Promise<SanityRun[]> {
  const variants: readonly { use: BackboneUse; inputSize: number | null }[] = [
    { use: 'classifier', inputSize: null },
    { use: 'features', inputSize: secondSize(architecture) },
    { use: 'pyramid', inputSize: null },
  ];
  const runs: SanityRun[] = [];
  for (const variant of variants) {
    const what = `${variant.use} @${variant.inputSize ?? architecture.inputSize}`;
    try {
      const graph = buildGraph(architecture, variant);
      checkGraph(graph);
      runs.push({ what, outputs: await outputScales(graph, folder), problem: null });
    } catch (error) {
      runs.push({ what, outputs: [], problem: error instanceof Error ? error.message : String(error) });
    }
  }
  return runs;
}

async function outputScales(graph: BuiltGraph, folder: string): Promise<string[]> {
  const path = join(folder, 'model.onnx');
  await writeModel(graph, path, { seed: 1, producer: 'backbench' });
  const session = await ort.InferenceSession.create(path, { intraOpNumThreads: 2, logSeverityLevel: 3 });
  try {
    const [, channels, height, width] = graph.inputs[0]?.dims as [string, number, number, number];
    // Noise of unit variance, the same in every run.
    const noise = Float32Array.from(
      { length: batch * channels * height * width },
      (_, index) => Math.sin(index * index) * Math.SQRT2,
    );
    const outputs = await session.run({
      input: new ort.Tensor('float32', noise, [batch, channels, height, width]),
    });
    return Object.entries(outputs).map(([name, tensor]) => {
      const data = tensor.data as Float32Array;
      const scale = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
      if (!(scale >= saneScales.least && scale <= saneScales.most))
        throw new Error(`${name} has a root mean square of ${scale}`);
      return `${name}[${tensor.dims.join(',')}] ${scale.toPrecision(3)}`;
    });
  } finally {
    await session.release();
  }
}

/** A step above the architecture's own input size, or null where it has no other. */
function secondSize({ inputSize, inputSizes }: Architecture): number | null {
  if (inputSizes === 'fixed') return null;
  return (Math.floor(inputSize / inputSizes.multipleOf) + 1) * inputSizes.multipleOf;
}
