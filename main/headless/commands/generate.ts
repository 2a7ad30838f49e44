import { existsSync } from 'node:fs';
import type { BackboneUse, Precision } from '../../../preload/contract.ts';
import { writeModel } from '../../onnx/write.ts';
import { architectureNamed } from '../../zoo/catalog.ts';
import { variantGraph } from '../../zoo/modelCache.ts';
import { CommandFailure, exitCodes } from '../failure.ts';
import { megabytes } from '../format.ts';

/** `backbench generate MODEL --out FILE`: one backbone as an ONNX file. */
export async function generateCommand(
  model: string,
  options: { out: string; precision: Precision; use: BackboneUse; size?: number; force?: boolean },
): Promise<void> {
  const architecture = architectureNamed(model);
  if (existsSync(options.out) && options.force !== true) {
    throw new CommandFailure(`${options.out} exists; give --force to overwrite it.`, exitCodes.usage);
  }
  const inputSize = options.size ?? architecture.inputSize;
  const graph = variantGraph(architecture, { use: options.use, precision: options.precision, inputSize });
  const written = await writeModel(graph, options.out, { seed: 1, producer: 'backbench' });
  console.log(
    `${options.out}: ${model} ${options.precision} @${inputSize}, ${megabytes(written.bytes)}, sha256 ${written.sha256}`,
  );
}
