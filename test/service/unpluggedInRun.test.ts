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

const shortSweep = {
  question: { count: 2 },
  models: ['squeezenet1_1', 'shufflenet_v2_x0_5', 'mobilenet_v3_small'],
  threads: 1,
} satisfies CallInput<'startSweep'>;

type Started = 'startRun' | 'startSweep';
type Phase = NonNullable<Progress['current']>['phase'];

/** Starts, pulls the drive in that phase, brings it back, and tells the run as it ended. */
async function unpluggedDuring(
  phase: Phase,
  { start, leavesMountPoint }: { start: Started; leavesMountPoint: boolean },
  { onTestFinished, expect }: TestContext,
): Promise<{ run: CallOutput<'getRun'>; rows: CallOutput<'listResults'>['rows'] }> {
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
  const asked = start === 'startRun' ? shortRun : shortSweep;
  const { runId } = await answer<Started>(service.call(start, asked));

  await vi.waitFor(() => expect(troubles).toHaveLength(1), { timeout: 120_000, interval: 20 });
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
  await vi.waitFor(() => expect(troubles.at(-1)).toBeNull(), { timeout: 120_000, interval: 20 });
  await vi.waitFor(
    async () => {
      const run = await answer<'getRun'>(service.call('getRun', { runId }));
      expect(run.finishedAt).not.toBeNull();
    },
    { timeout: 120_000, interval: 50 },
  );
  const run = await answer<'getRun'>(service.call('getRun', { runId }));
  expect(run).toMatchObject({ state: 'done' });
  const { rows } = await answer<'listResults'>(service.call('listResults', { runId, newestOnly: false }));
  expect(troubles).toHaveLength(2);
  await service.close();
  const store = await openStore(drive);
  expect(store.recovered).toBeNull();
  expect(store.integrityCheck()).toEqual([]);
  store.close();
  const left = readdirSync(join(drive, 'models')).filter((name) => !/\.(onnx|json|data)$/.test(name));
  expect(left).toEqual([]);
  return { run, rows };
}

async function runUnplugged(phase: Phase, leavesMountPoint: boolean, context: TestContext): Promise<void> {
  const { run, rows } = await unpluggedDuring(phase, { start: 'startRun', leavesMountPoint }, context);
  context.expect(run.jobs).toMatchObject([
    { state: 'done', processesDone: 2 },
    { state: 'done', processesDone: 2 },
  ]);
  context.expect(rows).toHaveLength(2);
}

async function sweepUnplugged(context: TestContext): Promise<void> {
  const how = { start: 'startSweep', leavesMountPoint: true } as const;
  const { run, rows } = await unpluggedDuring('sampling', how, context);
  // Every job that the sweep asked for has its one result, and it asked for each model at least.
  context.expect(run.jobs.filter(({ state }) => state !== 'done')).toEqual([]);
  const ids = run.jobs.map(({ resultId }) => resultId);
  context.expect(new Set(ids)).toEqual(new Set(rows.map(({ result }) => result.id)));
  context.expect(rows).toHaveLength(run.jobs.length);
  const models = new Set(run.jobs.map(({ configuration }) => configuration.model));
  context.expect(models).toEqual(new Set(shortSweep.models));
}

async function answer<N extends Started | 'getRun' | 'listResults'>(
  asked: Promise<{ ok: boolean; value?: unknown; failure?: Failure }>,
): Promise<CallOutput<N>> {
  const given = await asked;
  if (!given.ok) throw new Error(given.failure?.message);
  return given.value as CallOutput<N>;
}

// Side by side: most of their time they wait, and each has a folder of its own.
describe.concurrent(
  'a drive that is unplugged in the middle of a run costs nothing of it',
  { timeout: 300_000 },
  () => {
    test('while a model is generated', (context) => runUnplugged('generating', false, context));
    test('while a worker loads the model', (context) => runUnplugged('loading', true, context));
    test('while a sweep measures', sweepUnplugged);
    test('while a worker measures', (context) => runUnplugged('sampling', false, context));
  },
);
