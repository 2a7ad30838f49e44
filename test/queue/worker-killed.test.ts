import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as timer } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Result, type SamplingPlan } from '../../preload/contract.ts';
import { measureAssignment } from '../../main/measure/assignment.ts';
import { nodeLauncher } from '../../main/measure/launchFork.ts';
import { runTrial } from '../../main/measure/runTrial.ts';
import { needsAnotherProcess, summariseTrials } from '../../main/measure/summarise.ts';
import type { WorkerLauncher } from '../../main/measure/trial.ts';
import type { Clock } from '../../main/queue/clock.ts';
import { createQueue, type QueueSetup } from '../../main/queue/queue.ts';
import { acquireQueueLock } from '../../main/store/queueLock.ts';
import { getResult, listResults } from '../../main/store/results.ts';
import { getRun, listRuns } from '../../main/store/runs.ts';
import { getSamples, listTrials, trialDurations } from '../../main/store/trials.ts';
import { writeConvolution } from '../measure/tinyModels.ts';
import { configuration, machine } from '../store/sampleRows.ts';
import { temporaryFolder, temporaryStore } from '../store/temporary.ts';
import { warmCompileCache } from './compileCache.ts';

const shortPlan: SamplingPlan = {
  minProcesses: 2,
  maxProcesses: 3,
  minSamples: 10,
  maxSamples: 50,
  maxSecondsPerProcess: 0.3,
  maxWarmUpSeconds: 0.2,
  relativeHalfWidth: 0.1,
};

/** Real time, only that the pauses after a crash pass twenty times as fast. */
const hasty: Clock = {
  nowMs: () => Date.now() * 20,
  monotonicMs: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await timer(ms / 20, undefined, { signal });
    } catch {
      // Aborted.
    }
  },
};

const mounts: string[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const path of mounts.splice(0)) execFileSync('umount', ['-l', path]);
});

/** A queue whose workers are real processes that measure a real model. */
async function realQueue(dataDir: string, overrides: Partial<QueueSetup> = {}) {
  const store = await temporaryStore(dataDir);
  const model = writeConvolution(mkdtempSync(join(tmpdir(), 'backbench-model-')));
  const alive = new Set<number>();
  const launcher: WorkerLauncher = {
    launch(file, env) {
      const worker = nodeLauncher.launch(file, env);
      const { pid } = worker;
      if (pid !== undefined) {
        alive.add(pid);
        worker.onExit(() => alive.delete(pid));
      }
      return worker;
    },
  };
  const lock = acquireQueueLock(dataDir);
  const queue = createQueue({
    store,
    lock,
    machineId: machine.id,
    prepareModel: ({ model: name }) => {
      const modelPath = name === 'broken' ? `${model}.broken` : model;
      if (name === 'broken') writeFileSync(modelPath, 'not a model');
      return Promise.resolve({ ok: true, modelPath, modelFileBytes: 100 });
    },
    measureTrial: (task, options) => runTrial(launcher, task, options),
    summarise: summariseTrials,
    needsAnotherProcess,
    clock: hasty,
    ...overrides,
  });
  queue.start({ resume: false });
  const enqueue = (models: readonly string[]) =>
    queue.enqueue({
      request: { models: [...models], batches: [1], provider: 'cpu' },
      configurations: models.map((name) => configuration({ model: name, threads: 1 })),
      plan: shortPlan,
    });
  const end = async (): Promise<void> => {
    await queue.stop();
    lock.release();
    rmSync(join(model, '..'), { recursive: true, force: true });
  };
  return { store, queue, enqueue, alive, end };
}

