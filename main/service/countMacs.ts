import { setImmediate } from 'node:timers/promises';
import type { Configuration } from '../../preload/contract.ts';
import { listModels } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { architectureNamed } from '../zoo/catalog.ts';
import { countedGraph } from './graphFeatures.ts';
import { isOwnModel } from './ownModels.ts';

/** Multiply-adds of one image of a configuration's model, its head included whatever the use; null where they are not known. */
export function macsOf(store: Store, { model, inputSize }: Configuration): number | null {
  if (isOwnModel(model)) return listModels(store).find(({ name }) => name === model)?.macs ?? null;
  return countedGraph(architectureNamed(model), inputSize).costs.macs;
}

/** Counts what `macsOf` will be asked, some milliseconds a model, while others get their turns in between. */
export async function countAhead(store: Store, configurations: readonly Configuration[]): Promise<void> {
  for (const configuration of configurations) {
    macsOf(store, configuration);
    await setImmediate();
  }
}
