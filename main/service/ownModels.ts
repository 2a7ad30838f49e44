import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Configuration, OwnModel } from '../../preload/contract.ts';
import { graphCost, type GraphCost } from '../onnx/cost.ts';
import { bytesOnDisk, readModel } from '../onnx/read.ts';
import { deleteOwnModel, listModels, upsertModel, type ModelRecord } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { NotFound } from './notFound.ts';

/** What own models' names begin with; no catalog name does. */
const prefix = 'own:';

/** Side of the image where the file leaves it open. */
const defaultImageSize = 224;

/**
 * Checks an ONNX file and writes it down as a model. The name is made of the file's name and of its path, so that two files of one
 * name can be told apart and adding a file twice changes nothing. Rejects with ModelFailure where the file is not sound.
 */
export async function addOwnModel(store: Store, path: string): Promise<OwnModel> {
  const file = resolve(path);
  const graph = await readModel(file);
  const cost = graphCost(graph, { defaultImageSize });
  const digest = createHash('sha256').update(file).digest('hex').slice(0, 6);
  const name = `${prefix}${basename(file, '.onnx')}-${digest}`;
  const inputSize = imageSize(cost);
  const { params, macs, activations } = cost;
  const { mtimeMs, size } = await stat(file);
  upsertModel(
    store,
    {
      name,
      use: 'classifier',
      inputSize,
      origin: 'own',
      family: 'own models',
      params,
      macs,
      activations,
      graphHash: `${size}-${Math.round(mtimeMs)}`,
      filePath: file,
    },
    new Date().toISOString(),
  );
  return {
    name,
    path: file,
    params,
    macs,
    activations,
    inputSize,
    unknownOperators: [...cost.unknownOperators],
    assumed: [...cost.assumed],
  };
}

export function isOwnModel(name: string): boolean {
  return name.startsWith(prefix);
}

/** All own models that were added and not removed. */
export function listOwnModels(store: Store): OwnModel[] {
  return listModels(store).flatMap(({ name, filePath, params, macs, activations, inputSize, origin }) =>
    origin === 'own' && filePath !== null
      ? [{ name, path: filePath, params, macs, activations, inputSize, unknownOperators: [], assumed: [] }]
      : [],
  );
}

/** What was written down of an own model. Throws NotFound. */
export function ownModelNamed(store: Store, name: string): ModelRecord & { filePath: string } {
  const found = listModels(store).find((model) => model.origin === 'own' && model.name === name);
  if (found?.filePath == null) throw new NotFound('model', name);
  return { ...found, filePath: found.filePath };
}

export function removeOwnModel(store: Store, name: string): void {
  ownModelNamed(store, name);
  deleteOwnModel(store, name);
}

/** Where an own model's file lies now, checked again before a worker loads it. */
export async function ownModelFile(
  store: Store,
  { model }: Configuration,
): Promise<{ path: string; bytes: number }> {
  const { filePath } = ownModelNamed(store, model);
  return { path: filePath, bytes: await bytesOnDisk(filePath, await readModel(filePath)) };
}

/** Height of the first input that looks like an image. */
function imageSize({ inputs }: GraphCost): number {
  const image = inputs.find(({ shape }) => shape?.length === 4)?.shape;
  if (image === undefined) return defaultImageSize;
  const [, channels = 0, , width = defaultImageSize] = image;
  // [N, H, W, C] keeps its channels last.
  return channels <= 4 ? width : channels;
}
