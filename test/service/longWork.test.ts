import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  Answer,
  CallInput,
  CallName,
  CallOutput,
  LongCallName,
  WorkProgress,
} from '../../preload/contract.ts';
import { probeProviderVariable } from '../../main/hardware/probeMessage.ts';
import { forkProbe, type ProbeLauncher } from '../../main/hardware/probeLauncher.ts';
import { fillWithResults } from '../../main/store/bench/manyResults.ts';
import { openStore } from '../../main/store/store.ts';
import { openService, type OpenedService } from '../../main/service/openService.ts';

/** Calls that take long, over the contract: they tell how far they are, and cancelled they leave nothing. */

const resultCount = 1000;
const cancelled = { ok: false, failure: { code: 'cancelled' } };

let parent: string;
/** Of a folder with results, and of an empty one. */
let full: OpenedService;
let empty: OpenedService;
beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'backbench-long-'));
  const store = await openStore(join(parent, 'full'));
  fillWithResults(store, resultCount);
  store.close();
  full = await openService({ dataDir: join(parent, 'full') });
  empty = await openService({ dataDir: join(parent, 'empty') });
}, 60_000);
afterAll(async () => {
  await Promise.all([full.close(), empty.close()]);
  rmSync(parent, { recursive: true, force: true });
});

async function call<N extends CallName>(
  service: OpenedService,
  name: N,
  input: CallInput<N>,
): Promise<Answer<CallOutput<N>>> {
  return (await service.call(name, input)) as Answer<CallOutput<N>>;
}

/** Asks for something long, and tells what was told of it; `cancelAt`: the share at which it is cancelled. */
async function watched<N extends LongCallName>(
  service: OpenedService,
  name: N,
  input: CallInput<N>,
  cancelAt = Infinity,
): Promise<{ answer: Answer<CallOutput<N>>; told: WorkProgress[] }> {
  const work = randomUUID();
  const told: WorkProgress[] = [];
  const stop = service.subscribe((event) => {
    if (event.name !== 'workProgress' || event.payload.work !== work) return;
    told.push(event.payload);
    if (event.payload.done / event.payload.total >= cancelAt) void service.call('cancelWork', { work });
  });
  const answer = await call(service, name, { ...input, work });
  stop();
  return { answer, told };
}

async function bundle(): Promise<string> {
  const answer = await call(full, 'exportBundle', {});
  return answer.ok ? answer.value.base64 : '';
}

async function stored(service: OpenedService): Promise<number> {
  const answer = await call(service, 'listResults', { limit: 1 });
  return answer.ok ? answer.value.total : Number.NaN;
}

describe('a bundle', () => {
  test('is exported with its progress, while other calls are answered', async () => {
    const exporting = watched(full, 'exportBundle', {});
    let over = false;
    void exporting.then(() => (over = true));
    await call(full, 'listRuns', {});
    expect(over).toBe(false);
    const { answer, told } = await exporting;
    expect(answer).toMatchObject({ ok: true, value: { results: resultCount } });
    expect(told.length).toBeGreaterThan(1);
    const shares = told.map(({ done, total }) => done / total);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  }, 60_000);

  test.each([
    ['while it is read', 0.01],
    ['while it is written', 0.6],
  ])(
    'that is cancelled %s leaves nothing, and can be imported afterwards',
    async (_, cancelAt) => {
      const input = { fileName: 'a.backbench', base64: await bundle() };
      const { answer } = await watched(empty, 'importBundle', input, cancelAt);
      expect(answer).toMatchObject(cancelled);
      expect(await stored(empty)).toBe(0);
    },
    60_000,
  );

  test('comes whole after that', async () => {
    const { answer, told } = await watched(empty, 'importBundle', {
      fileName: 'a.backbench',
      base64: await bundle(),
    });
    expect(answer).toMatchObject({ ok: true, value: { results: resultCount, known: 0 } });
    expect(told.some(({ done, total }) => done > total / 2)).toBe(true);
    expect(await stored(empty)).toBe(resultCount);
  }, 60_000);

  test('is not made where the service ends meanwhile', async () => {
    const service = await openService({ dataDir: join(parent, 'full') });
    const exporting = call(service, 'exportBundle', {});
    await service.close();
    expect(await exporting).toMatchObject(cancelled);
  }, 60_000);
});

