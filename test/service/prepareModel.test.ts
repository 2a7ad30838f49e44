import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openService } from '../../main/service/openService.ts';
import { modelCacheIn, prepareModel } from '../../main/service/prepareModel.ts';
import { configuration } from '../store/sampleRows.ts';
import { temporaryFolder, temporaryStore } from '../store/temporary.ts';

describe('a model that is to be generated on a drive that is gone', () => {
  const squeezenet = configuration({ model: 'squeezenet1_1', inputSize: 64 });

  test('waits for it, and nothing is written in its place, mount point or not', async () => {
    const parent = temporaryFolder();
    const drive = join(parent, 'drive');
    const store = await temporaryStore(drive);
    const cache = modelCacheIn(drive);
    const lost = { ok: false, failure: { code: 'folder-lost' } };
    renameSync(drive, join(parent, 'away'));
    expect(await prepareModel(store, cache, squeezenet)).toMatchObject(lost);
    expect(existsSync(drive)).toBe(false);
    mkdirSync(drive);
    expect(await prepareModel(store, cache, squeezenet)).toMatchObject(lost);
    expect(readdirSync(drive)).toEqual([]);
    rmdirSync(drive);
    renameSync(join(parent, 'away'), drive);
    expect(await prepareModel(store, cache, squeezenet)).toMatchObject({ ok: true });
  });
});

test('what a killed process left half-written in the model cache is gone once the service is open', async () => {
  const dataDir = temporaryFolder();
  const models = join(dataDir, 'models');
  mkdirSync(models);
  const anHourAgo = Date.now() / 1000 - 3600;
  for (const name of ['left.onnx.partial', 'under-way.onnx.partial'])
    writeFileSync(join(models, name), 'half');
  utimesSync(join(models, 'left.onnx.partial'), anHourAgo, anHourAgo);
  const service = await openService({ dataDir });
  expect(readdirSync(models)).toEqual(['under-way.onnx.partial']);
  await service.close();
});
