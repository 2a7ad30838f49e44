import { join } from 'node:path';
import type { Configuration } from '../../preload/contract.ts';
import type { Preparation } from '../queue/attempt.ts';
import { upsertModel } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { graphCost } from '../onnx/cost.ts';
import { asStoreFailure, StoreFailure } from '../store/failure.ts';
import { buildGraph, ZooFailure } from '../zoo/build.ts';
import { architectureNamed } from '../zoo/catalog.ts';
import { ModelCache, type FileWatch } from '../zoo/modelCache.ts';
import { asFailure } from './asFailure.ts';
import { isOwnModel, ownModelFile } from './ownModels.ts';

/** Disk that generated models may take before those unused for longest are deleted. */
const cacheBudgetBytes = 20 * 2 ** 30;

/** The cache of generated model files in a data folder. */
export function modelCacheIn(dataDir: string): ModelCache {
  return new ModelCache(join(dataDir, 'models'), { budgetBytes: cacheBudgetBytes });
}

/**
 * A configuration's model file: an own model's as it is, a backbone's generated where it is missing, its costs written down.
 * Rejects where the signal was aborted, and for nothing else.
 */
export async function prepareModel(
  store: Store,
  cache: ModelCache,
  configuration: Configuration,
  watch: FileWatch = {},
): Promise<Preparation> {
  const { model, use, precision, inputSize } = configuration;
  try {
    if (isOwnModel(model)) {
      const { path, bytes } = await ownModelFile(store, configuration);
      return { ok: true, modelPath: path, modelFileBytes: bytes };
    }
    const architecture = architectureNamed(model);
    // Where a drive was unmounted an empty folder is left, which gigabytes of models must not go into.
    store.probe({ writing: false });
    const { path, bytes, sha256 } = await cache.ensure(architecture, { use, precision, inputSize }, watch);
    const { params, macs, activations } = graphCost(buildGraph(architecture, { use, inputSize }));
    const record = {
      name: model,
      use,
      inputSize,
      origin: 'catalog',
      family: architecture.family,
      filePath: null,
    } as const;
    upsertModel(store, { ...record, params, macs, activations, graphHash: sha256 }, new Date().toISOString());
    return { ok: true, modelPath: path, modelFileBytes: bytes };
  } catch (error) {
    watch.signal?.throwIfAborted();
    return { ok: false, failure: asFailure(storageFailure(store, error)), repeatable: true };
  }
}

/** A disk that is full or gone is what it is, whoever wrote: the run then waits for it. */
function storageFailure(store: Store, error: unknown): unknown {
  if (!(error instanceof ZooFailure)) return asStoreFailure(error, store.dataDir);
  if (error.code !== 'disk-full') return error;
  const remedy = 'Free some space there, or name another folder with --data-dir or BACKBENCH_DATA.';
  return new StoreFailure('disk-full', error.message, remedy, error);
}
