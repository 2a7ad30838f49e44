import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Answer, Configuration, Run } from '../../preload/contract.ts';
import { upsertMachine } from '../../main/store/machines.ts';
import { openStore } from '../../main/store/store.ts';
import { openService, type OpenedService } from '../../main/service/openService.ts';
import { configuration, machine, result, storeResult } from '../store/sampleRows.ts';

/** As another machine measured them: no one run of all combinations holds just these. */
const measured: readonly Configuration[] = [
  configuration({ model: 'squeezenet1_1', batch: 1, inputSize: 224, threads: 1 }),
  configuration({ model: 'resnet18', batch: 4, precision: 'int8', inputSize: 128, threads: 1 }),
  configuration({
    ...{ model: 'alexnet', batch: 2, use: 'features', threads: 2, arena: false },
    mode: { kind: 'paced', framesPerSecond: 5 },
  }),
];

let dataDir: string;
let service: OpenedService;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'backbench-again-'));
  const store = await openStore(dataDir);
  upsertMachine(store, machine, '2026-11-01T09:00:00.000Z');
  measured.forEach((each, i) =>
    storeResult(store, result(`result-${i}`, `run-${i}`, { configuration: each })),
  );
  const elsewhere = process.platform === 'win32' ? 'coreml' : 'dml';
  storeResult(
    store,
    result('elsewhere', 'run-elsewhere', { configuration: configuration({ provider: elsewhere }) }),
  );
  store.close();
  service = await openService({ dataDir });
});
afterAll(async () => {
  await service.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test('exactly the chosen configurations are measured, each once and under the power source of now', async () => {
  const resultIds = ['result-0', 'result-1', 'result-2', 'result-1'];
  const started = (await service.call('measureAgain', { resultIds })) as Answer<{ runId: string }>;
  if (!started.ok) throw new Error(started.failure.message);
  const cancelled = (await service.call('cancelRun', started.value)) as Answer<Run>;
  if (!cancelled.ok) throw new Error(cancelled.failure.message);
  const asked = cancelled.value.jobs.map((job) => ({ ...job.configuration, powerSource: null }));
  expect(asked).toEqual(measured.map((each) => ({ ...each, powerSource: null })));
});

test('a result that is gone, and a provider that does not work here, are refused before anything is stored', async () => {
  expect(await service.call('measureAgain', { resultIds: ['result-0', 'gone'] })).toMatchObject({
    ok: false,
    failure: { code: 'result-unknown' },
  });
  expect(await service.call('measureAgain', { resultIds: ['result-0', 'elsewhere'] })).toMatchObject({
    ok: false,
    failure: { code: 'provider-unavailable' },
  });
  expect(await service.call('measureAgain', { resultIds: [] })).toMatchObject({ ok: false });
  const runs = (await service.call('listRuns', {})) as Answer<Run[]>;
  expect(runs.ok && runs.value).toHaveLength(5);
});
