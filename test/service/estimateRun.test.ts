import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  presets,
  type Answer,
  type CallInput,
  type CallName,
  type CallOutput,
} from '../../preload/contract.ts';
import { openService, type OpenedService } from '../../main/service/openService.ts';

let folder: string;
let service: OpenedService;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'backbench-estimate-'));
  service = await openService({ dataDir: folder });
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

async function call<N extends CallName>(name: N, input: CallInput<N>): Promise<Answer<CallOutput<N>>> {
  return (await service.call(name, input)) as Answer<CallOutput<N>>;
}

const request = { models: ['squeezenet1_1'], batches: [1, 4], provider: 'cpu' } as const;
const asked = (changes: Partial<CallInput<'estimateRun'>> = {}) =>
  call('estimateRun', { ...request, models: [...request.models], batches: [...request.batches], ...changes });

test('where nothing was measured no time is told, but the jobs and the bytes of their files', async () => {
  const before = await asked({ precisions: ['fp32', 'int8'] });
  expect(before).toMatchObject({ ok: true, value: { estimatedMs: null, jobs: 4, modelFiles: 2 } });
  const files = await Promise.all(
    (['fp32', 'int8'] as const).map((precision) => call('modelFile', { name: 'squeezenet1_1', precision })),
  );
  const written = files.reduce((sum, file) => sum + (file.ok ? file.value.bytes : Number.NaN), 0);
  // The graph around the weights is all that is not counted.
  const told = before.ok ? before.value.modelFileBytes : 0;
  // At the pace of a slow disk: nothing has been written yet that would tell another.
  expect(before).toMatchObject({ value: { writingMs: told / 1e5 } });
  expect(told).toBeLessThan(written);
  expect(told).toBeGreaterThan(0.9 * written);
});

test('files that lie there already are not counted', async () => {
  expect(await asked({ precisions: ['fp32', 'fp16', 'int8'] })).toMatchObject({
    value: { jobs: 6, modelFiles: 1 },
  });
  expect(await asked()).toMatchObject({
    value: { modelFiles: 0, modelFileBytes: 0, writingMs: 0 },
  });
});

test('the jobs of other runs that go before it are counted, until they are cancelled', async () => {
  expect(await asked()).toMatchObject({ value: { jobsBefore: 0, beforeMs: 0 } });
  const plan = { ...presets.quick, minSamples: 100_000, maxSamples: 100_000, maxSecondsPerProcess: 600 };
  const started = await call('startRun', { ...request, models: ['squeezenet1_1'], batches: [1, 4], plan });
  if (!started.ok) throw new Error(started.failure.message);
  expect(await asked()).toMatchObject({ value: { jobsBefore: 2, beforeMs: null } });
  await call('cancelRun', started.value);
  await vi.waitFor(async () => expect(await asked()).toMatchObject({ value: { jobsBefore: 0 } }), 10_000);
});

test('what could not be started is refused for the same reason', async () => {
  for (const changes of [{ models: ['resnet5'] }, { inputSize: 33 }, { provider: 'tensorrt' as const }]) {
    const refused = await call('startRun', {
      ...request,
      models: ['squeezenet1_1'],
      batches: [1],
      ...changes,
    });
    expect(refused.ok).toBe(false);
    expect(await asked({ batches: [1], ...changes })).toEqual(refused);
  }
  expect(await call('listRuns', {})).toMatchObject({ value: [{ state: 'cancelled' }] });
});
