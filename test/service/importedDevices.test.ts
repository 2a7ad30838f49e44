import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallInput, CallName, CallOutput } from '../../preload/contract.ts';
import { openService, type OpenedService } from '../../main/service/openService.ts';

let folder: string;
let service: OpenedService;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backbench-import-'));
  service = await openService({ dataDir: folder });
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

async function ask<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const answer = await service.call(name, input);
  if (!answer.ok) throw new Error(answer.failure.message);
  return answer.value as CallOutput<N>;
}
const ids = async () => (await ask('listDevices', {})).map(({ id }) => id);

const fileName = 'benchmark-infer-amp-nhwc-pt260-cu126-rtx4060.csv';
const table = (fps: number) =>
  [
    'model,infer_samples_per_sec,infer_step_time,infer_batch_size,infer_img_size,param_count',
    `resnet50,${fps},100,256,224,25.56`,
    'mobilenetv3_large_100,9000,28,256,224,5.48',
    'no_such_model,1,1,1,224,1',
  ].join('\n');

test('a table of timm becomes a device that answers questions; twice changes nothing, another one replaces it', async () => {
  const first = await ask('importTimm', { fileName, text: table(2000) });
  expect(first).toMatchObject({ outcome: 'added', rows: 3, leftOut: 1 });
  const { id } = first.device;
  expect(first.device).toMatchObject({
    kind: 'reference',
    isImported: true,
    precisions: ['amp'],
    batches: [256],
  });
  expect(await ids()).toContain(id);

  const { ranked, notes } = await ask('recommend', { device: id, limits: { minFps: 1000 } });
  expect(ranked.map(({ model, origin }) => [model, origin])).toEqual([
    ['resnet50', 'published'],
    ['mobilenetv3_large_100', 'published'],
  ]);
  expect(notes.join(' ')).toContain('published');

  expect(await ask('importTimm', { fileName, text: table(2000) })).toEqual({
    ...first,
    outcome: 'unchanged',
  });
  expect((await ids()).filter((other) => other === id)).toHaveLength(1);

  const other = await ask('importTimm', { fileName, text: table(500) });
  expect(other).toMatchObject({ outcome: 'replaced', device: { id } });
  const slower = await ask('recommend', { device: id, limits: { minFps: 1000 } });
  expect(slower.ranked.map(({ model }) => model)).toEqual(['mobilenetv3_large_100']);

  await ask('removeDevice', { id });
  expect(await ids()).not.toContain(id);
  const answer = await service.call('removeDevice', { id });
  expect(answer).toMatchObject({ ok: false, failure: { code: 'unknown-device' } });
});

test('a file that is not sound, or whose name does not tell what it is of, changes nothing', async () => {
  const before = await ids();
  for (const input of [
    { fileName, text: 'a,b\n1,2\n' },
    { fileName, text: table(2000).replace('2000', 'fast') },
    { fileName: 'table.csv', text: table(2000) },
    { fileName, text: table(2000).replaceAll(/^(resnet50|mobilenetv3_large_100)/gm, 'nobody_knows') },
  ]) {
    const answer = await service.call('importTimm', input);
    expect(answer.ok).toBe(false);
    expect(!answer.ok && answer.failure.remedy).not.toBe('');
  }
  expect(await ids()).toEqual(before);
  const named = await ask('importTimm', {
    fileName: 'table.csv',
    text: table(2000),
    name: 'RTX 4060',
    precision: 'fp16',
  });
  expect(named.device).toMatchObject({ id: 'timm-rtx-4060-fp16', name: 'RTX 4060', precisions: ['fp16'] });
});

test('a device that ships cannot be removed', async () => {
  const answer = await service.call('removeDevice', { id: 'timm-rtx4090' });
  expect(answer).toMatchObject({ ok: false, failure: { code: 'unknown-device' } });
  expect(await ids()).toContain('timm-rtx4090');
});
