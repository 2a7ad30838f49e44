import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { graphCost } from '../../main/onnx/cost.ts';
import { ModelProtoSchema, TensorProto_DataLocation } from '../../main/onnx/proto/onnx_pb.js';
import { readModel } from '../../main/onnx/read.ts';

let root = '';
let folder = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'backbench-external-'));
  folder = join(root, 'model');
  await mkdir(join(folder, 'parts'), { recursive: true });
  await writeFile(join(folder, 'weights.bin'), new Uint8Array(400));
  await writeFile(join(folder, 'parts', 'weights.bin'), new Uint8Array(400));
  await writeFile(join(root, 'secret.bin'), new Uint8Array(400));
});
afterEach(() => rm(root, { recursive: true }));

/** Reads a model whose one tensor ([10, 10] float, 400 bytes) says that its bytes lie there. */
async function reading(entries: Record<string, string>) {
  const path = join(folder, 'model.onnx');
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ version: 17n }],
    graph: {
      name: 'g',
      node: [{ opType: 'MatMul', input: ['x', 'w'], output: ['y'] }],
      output: [{ name: 'y' }],
      initializer: [
        {
          name: 'w',
          dims: [10n, 10n],
          dataType: 1,
          dataLocation: TensorProto_DataLocation.EXTERNAL,
          externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
        },
      ],
    },
  });
  await writeFile(path, toBinary(ModelProtoSchema, model));
  return readModel(path);
}

const refusal = (message: RegExp) => ({
  name: 'ModelFailure',
  code: 'external-data-refused',
  message: expect.stringMatching(message) as unknown,
});

describe('external data', () => {
  test('inside the folder of the model is accepted and counted', async () => {
    const graph = await reading({ location: 'weights.bin', offset: '0', length: '400' });
    expect(graphCost(graph).params).toBe(100);
    await expect(reading({ location: 'weights.bin' })).resolves.toBeDefined();
    await expect(reading({ location: 'parts/weights.bin' })).resolves.toBeDefined();
    await expect(reading({ location: './parts/weights.bin' })).resolves.toBeDefined();
  });

  test('through a link that stays inside is accepted', async () => {
    await symlink('weights.bin', join(folder, 'link.bin'));
    await expect(reading({ location: 'link.bin' })).resolves.toBeDefined();
  });

  test.each([
    ['an absolute path', () => join(root, 'secret.bin'), /absolute path/],
    ['a drive letter', () => 'C:secret.bin', /absolute path/],
    ['a parent folder', () => '../secret.bin', /outside the model's folder/],
    ['a parent folder in the middle', () => 'parts/../../secret.bin', /outside the model's folder/],
    ['backslashes', () => '..\\secret.bin', /backslash/],
    ['a NUL', () => 'weights.bin\0.txt', /NUL/],
    ['nothing', () => '', /without a location/],
    ['a folder', () => 'parts', /not a file/],
  ])('at %s is refused', async (_what, location, message) => {
    await expect(reading({ location: location() })).rejects.toMatchObject(refusal(message));
  });

  test('through links that lead out is refused: of the file, and of a folder on the way', async () => {
    await symlink(join(root, 'secret.bin'), join(folder, 'link.bin'));
    await expect(reading({ location: 'link.bin' })).rejects.toMatchObject(refusal(/link that leads out/));
    await symlink(root, join(folder, 'up'));
    await expect(reading({ location: 'up/secret.bin' })).rejects.toMatchObject(
      refusal(/link that leads out/),
    );
    await symlink('/dev/zero', join(folder, 'endless'));
    await expect(reading({ location: 'endless' })).rejects.toMatchObject(refusal(/link that leads out/));
  });

  test.each([
    [{ offset: '-1' }, /no natural number/],
    [{ length: '-400' }, /no natural number/],
    [{ offset: '1e9' }, /no natural number/],
    [{ offset: '99999999999999999999' }, /no natural number/],
    [{ offset: '1', length: '400' }, /up to byte 401 of 'weights.bin', which has 400/],
    [{ offset: '9007199254740991' }, /which has 400/],
    [{ length: '399' }, /its shape needs 400/],
  ])('with %o is refused', async (entries, message) => {
    await expect(reading({ location: 'weights.bin', ...entries })).rejects.toMatchObject(refusal(message));
  });

  test('that is missing is named', async () => {
    await expect(reading({ location: 'gone.bin' })).rejects.toMatchObject({
      code: 'external-data-missing',
      message: expect.stringContaining("'gone.bin'") as unknown,
    });
  });
});
