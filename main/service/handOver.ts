import { basename } from 'node:path';
import type { Configuration, HandOver } from '../../preload/contract.ts';
import { snippets } from '../exchange/snippets.ts';
import { graphCost } from '../onnx/cost.ts';
import { bytesOnDisk, readModel } from '../onnx/read.ts';
import { getResult } from '../store/results.ts';
import type { Store } from '../store/store.ts';
import { architectureNamed } from '../zoo/catalog.ts';
import type { FileWatch, ModelCache } from '../zoo/modelCache.ts';
import { NotFound } from './notFound.ts';
import { isOwnModel, ownModelFile } from './ownModels.ts';

/**
 * What a result's reader takes into a product: the file that was measured, written anew where it is gone, and programs that run
 * it in the measured setting. Rejects with NotFound, and with ModelFailure where an own file is not sound any more.
 */
export async function handOver(
  store: Store,
  cache: ModelCache,
  resultId: string,
  watch: FileWatch,
): Promise<HandOver> {
  const result = getResult(store, resultId);
  if (result === null) throw new NotFound('result', resultId);
  const { configuration } = result;
  const { path, modelFile } = await fileOf(store, cache, configuration, watch);
  const graph = await readModel(path);
  const [input] = graphCost(graph).inputs;
  return {
    modelPath: path,
    modelBytes: await bytesOnDisk(path, graph),
    modelFile,
    dataFiles: [...graph.dataFiles],
    snippets: snippets({
      configuration,
      modelFile,
      inputName: input?.name ?? 'image',
      inputShape: input?.shape ?? [1, 3, configuration.inputSize, configuration.inputSize],
      inputType: input?.type === 'float16' ? 'float16' : 'float32',
    }),
  };
}

async function fileOf(
  store: Store,
  cache: ModelCache,
  configuration: Configuration,
  watch: FileWatch,
): Promise<{ path: string; modelFile: string }> {
  const { model, use, precision, inputSize } = configuration;
  if (isOwnModel(model)) {
    const { path } = await ownModelFile(store, configuration);
    return { path, modelFile: basename(path) };
  }
  const { path } = await cache.ensure(architectureNamed(model), { use, precision, inputSize }, watch);
  const variant = [precision === 'fp32' ? [] : precision, use === 'classifier' ? [] : use].flat();
  return { path, modelFile: `${[model, ...variant, inputSize].join('-')}.onnx` };
}
