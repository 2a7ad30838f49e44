import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, vi, type TestContext } from 'vitest';
import type { CallInput, CallOutput, Failure, Progress } from '../../preload/contract.ts';
import { openService } from '../../main/service/openService.ts';
import { openStore } from '../../main/store/store.ts';

/** A drive that is unplugged while a run is measured, through the real service and its real workers. */

const shortRun = {
  models: ['squeezenet1_1', 'shufflenet_v2_x0_5'],
  batches: [1],
  provider: 'cpu',
  inputSize: 64,
  threads: 1,
  plan: {
    minProcesses: 2,
    maxProcesses: 2,
    minSamples: 5,
    maxSamples: 50,
    maxSecondsPerProcess: 1,
    maxWarmUpSeconds: 0.5,
    relativeHalfWidth: 0.5,
  },
} satisfies CallInput<'startRun'>;

type Phase = NonNullable<Progress['current']>['phase'];

async function unpluggedDuring(
  phase: Phase,
  leavesMountPoint: boolean,
  { onTestFinished, expect }: TestContext,
): Promise<void> {
  const parent = mkdtempSync(join(tmpdir(), 'backbench-unplugged-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const drive = join(parent, 'drive');
  const away = join(parent, 'away');
  const service = await openService({ dataDir: drive });
  onTestFinished(() => service.close());
  const troubles: (Failure | null)[] = [];
  let isPulled = false;
  service.subscribe((event) => {
    if (event.name === 'storeTrouble') troubles.push(event.payload);
    // The first phase of this kind, whichever job's: at that very moment the drive is gone.
    if (event.name !== 'progress' || event.payload.current?.phase !== phase || isPulled) return;
    isPulled = true;
    renameSync(drive, away);
    if (leavesMountPoint) mkdirSync(drive);
  });
  const { runId } = await answer<'startRun'>(service.call('startRun', shortRun));

  await vi.waitFor(() => expect(troubles).toHaveLength(1), { timeout: 30_000, interval: 20 });
  expect(troubles[0]).toMatchObject({
    code: 'folder-lost',
    message: expect.stringContaining(drive) as string,
    remedy: expect.stringContaining('Connect') as string,
  });
  expect(await service.call('getRun', { runId })).toMatchObject({ failure: { code: 'folder-lost' } });
  // Long enough for the worker in flight to end, and for what waits to try again.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  expect(troubles).toHaveLength(1);
  // Nothing was begun in the drive's place.
  if (leavesMountPoint) {
    expect(readdirSync(drive)).toEqual([]);
    rmdirSync(drive);
  } else expect(existsSync(drive)).toBe(false);

  renameSync(away, drive);
  await vi.waitFor(() => expect(troubles.at(-1)).toBeNull(), { timeout: 30_000, interval: 20 });
  await vi.waitFor(
    async () => {
      const run = await answer<'getRun'>(service.call('getRun', { runId }));
      expect(run.finishedAt).not.toBeNull();
    },
    { timeout: 60_000, interval: 50 },
  );
  const run = await answer<'getRun'>(service.call('getRun', { runId }));
  expect(run).toMatchObject({ state: 'done' });
  expect(run.jobs).toMatchObject([
    { state: 'done', processesDone: 2 },
    { state: 'done', processesDone: 2 },
  ]);
  const { rows } = await answer<'listResults'>(service.call('listResults', { runId }));
  expect(rows).toHaveLength(2);
  expect(troubles).toHaveLength(2);
  await service.close();
  const store = await openStore(drive);
  expect(store.recovered).toBeNull();
  expect(store.integrityCheck()).toEqual([]);
  store.close();
  const left = readdirSync(join(drive, 'models')).filter((name) => !/\.(onnx|json|data)$/.test(name));
  expect(left).toEqual([]);
}

async function answer<N extends 'startRun' | 'getRun' | 'listResults'>(
  asked: Promise<{ ok: boolean; value?: unknown; failure?: Failure }>,
): Promise<CallOutput<N>> {
  const given = await asked;
  if (!given.ok) throw new Error(given.failure?.message);
  return given.value as CallOutput<N>;
}

// Side by side: most of their time they wait, and each has a folder of its own.
describe.concurrent('a drive that is unplugged in the middle of a run costs nothing of it', () => {
  test('while a model is generated', (context) => unpluggedDuring('generating', false, context));
  test('while a worker loads the model', (context) => unpluggedDuring('loading', true, context));
  test('while a worker measures', (context) => unpluggedDuring('sampling', false, context));
});
