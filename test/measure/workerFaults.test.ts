import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { nodeLauncher } from '../../main/measure/launchFork.ts';
import { runTrial } from '../../main/measure/runTrial.ts';
import type { Supervision } from '../../main/measure/supervise.ts';
import type { TrialOutcome, WorkerLauncher } from '../../main/measure/trial.ts';
import { quickTask, temporaryFolder, writeConvolution } from './tinyModels.ts';

const folder = temporaryFolder();

/** What becomes of a trial whose worker is one of the fixtures. */
async function trialIn(fixture: string, supervision: Supervision = {}): Promise<TrialOutcome> {
  const file = new URL(`fixtures/${fixture}.ts`, import.meta.url);
  return runTrial(nodeLauncher, quickTask('unused.onnx'), supervision, file);
}

/** A launcher that tells the process numbers of what it launches. */
function watchedLauncher(): { launcher: WorkerLauncher; pids: number[] } {
  const pids: number[] = [];
  return {
    pids,
    launcher: {
      launch(file, env) {
        const worker = nodeLauncher.launch(file, env);
        if (worker.pid !== undefined) pids.push(worker.pid);
        return worker;
      },
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A task that would take a minute. */
function longTask() {
  const task = quickTask(writeConvolution(folder));
  return {
    ...task,
    plan: { ...task.plan, minSamples: 100_000, maxSamples: 100_000, maxSecondsPerProcess: 60 },
  };
}

describe('a worker that misbehaves costs its trial and nothing else', () => {
  test.skipIf(process.platform === 'win32')('one that aborts', async () => {
    expect(await trialIn('aborts')).toMatchObject({
      ok: false,
      repeatable: false,
      failure: { code: 'worker-aborted', remedy: expect.stringContaining('batch') as string },
      output: expect.stringContaining('std::bad_alloc') as string,
    });
  });

  test.skipIf(process.platform === 'win32')('one that crashes in native code', async () => {
    expect(await trialIn('segfaults')).toMatchObject({
      ok: false,
      repeatable: false,
      failure: { code: 'worker-crashed', message: expect.stringContaining('SIGSEGV') as string },
    });
  });

  test('one that exits 0 without a result', async () => {
    expect(await trialIn('exitsSilently')).toMatchObject({ ok: false, failure: { code: 'worker-silent' } });
  });

  test('one that exits with a code after printing much: the last line is told', async () => {
    expect(await trialIn('exitsLoudly')).toMatchObject({
      ok: false,
      failure: {
        code: 'worker-failed',
        message: expect.stringContaining('the licence server cannot be reached') as string,
      },
    });
  });

  test('one that dies before it has its order', async () => {
    expect(await trialIn('diesBeforeItsOrder')).toMatchObject({
      ok: false,
      repeatable: false,
      failure: { code: 'worker-failed' },
    });
  });

  test('one that hangs in a call that never returns', async () => {
    expect(await trialIn('hangs', { hangTimeoutMs: 300 })).toMatchObject({
      ok: false,
      repeatable: false,
      failure: { code: 'worker-hung' },
    });
  });

  test('but a silence within twenty of its slowest runs is no hang', async () => {
    expect(await trialIn('blocksForSeconds', { hangTimeoutMs: 300, deadlineMs: 2500 })).toMatchObject({
      ok: false,
      failure: { code: 'deadline' },
    });
  });

  test('one that lives on and never gets done', async () => {
    expect(await trialIn('neverFinishes', { deadlineMs: 800 })).toMatchObject({
      ok: false,
      failure: { code: 'deadline' },
    });
  });

  test.each(['printsGarbage', 'claimsAGigabyte', 'lies'])('one that talks nonsense: %s', async (fixture) => {
    expect(await trialIn(fixture)).toMatchObject({
      ok: false,
      repeatable: false,
      failure: { code: 'worker-garbage' },
    });
  });

  test.skipIf(process.platform !== 'linux')('one that leaks is ended at the limit', async () => {
    expect(await trialIn('leaks', { memoryLimitBytes: 300e6 })).toMatchObject({
      ok: false,
      repeatable: true,
      failure: { code: 'memory-limit' },
    });
  });

  test('one that cannot be started', async () => {
    const launcher: WorkerLauncher = {
      launch: (file, env) => {
        const { execPath } = process;
        process.execPath = '/nowhere/node';
        try {
          return nodeLauncher.launch(file, env);
        } finally {
          process.execPath = execPath;
        }
      },
    };
    expect(await runTrial(launcher, quickTask('unused.onnx'))).toMatchObject({
      ok: false,
      failure: { code: 'worker-not-started' },
    });
  });
});

describe('a worker that is ended', () => {
  test('by a cancel is gone when the trial says so', async () => {
    const { launcher, pids } = watchedLauncher();
    const controller = new AbortController();
    const outcome = await runTrial(launcher, longTask(), {
      signal: controller.signal,
      onProgress: ({ phase }) => phase === 'sampling' && controller.abort(),
    });
    expect(outcome).toMatchObject({ ok: false, repeatable: false, failure: { code: 'cancelled' } });
    expect(pids.map(isAlive)).toEqual([false]);
  });

  test('before it began is not started at all', async () => {
    const { launcher, pids } = watchedLauncher();
    const outcome = await runTrial(launcher, longTask(), { signal: AbortSignal.abort() });
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'cancelled' } });
    expect(pids).toEqual([]);
  });

  test('by kill -9 in mid-run is a failure with the reason, and is not tried again by itself', async () => {
    const { launcher, pids } = watchedLauncher();
    const outcome = await runTrial(launcher, longTask(), {
      onProgress: ({ phase }) => {
        const [pid] = pids;
        if (phase === 'sampling' && pid !== undefined) process.kill(pid, 'SIGKILL');
      },
    });
    expect(outcome).toMatchObject({ ok: false, repeatable: true, failure: { code: 'worker-killed' } });
  });

  test('by a finished trial leaves no process behind', async () => {
    const { launcher, pids } = watchedLauncher();
    const outcome = await runTrial(launcher, quickTask(writeConvolution(folder)));
    expect(outcome.ok).toBe(true);
    expect(pids.map(isAlive)).toEqual([false]);
  });

  test('ends itself when its parent is killed', async () => {
    const parentFile = fileURLToPath(new URL('fixtures/parentOfWorker.ts', import.meta.url));
    const parent = spawn(process.execPath, [parentFile, JSON.stringify(longTask())], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const worker = Number(line.toString().split('\n')[0]);
    expect(isAlive(worker)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(worker), { timeout: 10_000 }).toBe(false);
  });
});
