import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LatencyMode } from '../../preload/contract.ts';
import { nodeLauncher } from '../../main/measure/launchFork.ts';
import { runTrial } from '../../main/measure/runTrial.ts';
import { summariseTrials } from '../../main/measure/summarise.ts';
import type { Trial, TrialProgress, WorkerLauncher } from '../../main/measure/trial.ts';
import { trialOf } from './simulatedLatencies.ts';
import { quickTask, temporaryFolder, writeConvolution } from './tinyModels.ts';

const folder = temporaryFolder();
const tiny = writeConvolution(folder);
/** About a millisecond of work. */
const larger = writeConvolution(folder, ['N', 3, 224, 224]);
/** Several milliseconds, on any machine more than a frame of the shortest. */
const largest = writeConvolution(folder, ['N', 3, 896, 896]);

async function measured(mode: LatencyMode, model = tiny): Promise<Trial> {
  const outcome = await runTrial(nodeLauncher, quickTask(model, { mode }));
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome.trial;
}

function flagsOf(trial: Trial): string[] {
  return summariseTrials([trial], 1, quickTask('').plan).flags.map(({ code }) => code);
}

describe('offline', () => {
  test('runs each session in a process of its own, and adds up what they did together', async () => {
    let launched = 0;
    const counting: WorkerLauncher = {
      launch: (file, env) => {
        launched += 1;
        return nodeLauncher.launch(file, env);
      },
    };
    const told: TrialProgress[] = [];
    const task = quickTask(tiny, { mode: { kind: 'offline', sessions: 2 } });
    const outcome = await runTrial(counting, task, { onProgress: (progress) => told.push(progress) });
    if (!outcome.ok) throw new Error(outcome.failure.message);
    expect(launched).toBe(2);
    const { trial } = outcome;
    if (trial.modeFigures?.kind !== 'offline') throw new Error('no offline figures');
    // Runs of two sessions overlap: together they do more in a second than one run after the other could.
    const seconds = trial.samplesMs.reduce((sum, ms) => sum + ms, 0) / 1000;
    expect(trial.modeFigures.imagesPerSecond).toBeGreaterThan(0);
    expect(trial.samplesMs.length / trial.modeFigures.imagesPerSecond).toBeLessThan(seconds);
    expect(trial.memory.peakBytes).toMatchObject({
      method: expect.stringContaining('all sessions') as string,
    });
    expect(told.some(({ phase }) => phase === 'sampling')).toBe(true);
  });

  test('fails as its first session fails, and leaves no process behind', async () => {
    const task = quickTask(join(folder, 'nowhere.onnx'), { mode: { kind: 'offline', sessions: 3 } });
    expect(await runTrial(nodeLauncher, task)).toMatchObject({
      ok: false,
      repeatable: true,
      failure: { code: 'model-not-loaded' },
    });
  });

  test('can be cancelled while its sessions wait for one another', async () => {
    const abort = new AbortController();
    const task = quickTask(tiny, { mode: { kind: 'offline', sessions: 2 } });
    const outcome = await runTrial(nodeLauncher, task, {
      signal: abort.signal,
      onProgress: ({ phase }) => {
        if (phase === 'warm-up') abort.abort();
      },
    });
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'cancelled' } });
  });

  test('is judged by the throughput of its processes, with an interval', () => {
    const figures = (imagesPerSecond: number): Partial<Trial> => ({
      modeFigures: { kind: 'offline', imagesPerSecond },
    });
    const samples = Float64Array.from({ length: 50 }, (_, i) => 10 + (i % 7) / 100);
    const trials = [99, 100, 101, 100.5, 99.5].map((rate) => trialOf(samples, figures(rate)));
    const summary = summariseTrials(trials, 4, quickTask('').plan);
    expect(summary.throughputPerSecond).toBe(100);
    expect(summary.modeFigures).toMatchObject({ kind: 'offline' });
    if (summary.modeFigures?.kind !== 'offline') throw new Error('no offline figures');
    expect(summary.modeFigures.throughputLow).toBeLessThan(99.01);
    expect(summary.modeFigures.throughputHigh).toBeGreaterThan(100.99);
  });
});

