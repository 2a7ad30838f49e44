import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Configuration, presets, type Job, type Progress, type Run } from '../../../preload/contract.ts';
import {
  applyProgress,
  applyRun,
  applyRunList,
  noRuns,
  runsByTime,
  settledJobs,
} from '../../../renderer/stores/runReducer.ts';
import { trailShape } from '../../../renderer/figures/trail.ts';

const configuration = Configuration.parse({
  model: 'resnet18',
  use: 'classifier',
  precision: 'fp32',
  inputSize: 224,
  batch: 1,
  provider: 'cpu',
  threads: 4,
});

function job(id: string, state: Job['state'] = 'queued'): Job {
  return {
    id,
    runId: 'run',
    configuration,
    state,
    attempts: 0,
    failure: null,
    processesDone: 0,
    reason: null,
    said: null,
    plan: null,
    resultId: null,
  };
}

function run(id: string, changes: Partial<Run> = {}): Run {
  return {
    id,
    machineId: 'm',
    state: 'active',
    plan: presets.quick,
    createdAt: '2026-11-23T10:00:00Z',
    finishedAt: null,
    jobs: [job('j1'), job('j2')],
    ...changes,
  };
}

function progress(jobId: string, samples: number, halfWidthMs: number | null = 1): Progress {
  return {
    runId: 'run',
    jobsDone: 0,
    jobsFailed: 0,
    jobsTotal: 2,
    current: {
      jobId,
      configuration,
      phase: 'sampling',
      process: 1,
      samples,
      medianMs: halfWidthMs === null ? null : 10,
      halfWidthMs,
    },
    etaSeconds: 4,
    state: 'active',
  };
}

describe('what the screen knows of runs', () => {
  test('the readings of a job gather while it samples and start anew with the next job', () => {
    let state = applyRun(noRuns, run('run'));
    state = applyProgress(state, progress('j1', 0, null));
    state = applyProgress(state, progress('j1', 10, 2));
    state = applyProgress(state, progress('j1', 20, 1));
    expect(state.trails.get('run')?.points.map(({ samples }) => samples)).toEqual([10, 20]);
    state = applyProgress(state, progress('j2', 5, 3));
    expect(state.trails.get('run')?.points.map(({ samples }) => samples)).toEqual([5]);
  });

  test('progress that arrives after the end of a run does not bring it back to life', () => {
    let state = applyRun(noRuns, run('run'));
    state = applyProgress(state, progress('j1', 10));
    state = applyRun(state, run('run', { state: 'cancelled' }));
    expect(state.progress.has('run')).toBe(false);
    state = applyProgress(state, progress('j1', 20));
    expect(state.progress.has('run')).toBe(false);
    expect(state.trails.has('run')).toBe(false);
  });

  test('after a lost connection the list replaces what was known, and live progress stays', () => {
    let state = applyRun(applyRun(noRuns, run('old')), run('run'));
    state = applyProgress(state, progress('j1', 10));
    state = applyRunList(state, [run('run')]);
    expect([...state.runs.keys()]).toEqual(['run']);
    expect(state.progress.has('run')).toBe(true);
  });

  test('the newest run comes first', () => {
    const state = applyRunList(noRuns, [
      run('first', { createdAt: '2026-11-22T10:00:00Z' }),
      run('second', { createdAt: '2026-11-23T10:00:00Z' }),
    ]);
    expect(runsByTime(state).map(({ id }) => id)).toEqual(['second', 'first']);
  });

  test('jobs that ended in any way count as settled', () => {
    const jobs = [job('a', 'done'), job('b', 'failed'), job('c', 'cancelled'), job('d', 'running'), job('e')];
    expect(settledJobs(run('run', { jobs }))).toBe(3);
  });

  test('however long a job samples, its trail stays short, ordered, and ends with the newest reading', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), (count) => {
        let state = applyRun(noRuns, run('run'));
        for (let samples = 1; samples <= count; samples++)
          state = applyProgress(state, progress('j1', samples));
        const points = state.trails.get('run')?.points ?? [];
        expect(points.length).toBeLessThanOrEqual(240);
        expect(points.at(-1)?.samples).toBe(count);
        expect(
          points.every((point, index) => index === 0 || point.samples > (points[index - 1]?.samples ?? 0)),
        ).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the picture of the narrowing interval', () => {
  test('one reading is no picture yet', () => {
    expect(trailShape([{ samples: 1, medianMs: 1, halfWidthMs: 1 }], 100, 50)).toBeNull();
  });

  test('stays inside its box, whatever the readings', () => {
    const reading = fc.record({
      medianMs: fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
      halfWidthMs: fc.double({ min: 0, max: 1e5, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(reading, { minLength: 2, maxLength: 60 }), (readings) => {
        const shape = trailShape(
          readings.map((values, index) => ({ samples: index + 1, ...values })),
          320,
          64,
        );
        const numbers = `${shape?.band} ${shape?.line}`.split(/[ ,]/).map(Number);
        expect(numbers.every((value) => Number.isFinite(value) && value >= 0 && value <= 320)).toBe(true);
      }),
    );
  });
});
