import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { linkService, type LinkOptions, type ServiceLink } from '../../main/desktop/serviceLink.ts';
import type { ChildProcess } from '../../main/desktop/childLauncher.ts';
import { openStore } from '../../main/store/store.ts';
import { acquireQueueLock } from '../../main/store/queueLock.ts';
import { nodeLaunchers } from './nodeLaunchers.ts';
import { recordedLog } from './recordedLog.ts';
import type { CallInput, CallName, CallOutput, Failure } from '../../preload/contract.ts';

const file = join(import.meta.dirname, '..', '..', 'main', 'desktop', 'serviceHost.ts');
let folder: string;
let link: ServiceLink | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backbench-link-'));
});
afterEach(async () => {
  await link?.close();
  link = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function open(options: Partial<LinkOptions> = {}): ServiceLink {
  link = linkService({
    file,
    dataDir: folder,
    ...nodeLaunchers,
    log: recordedLog(),
    onNotices: () => undefined,
    onRefused: () => undefined,
    pauseBefore: () => 10,
    ...options,
  });
  return link;
}

async function ask<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const answer = await (link as ServiceLink).call(name, input);
  if (!answer.ok) throw new Error(answer.failure.message);
  return answer.value as CallOutput<N>;
}

const tinyRun = {
  models: ['squeezenet1_1'],
  batches: [1],
  provider: 'cpu',
  inputSize: 64,
  plan: {
    minProcesses: 2,
    maxProcesses: 2,
    minSamples: 5,
    maxSamples: 10,
    maxSecondsPerProcess: 1,
    maxWarmUpSeconds: 0.5,
    relativeHalfWidth: 0.5,
  },
} satisfies CallInput<'startRun'>;

async function endOfRun(runId: string): Promise<CallOutput<'getRun'>> {
  for (;;) {
    const run = await ask('getRun', { runId });
    if (run.state !== 'active') return run;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The link's launchers, with every process of the service remembered. */
function remembered(): { services: LinkOptions['services']; lives: ChildProcess[] } {
  const lives: ChildProcess[] = [];
  return {
    lives,
    services: {
      launch: (...values) => {
        const life = nodeLaunchers.services.launch(...values);
        lives.push(life);
        return life;
      },
    },
  };
}

test('a call asked before the store is open is answered once it is', async () => {
  open();
  expect(link?.connected).toBe(false);
  expect(await ask('listRuns', {})).toEqual([]);
  expect(link?.connected).toBe(true);
});

test('a model is measured by a worker that the main process starts for the service', async () => {
  const events: string[] = [];
  open();
  link?.subscribe(({ name }) => events.push(name));
  const { runId } = await ask('startRun', tinyRun);
  const run = await endOfRun(runId);
  expect(run.jobs.map(({ state }) => state)).toEqual(['done']);
  const { rows } = await ask('listResults', { runId });
  expect(rows[0]?.result.latencyMs.median).toBeGreaterThan(0);
  expect(events).toContain('progress');
  expect(events).toContain('runChanged');
});

test('a service killed in mid-run comes back, and the run goes on to its end', async () => {
  const { services, lives } = remembered();
  open({ services });
  const connections: boolean[] = [];
  link?.onConnection((connected) => connections.push(connected));
  const { runId } = await ask('startRun', { ...tinyRun, models: ['squeezenet1_1', 'squeezenet1_0'] });
  const [first] = lives;
  const inFlight = link?.call('hardware', { refresh: true });
  first?.kill();
  expect(await inFlight).toMatchObject({ ok: false, failure: { code: 'disconnected' } });
  while (connections.at(-1) !== true || lives.length < 2)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(connections).toEqual([true, false, true]);
  const run = await endOfRun(runId);
  expect(run.jobs.map(({ state }) => state)).toEqual(['done', 'done']);
});

test('a folder that cannot be used is refused with a sentence, and tried again when asked', async () => {
  const blocked = join(folder, 'data');
  writeFileSync(blocked, 'a file where the folder should be');
  const { promise, resolve } = Promise.withResolvers<Failure>();
  open({ dataDir: blocked, onRefused: resolve });
  expect(await promise).toMatchObject({ code: 'folder-unusable' });
  expect(await link?.call('listRuns', {})).toMatchObject({ ok: false, failure: { code: 'folder-unusable' } });
  rmSync(blocked);
  link?.retry();
  expect(await ask('listRuns', {})).toEqual([]);
});

test('where a command measures in the same folder, results can be seen all the same', async () => {
  const store = await openStore(folder);
  const lock = acquireQueueLock(folder);
  try {
    const { promise, resolve } = Promise.withResolvers<readonly Failure[]>();
    open({ onNotices: resolve });
    expect(await ask('listResults', {})).toEqual({ total: 0, rows: [] });
    expect(await promise).toMatchObject([{ code: 'queue-in-use' }]);
  } finally {
    lock.release();
    store.close();
  }
});

test('a damaged database is told as a notice, with where it lies now', async () => {
  writeFileSync(join(folder, 'backbench.sqlite'), `SQLite format 3\0${'x'.repeat(8192)}`);
  const { promise, resolve } = Promise.withResolvers<readonly Failure[]>();
  open({ onNotices: resolve });
  expect(await ask('listRuns', {})).toEqual([]);
  expect(await promise).toMatchObject([{ code: 'database-recovered' }]);
});

test('a service that dies at every start is given up with its reason, not started for ever', async () => {
  const dying = join(folder, 'serviceHost.ts');
  writeFileSync(dying, 'process.exit(3)');
  const { services, lives } = remembered();
  const { promise, resolve } = Promise.withResolvers<Failure>();
  open({ file: dying, services, onRefused: resolve });
  const failure = await promise;
  expect(failure).toMatchObject({ code: 'service-crashed' });
  expect(failure.message).toContain('exit code 3');
  expect(lives).toHaveLength(5);
});

test('closing lets go of the queue: another process can take it at once', async () => {
  open();
  await ask('startRun', tinyRun);
  await link?.close();
  acquireQueueLock(folder).release();
});

test('the service may have files of the app started, and no others', () => {
  const outside = join(folder, 'outside.ts');
  writeFileSync(outside, 'process.exit(0)');
  const script = join(folder, 'app', 'desktop', 'serviceHost.ts');
  const said: unknown[] = [];
  const service = fakeService();
  const started: string[] = [];
  linkService({
    file: script,
    dataDir: folder,
    services: { launch: () => service.process },
    workers: {
      launch: (asked) => {
        started.push(asked);
        return fakeService().process;
      },
    },
    log: recordedLog(),
    onNotices: () => undefined,
    onRefused: () => undefined,
  });
  service.onPost = (message) => said.push(message);
  service.tell({ kind: 'launch', id: 1, file: outside, env: {} });
  service.tell({
    kind: 'launch',
    id: 2,
    file: join(folder, 'app', 'desktop', '..', '..', 'outside.ts'),
    env: {},
  });
  service.tell({ kind: 'launch', id: 3, file: join(folder, 'app', 'desktop', 'worker.js'), env: {} });
  expect(started).toEqual([join(folder, 'app', 'desktop', 'worker.js')]);
  expect(said).toMatchObject([
    { kind: 'child', id: 1, news: { kind: 'exit' } },
    { kind: 'child', id: 2, news: { kind: 'exit' } },
    { kind: 'child', id: 3, news: { kind: 'started' } },
  ]);
});

/** A process that says what the test wants. */
function fakeService(): {
  process: ChildProcess;
  tell: (message: unknown) => void;
  onPost: (message: unknown) => void;
} {
  const listeners: ((message: unknown) => void)[] = [];
  const fake = {
    onPost: (_message: unknown): void => undefined,
    tell: (message: unknown) => {
      for (const listener of listeners) listener(message);
    },
    process: {
      pid: 1,
      post: (message: unknown) => fake.onPost(message),
      onMessage: (listener: (message: unknown) => void) => void listeners.push(listener),
      onExit: () => undefined,
      kill: () => undefined,
      outputTail: () => '',
    },
  };
  return fake;
}