describe('server', () => {
  test('counts the wait for earlier requests, and says when requests come faster than they are answered', async () => {
    const trial = await measured({ kind: 'server', requestsPerSecond: 5000 }, larger);
    if (trial.modeFigures?.kind !== 'server') throw new Error('no server figures');
    expect(trial.modeFigures.busyShare).toBeGreaterThan(1);
    const third = Math.floor(trial.samplesMs.length / 3);
    const mean = (samples: Float64Array): number => samples.reduce((sum, ms) => sum + ms, 0) / samples.length;
    expect(mean(trial.samplesMs.subarray(-third))).toBeGreaterThan(
      2 * mean(trial.samplesMs.subarray(0, third)),
    );
    expect(flagsOf(trial)).toContain('overloaded');
  });

  test('answers as many requests as come where it keeps up', async () => {
    const trial = await measured({ kind: 'server', requestsPerSecond: 100 });
    if (trial.modeFigures?.kind !== 'server') throw new Error('no server figures');
    expect(trial.modeFigures.busyShare).toBeLessThan(0.9);
    // A Poisson process of 100 a second: four standard deviations of its count in the second that is measured.
    expect(trial.samplesMs.length).toBeGreaterThan(60);
    expect(trial.samplesMs.length).toBeLessThan(140);
    expect(flagsOf(trial)).not.toContain('overloaded');
  });
});

describe('paced', () => {
  test('never runs ahead of the frames, and times one run after a rest', async () => {
    const trial = await measured({ kind: 'paced', framesPerSecond: 50 });
    if (trial.modeFigures?.kind !== 'paced') throw new Error('no paced figures');
    expect(trial.modeFigures.imagesPerSecond).toBeLessThan(51);
    expect(trial.modeFigures.firstAfterIdleMs).toBeGreaterThan(0);
    expect(trial.modeFigures.idleSeconds).toBe(1);
  });

  test('drops the frames that come while the model is busy, and says so', async () => {
    const trial = await measured({ kind: 'paced', framesPerSecond: 1000 }, largest);
    if (trial.modeFigures?.kind !== 'paced') throw new Error('no paced figures');
    expect(trial.modeFigures.droppedShare).toBeGreaterThan(0.01);
    expect(flagsOf(trial)).toContain('missed-frames');
  });
});

const pinnable = process.platform === 'linux';

describe('affinity', () => {
  test.runIf(pinnable)('keeps every thread of the worker where it was asked to stay', async () => {
    const seen = new Set<string>();
    const watching: WorkerLauncher = {
      launch: (file, env) => {
        const worker = nodeLauncher.launch(file, env);
        worker.onMessage(() => {
          for (const list of allowedOf(worker.pid)) seen.add(list);
        });
        return worker;
      },
    };
    const outcome = await runTrial(watching, quickTask(tiny, { affinity: '0', threads: 3 }), {
      // Before the first word of progress the worker has not yet moved.
      onProgress: ({ phase }) => {
        if (phase === 'loading') seen.clear();
      },
    });
    expect(outcome.ok).toBe(true);
    expect([...seen]).toEqual(['0']);
  });

  test.runIf(pinnable)('that the system refuses is a failure that says why', async () => {
    const outcome = await runTrial(nodeLauncher, quickTask(tiny, { affinity: '4000' }));
    expect(outcome).toMatchObject({ ok: false, repeatable: true, failure: { code: 'affinity-refused' } });
  });
});

/** The processors on which each thread of a process may run; nothing where it has ended. */
function allowedOf(pid: number | undefined): string[] {
  const tasks = `/proc/${pid ?? 0}/task`;
  if (!existsSync(tasks)) return [];
  return readdirSync(tasks).flatMap((task) => {
    try {
      const text = readFileSync(`${tasks}/${task}/status`, 'utf8');
      return /^Cpus_allowed_list:\s*(\S+)/m.exec(text)?.[1] ?? [];
    } catch {
      return [];
    }
  });
}