/** Kills so many workers of a queue of its own, looks at the database after each, and lets a last run end well. */
async function killedAtRandom(kills: number): Promise<void> {
  const told = new Map<string, number>();
  const { store, queue, enqueue, alive, end } = await realQueue(temporaryFolder(), {
    onRunChanged({ jobs }) {
      for (const { resultId } of jobs) {
        if (resultId !== null) told.set(resultId, getResult(store, resultId)?.latencyMs.median ?? Number.NaN);
      }
    },
  });
  const nothingLostOrDoubled = (): void => {
    expect(store.integrityCheck()).toEqual([]);
    for (const [id, median] of told) expect(getResult(store, id)?.latencyMs.median).toBe(median);
    const jobs = listRuns(store, 1000).flatMap((run) => run.jobs);
    const results = listResults(store, { limit: 1000 }).rows.map(({ result: { id } }) => id);
    expect(results.toSorted()).toEqual(jobs.flatMap(({ resultId }) => resultId ?? []).toSorted());
    for (const { id, processesDone } of jobs) expect(listTrials(store, id)).toHaveLength(processesDone);
  };

  // How long a worker lives on this machine, so that the kills fall into all of its life.
  const undisturbed = await queue.settled(enqueue(['first']).id);
  const lives = trialDurations(store, undisturbed.id).map(({ wallMs }) => wallMs);
  const lifeMs = Math.min(...lives);

  const killed = new Set<number>();
  let run = undisturbed;
  while (killed.size < kills) {
    if (run.finishedAt !== null) run = enqueue(['a', 'b', 'c', 'd']);
    const [pid] = alive;
    if (pid === undefined || killed.has(pid)) await timer(2);
    else {
      await timer(Math.random() * 1.1 * lifeMs);
      if (alive.has(pid)) {
        process.kill(pid, 'SIGKILL');
        killed.add(pid);
        nothingLostOrDoubled();
      }
    }
    run = getRun(store, run.id) ?? run;
  }

  const last = await queue.settled(enqueue(['last']).id);
  expect(last.jobs.map(({ state }) => state)).toEqual(['done']);
  await queue.settled(run.id);
  nothingLostOrDoubled();
  for (const job of listRuns(store, 1000).flatMap(({ jobs }) => jobs)) {
    if (job.state === 'failed') expect(job).toMatchObject({ failure: { code: 'worker-killed' } });
    else expect(job.state).toBe('done');
  }
  await end();
}

describe('real workers', () => {
  it('make results that the contract knows, samples and all; a broken model fails alone, with the reason', async () => {
    const { store, queue, enqueue, alive, end } = await realQueue(temporaryFolder(), {
      measureAssignment: (task, options) => measureAssignment(nodeLauncher, task, options),
    });
    const run = await queue.settled(enqueue(['good', 'broken']).id);
    expect(run.jobs.map(({ state }) => state)).toEqual(['done', 'failed']);
    expect(run.jobs[1]?.failure?.message).toMatch(/\w/);
    const { rows } = listResults(store, { limit: 10 });
    const result = Result.parse(rows[0]?.result);
    expect(result.latencyMs.processes).toBeGreaterThanOrEqual(2);
    expect(result.assignment).toMatchObject({ nodeShare: 1 });
    expect(result.memory.peakBytes.available).toBe(true);
    const samples = getSamples(store, result.id).flatMap(({ samplesMs }) => [...samplesMs]);
    expect(samples).toHaveLength(result.latencyMs.samples);
    expect(alive.size).toBe(0);
    await end();
  });

  it('that are killed at 100 random moments cost at most their job: nothing that was reported is lost or doubled', async () => {
    vi.stubEnv('NODE_COMPILE_CACHE', warmCompileCache(temporaryFolder()).NODE_COMPILE_CACHE);
    await Promise.all([killedAtRandom(50), killedAtRandom(50)]);
  }, 600_000);

  it('are gone as soon as their run is cancelled', async () => {
    const { queue, enqueue, alive, end } = await realQueue(temporaryFolder());
    const { id } = enqueue(['a', 'b']);
    while (alive.size === 0) await timer(5);
    const run = await queue.cancelRun(id);
    expect(alive.size).toBe(0);
    expect(run.jobs.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    await end();
  });

  it('on a disk that fills up lose nothing: the run waits, says why, and ends well once there is room', async (context) => {
    const disk = temporaryFolder();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], { stdio: 'pipe' });
    } catch (error) {
      console.warn(`not run: no tmpfs can be mounted here (${String(error).split('\n')[0]})`);
      return context.skip();
    }
    mounts.push(disk);
    const data = join(disk, 'data');
    mkdirSync(data);
    const troubles: (string | null)[] = [];
    const { store, queue, enqueue, end } = await realQueue(data, {
      onTrouble: (failure) => troubles.push(failure?.code ?? null),
    });
    const { id } = enqueue(['a', 'b', 'c']);
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(bavail * bsize));
    // The log has room for a few commits yet; the trials' samples do not fit.
    while (queue.trouble() === null && getRun(store, id)?.finishedAt === null) await timer(20);
    expect(queue.trouble()?.code).toBe('disk-full');
    rmSync(join(disk, 'ballast'));
    const run = await queue.settled(id);
    expect(run.jobs.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    expect(troubles.at(-1)).toBeNull();
    expect(store.integrityCheck()).toEqual([]);
    await end();
    store.close();
  });
});