describe('looking at the machine again', () => {
  /** Its probes never answer, as a driver that hangs. */
  const hung: ProbeLauncher = {
    launch: (file, env) =>
      forkProbe.launch(
        env[probeProviderVariable] === 'cpu'
          ? file
          : fileURLToPath(new URL('../hardware/fixtures/probes/hangs.js', import.meta.url)),
        env,
      ),
  };

  test('tells its progress, and stopped it keeps what was known', async () => {
    let launcher = forkProbe;
    const service = await openService({
      dataDir: join(parent, 'hardware'),
      probeLauncher: { launch: (file, env) => launcher.launch(file, env) },
    });
    const { answer: first, told } = await watched(service, 'hardware', {});
    expect(told.length).toBeGreaterThan(0);
    launcher = hung;
    expect((await watched(service, 'hardware', { refresh: true }, 0)).answer).toMatchObject(cancelled);
    const again = await call(service, 'hardware', {});
    expect(first.ok && again.ok && again.value.providers).toEqual(first.ok && first.value.providers);
    await service.close();
  }, 60_000);

  test('and even the first look ends with the service', async () => {
    const service = await openService({ dataDir: join(parent, 'hung'), probeLauncher: hung });
    const work = randomUUID();
    const probing = new Promise<void>((resolve) => {
      service.subscribe((event) => {
        if (event.name === 'workProgress') resolve();
      });
    });
    const asked = call(service, 'hardware', { work });
    await probing;
    await service.close();
    expect(await asked).toMatchObject(cancelled);
  }, 25_000);
});

describe('a copy of the database', () => {
  test('that is cancelled leaves no file', async () => {
    const path = join(parent, 'copy.sqlite');
    expect((await watched(full, 'backUp', { path }, 0)).answer).toMatchObject(cancelled);
    expect(readdirSync(parent).filter((name) => name.startsWith('copy'))).toEqual([]);
    expect((await watched(full, 'backUp', { path })).answer).toMatchObject({ ok: true, value: { path } });
  });

  test('that is not put back after all changes nothing', async () => {
    const path = join(parent, 'empty-copy.sqlite');
    const other = await openService({ dataDir: join(parent, 'other') });
    expect(await call(other, 'backUp', { path })).toMatchObject({ ok: true });
    await other.close();
    expect((await watched(full, 'restoreBackup', { path }, 0.1)).answer).toMatchObject(cancelled);
    expect(await stored(full)).toBe(resultCount);
    expect(readdirSync(join(parent, 'full')).filter((name) => name.includes('restoring'))).toEqual([]);
  });
});

describe('a model’s file', () => {
  const folder = (): string[] =>
    existsSync(join(parent, 'empty', 'models')) ? readdirSync(join(parent, 'empty', 'models')) : [];

  test('that is cancelled leaves nothing of it', async () => {
    const { answer } = await watched(empty, 'modelFile', { name: 'resnet50' }, 0.1);
    expect(answer).toMatchObject(cancelled);
    expect(folder()).toEqual([]);
  });

  test('that two ask for at once is written once, and both have it', async () => {
    const asked = { name: 'squeezenet1_1' };
    const answers = await Promise.all([call(empty, 'modelFile', asked), call(empty, 'modelFile', asked)]);
    expect(answers[0]).toMatchObject({ ok: true });
    expect(answers[1]).toEqual(answers[0]);
    expect(folder()).toHaveLength(2);
  });
});

test('what is over, or never was, is cancelled without harm', async () => {
  expect(await full.call('cancelWork', { work: randomUUID() })).toEqual({ ok: true, value: null });
  expect(await full.call('cancelWork', { work: 'export' })).toMatchObject({
    failure: { code: 'invalid-input' },
  });
});
