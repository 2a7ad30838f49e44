import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../preload/contract.ts';
import { acquireQueueLock } from '../../main/store/queueLock.ts';
import { listResults } from '../../main/store/results.ts';
import { getRun } from '../../main/store/runs.ts';
import type { Store } from '../../main/store/store.ts';
import { getSamples, listTrials } from '../../main/store/trials.ts';
import { storeRun } from '../store/sampleRows.ts';
import { temporaryFolder, temporaryStore } from '../store/temporary.ts';
import { ManualClock, settle } from './manualClock.ts';
import { jobLog } from '../../main/service/jobLog.ts';
import { brokenModel, crash, plan, request, type Script, scripted, scriptedTrial } from './script.ts';

async function surroundings(folder = temporaryFolder(), clock = new ManualClock()) {
  const store = await temporaryStore(folder);
  return { store, lock: acquireQueueLock(folder), clock };
}

const ended = (store: Store, id: string) => (): boolean => getRun(store, id)?.finishedAt !== null;
const states = (run: Run | null): string[] => run?.jobs.map(({ state }) => state) ?? [];

/** A started queue with one run in it. */
async function running(models: readonly string[], script?: Script, batches?: readonly number[]) {
  const around = await surroundings();
  const bench = scripted(around, script);
  bench.queue.start({ resume: false });
  const { id } = bench.queue.enqueue(request(models, batches));
  return { ...around, ...bench, id };
}

describe('a run', () => {
  it('ends with a result for each configuration, from as many processes as the plan asks for', async () => {
    const { store, clock, queue, id, mostWorkers } = await running(['a', 'b'], undefined, [1, 4]);
    await clock.run(ended(store, id));
    const run = await queue.settled(id);
    expect(run.state).toBe('done');
    expect(states(run)).toEqual(['done', 'done', 'done', 'done']);
    const { rows } = listResults(store, { runId: id, limit: 10 });
    expect(rows).toHaveLength(4);
    for (const { result } of rows) {
      expect(result.latencyMs).toMatchObject({ processes: 3, samples: 60 });
      expect(result.perImageMs).toBeCloseTo(result.latencyMs.median / result.configuration.batch);
      expect(getSamples(store, result.id)).toHaveLength(3);
    }
    expect(mostWorkers()).toBe(1);
    await queue.stop();
  });

  it('interleaves the processes of its jobs: each has its first before any has its second', async () => {
    const { store, clock, started, id, queue } = await running(['a', 'b', 'c']);
    await clock.run(ended(store, id));
    for (const round of [0, 3, 6]) expect(new Set(started.slice(round, round + 3)).size).toBe(3);
    await queue.stop();
  });

  it('of one job lies apart in time from process to process, and of two jobs fills the gaps', async () => {
    const lasting = async (models: readonly string[]): Promise<number> => {
      const around = await surroundings();
      const { queue } = scripted(around, undefined, { spreadMs: 2000 });
      queue.start({ resume: false });
      const { id } = queue.enqueue(request(models));
      await around.clock.run(ended(around.store, id));
      await queue.stop();
      return around.clock.monotonicMs();
    };
    // Three processes of a second each; two rests.
    expect(await lasting(['a'])).toBeGreaterThanOrEqual(3 * 1000 + 2 * 2000);
    expect(await lasting(['a', 'b', 'c', 'd'])).toBeLessThan(12 * 1000 + 2000);
  });

  it('without a configuration is refused, and stores nothing', async () => {
    const { queue, store } = await running(['a']);
    expect(() => queue.enqueue(request([]))).toThrow(
      expect.objectContaining({ code: 'nothing-to-run' }) as Error,
    );
    expect(store.read((db) => db.prepare('SELECT count(*) FROM runs').pluck().get())).toBe(1);
    await queue.stop();
  });
});

describe('a crash of a worker', () => {
  it('is tried again after a pause while the others go on, and the job still gets its result', async () => {
    const { store, clock, started, queue, id } = await running(['a', 'b'], (model, n) =>
      model === 'a' && n < 2 ? { outcome: crash } : {},
    );
    await clock.run(() => started.length >= 3);
    expect(started.slice(0, 3)).toContain('b#1');
    await clock.run(ended(store, id));
    expect(states(getRun(store, id))).toEqual(['done', 'done']);
    expect(started.filter((each) => each === 'a#1')).toHaveLength(5);
    await queue.stop();
  });

  it('three times in a row fails the job with the reason, and never blocks the others', async () => {
    const { store, clock, started, queue, id } = await running(['bad', 'good'], (model) =>
      model === 'bad' ? { outcome: crash } : {},
    );
    await clock.run(ended(store, id));
    const run = getRun(store, id);
    expect(states(run)).toEqual(['failed', 'done']);
    expect(run?.jobs[0]).toMatchObject({ attempts: 3, failure: { code: 'worker-crashed' } });
    expect(started.filter((each) => each === 'bad#1')).toHaveLength(3);
    expect(run?.state).toBe('done');
    await queue.stop();
  });

  it('leaves in the log what each failed worker printed, which the run does not carry', async () => {
    const { store, clock, queue, id } = await running(['bad', 'good'], (model, n) =>
      model === 'bad' ? { outcome: { ...crash, output: `bad_alloc ${n}` } } : {},
    );
    await clock.run(ended(store, id));
    const [bad, good] = getRun(store, id)?.jobs ?? [];
    expect(bad?.failure).toEqual(crash.ok ? null : crash.failure);
    const log = jobLog(store, bad?.id ?? '');
    expect(log).toMatchObject({ job: bad, retryAt: null, processes: [] });
    expect(log.failures.map(({ output }) => output)).toEqual(['bad_alloc 2', 'bad_alloc 1', 'bad_alloc 0']);
    expect(log.failures[0]?.failure).toEqual(bad?.failure);
    const times = log.failures.map(({ at }) => Date.parse(at ?? ''));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    const { failures, processes } = jobLog(store, good?.id ?? '');
    expect(failures).toEqual([]);
    expect(processes).toHaveLength(good?.processesDone ?? 0);
    expect(processes[0]).toMatchObject({ samples: 20, warmUpRuns: 3, sessionCreationMs: 40, firstRunMs: 9 });
    expect(processes[0]?.medianMs).toBeCloseTo(10, 1);
    expect(processes[0]?.wallMs).toBeGreaterThan(0);
    expect(() => jobLog(store, 'none')).toThrow(expect.objectContaining({ code: 'job-unknown' }));
    await queue.stop();
  });

  it('that will be tried again says when', async () => {
    const { store, clock, queue, id } = await running(['bad'], () => ({ outcome: crash }));
    const attempts = (): number => getRun(store, id)?.jobs[0]?.attempts ?? 0;
    await clock.run(() => attempts() === 1 && getRun(store, id)?.jobs[0]?.state === 'queued');
    const { retryAt } = jobLog(store, getRun(store, id)?.jobs[0]?.id ?? '');
    expect(Date.parse(retryAt ?? '')).toBeGreaterThan(clock.nowMs());
    await queue.stop();
  });

  it('that would repeat (a broken model) is not tried again', async () => {
    const { store, clock, started, queue, id } = await running(['bad', 'good'], (model) =>
      model === 'bad' ? { outcome: brokenModel } : {},
    );
    await clock.run(ended(store, id));
    expect(states(getRun(store, id))).toEqual(['failed', 'done']);
    expect(started.filter((each) => each === 'bad#1')).toHaveLength(1);
    await queue.stop();
  });

  it('now and then among good processes does not add up to a failure', async () => {
    const { store, clock, queue, id } = await running(['a'], (_, n) => (n % 3 < 2 ? { outcome: crash } : {}));
    await clock.run(ended(store, id));
    expect(states(getRun(store, id))).toEqual(['done']);
    await queue.stop();
  });
});

describe('a fault of another room', () => {
  it('costs the one job, with the reason, and the others are measured', async () => {
    const around = await surroundings();
    const { queue } = scripted(around, undefined, {
      prepareModel: ({ model }) => {
        if (model === 'throws') throw new Error('the zoo is closed');
        if (model === 'missing') {
          const failure = { code: 'file-missing', message: 'There is no such file.', remedy: null };
          return Promise.resolve({ ok: false, failure, repeatable: true });
        }
        return Promise.resolve({ ok: true, modelPath: '/m.onnx', modelFileBytes: 1 });
      },
      summarise: () => {
        throw new Error('not a number');
      },
    });
    queue.start({ resume: false });
    const { id } = queue.enqueue(request(['throws', 'missing', 'good']));
    await around.clock.run(ended(around.store, id));
    expect(getRun(around.store, id)?.jobs.map(({ failure }) => failure?.message)).toEqual([
      'the zoo is closed',
      'There is no such file.',
      'not a number',
    ]);
    expect(queue.trouble()).toBeNull();
    await queue.stop();
  });
});

describe('cancelling', () => {
  it('a run ends its worker at once, keeps what was measured as flagged results, and cancels the rest', async () => {
    const { store, clock, queue, started, id } = await running(['a', 'b', 'c']);
    await clock.run(() => started.length === 2);
    const before = clock.monotonicMs();
    const run = await queue.cancelRun(id);
    expect(clock.monotonicMs()).toBe(before);
    expect(run.state).toBe('cancelled');
    expect(run.finishedAt).not.toBeNull();
    expect(states(run).sort()).toEqual(['cancelled', 'cancelled', 'done']);
    const { rows } = listResults(store, { limit: 10 });
    expect(rows.map(({ result }) => result.latencyMs.processes)).toEqual([1]);
    expect(rows[0]?.result.flags.map(({ code }) => code)).toContain('few-processes');
    await clock.advance(60_000);
    expect(started).toHaveLength(2);
    expect(await queue.settled(id)).toEqual(run);
    await expect(queue.cancelRun(id)).rejects.toMatchObject({ code: 'not-possible-now' });
    await queue.stop();
  });

  it('one job leaves the others of its run in the queue', async () => {
    const { store, clock, queue, started, id } = await running(['a', 'b']);
    await clock.run(() => started.length === 1);
    const [inFlight] = (getRun(store, id)?.jobs ?? []).filter(({ state }) => state === 'running');
    await queue.cancelJob(inFlight?.id ?? '');
    await clock.run(ended(store, id));
    const run = getRun(store, id);
    expect(run?.state).toBe('done');
    expect(states(run).sort()).toEqual(['cancelled', 'done']);
    await queue.stop();
  });

  it('what does not exist is refused', async () => {
    const { queue } = await running(['a']);
    await expect(queue.cancelRun('nowhere')).rejects.toMatchObject({ code: 'run-unknown' });
    await expect(queue.cancelJob('nowhere')).rejects.toMatchObject({ code: 'job-unknown' });
    expect(() => queue.retryJob('nowhere')).toThrow(
      expect.objectContaining({ code: 'job-unknown' }) as Error,
    );
    await queue.stop();
  });
});

describe('retrying', () => {
  it('measures a failed job again and takes its run up again', async () => {
    let broken = true;
    const { store, clock, queue, id } = await running(['a', 'b'], (model) =>
      model === 'a' && broken ? { outcome: brokenModel } : {},
    );
    await clock.run(ended(store, id));
    broken = false;
    const failed = getRun(store, id)?.jobs[0]?.id ?? '';
    expect(queue.retryJob(failed)).toMatchObject({ state: 'active', finishedAt: null });
    await clock.run(ended(store, id));
    expect(states(getRun(store, id))).toEqual(['done', 'done']);
    expect(() => queue.retryJob(failed)).toThrow(
      expect.objectContaining({ code: 'not-possible-now' }) as Error,
    );
    await queue.stop();
  });

  it('all that failed measures these alone, as they were asked for and by the same plan', async () => {
    let broken = true;
    const { store, clock, queue, started, id } = await running(
      ['a', 'b'],
      (model) => (model === 'a' && broken ? { outcome: brokenModel } : {}),
      [1, 4],
    );
    await clock.run(ended(store, id));
    const before = getRun(store, id);
    expect(states(before).toSorted()).toEqual(['done', 'done', 'failed', 'failed']);
    broken = false;
    const again = started.length;
    expect(queue.retryFailedJobs(id)).toMatchObject({ state: 'active', plan });
    await clock.run(ended(store, id));
    const after = getRun(store, id);
    expect(states(after)).toEqual(['done', 'done', 'done', 'done']);
    const measured = (run: Run | null) => run?.jobs.map(({ id, configuration }) => ({ id, configuration }));
    expect(measured(after)).toEqual(measured(before));
    expect(new Set(started.slice(again))).toEqual(new Set(['a#1', 'a#4']));
    expect(queue.retryFailedJobs(id)).toEqual(after);
    await queue.stop();
  });
});

describe('pausing', () => {
  it('takes effect at once, lets other runs go on, and resuming finishes the run without repeating a process', async () => {
    const { store, clock, queue, started, measured, id } = await running(['a']);
    await clock.run(() => started.length === 2);
    const other = queue.enqueue(request(['b']));
    const paused = await queue.pauseRun(id);
    expect(paused).toMatchObject({
      state: 'paused',
      jobs: [{ state: 'queued', processesDone: 1, attempts: 0 }],
    });
    await clock.run(ended(store, other.id));
    expect(getRun(store, id)?.jobs[0]?.processesDone).toBe(1);
    queue.resumeRun(id);
    await clock.run(ended(store, id));
    expect(getRun(store, id)).toMatchObject({ state: 'done', jobs: [{ processesDone: 3 }] });
    expect(
      listTrials(store, getRun(store, id)?.jobs[0]?.id ?? '').every(({ startedAt }) =>
        measured.includes(startedAt),
      ),
    ).toBe(true);
    await queue.stop();
  });
});

describe('all runs at once', () => {
  it('are paused and resumed: nothing is measured in between, and nothing twice', async () => {
    const { store, clock, queue, started, id } = await running(['a']);
    const other = queue.enqueue(request(['b']));
    await clock.run(() => started.length === 2);
    expect((await queue.pauseAll()).map(({ state }) => state)).toEqual(['paused', 'paused']);
    await clock.advance(3_600_000);
    expect(started).toHaveLength(2);
    expect((await queue.pauseAll()).length).toBe(0);
    expect(queue.resumeAll().map(({ state }) => state)).toEqual(['active', 'active']);
    await clock.run(() => ended(store, id)() && ended(store, other.id)());
    // The process that the pause ended was begun again, and no other.
    expect(started).toHaveLength(7);
    await queue.stop();
  });

  it('are cancelled, paused ones as well: what was measured is kept, the rest is cancelled', async () => {
    const { store, clock, queue, started, id } = await running(['a']);
    const waiting = queue.enqueue(request(['b', 'c']));
    const paused = queue.enqueue(request(['d']));
    await queue.pauseRun(paused.id);
    await clock.run(() => started.length === 2);
    const cancelled = await queue.cancelAll();
    expect(cancelled.map((run) => [run.id, run.state, run.finishedAt !== null])).toEqual(
      [id, waiting.id, paused.id].map((each) => [each, 'cancelled', true]),
    );
    expect(cancelled.flatMap(states)).toEqual(['done', 'cancelled', 'cancelled', 'cancelled']);
    const [kept] = listResults(store, { limit: 10 }).rows;
    expect(kept?.result.flags.map(({ code }) => code)).toContain('few-processes');
    await clock.advance(3_600_000);
    expect(started).toHaveLength(2);
    expect(await queue.cancelAll()).toEqual([]);
    await queue.stop();
  });
});

describe('the line', () => {
  it('can be reordered: a run put first is measured next, and a job of higher priority before all', async () => {
    const { store, clock, queue, started, id } = await running(['a', 'b']);
    const second = queue.enqueue(request(['c', 'd']));
    queue.placeRun(second.id, id);
    queue.setJobPriority(getRun(store, id)?.jobs[1]?.id ?? '', 1);
    await clock.run(() => started.length === 5);
    expect(started.slice(1, 5)).toEqual(expect.not.arrayContaining(['a#1']));
    expect(started.slice(1, 4).filter((each) => each === 'b#1').length).toBeGreaterThanOrEqual(2);
    await queue.stop();
  });
});

describe('stopping and starting', () => {
  it('leaves the job in flight in the queue, without blame, and the next start goes on where it was', async () => {
    const first = await running(['a', 'b']);
    await first.clock.run(() => first.started.length === 3);
    await first.queue.stop();
    expect(states(getRun(first.store, first.id))).toEqual(['queued', 'queued']);
    expect(getRun(first.store, first.id)?.jobs.map(({ attempts }) => attempts)).toEqual([0, 0]);
    const second = scripted(first);
    second.queue.start({ resume: true });
    await first.clock.run(ended(first.store, first.id));
    expect(first.measured.length + second.measured.length).toBe(6);
    await second.queue.stop();
  });

  it('marks what nobody goes on with as interrupted until it is resumed', async () => {
    const first = await running(['a']);
    await first.clock.run(() => first.started.length === 2);
    await first.queue.stop();
    const second = scripted(first);
    second.queue.start({ resume: false });
    await first.clock.advance(60_000);
    expect(getRun(first.store, first.id)?.state).toBe('interrupted');
    expect(second.started).toEqual([]);
    expect((await second.queue.settled(first.id)).state).toBe('interrupted');
    second.queue.resumeRun(first.id);
    await first.clock.run(ended(first.store, first.id));
    expect(states(getRun(first.store, first.id))).toEqual(['done']);
    await second.queue.stop();
  });

  it('does not go on with a run that was begun on another machine', async () => {
    const first = await running(['a']);
    await first.queue.stop();
    first.store.write((db) =>
      db.exec(
        "INSERT INTO machines SELECT 'other', name, details, first_seen_at, last_seen_at FROM machines",
      ),
    );
    const second = scripted(first, undefined, { machineId: 'other' });
    second.queue.start({ resume: true });
    expect(getRun(first.store, first.id)?.state).toBe('interrupted');
    expect(() => second.queue.resumeRun(first.id)).toThrow(
      expect.objectContaining({ code: 'other-machine' }) as Error,
    );
    await second.queue.stop();
  });

  it('finishes a cancelling that a crash cut short', async () => {
    const around = await surroundings();
    storeRun(around.store, 'run', request(['a', 'b']).configurations);
    const first = scripted(around);
    first.queue.start({ resume: true });
    await around.clock.run(() => first.measured.length === 1);
    await first.queue.stop();
    around.store.write((db) => db.exec("UPDATE runs SET state = 'cancelled'"));
    const second = scripted(around);
    second.queue.start({ resume: true });
    await settle();
    const run = getRun(around.store, 'run');
    expect(run?.finishedAt).not.toBeNull();
    expect(states(run).sort()).toEqual(['cancelled', 'done']);
    await second.queue.stop();
  });
});

describe('a store that cannot be written to', () => {
  it('is told, loses no finished process, and the run ends well once the drive is back', async () => {
    const parent = temporaryFolder();
    const around = await surroundings(join(parent, 'drive'));
    const bench = scripted(around);
    bench.queue.start({ resume: false });
    const { id } = bench.queue.enqueue(request(['a']));
    await around.clock.run(() => bench.started.length === 1);
    renameSync(join(parent, 'drive'), join(parent, 'unplugged'));
    await around.clock.advance(20_000);
    expect(bench.queue.trouble()).toMatchObject({ code: 'folder-lost' });
    expect(bench.measured).toHaveLength(1);
    renameSync(join(parent, 'unplugged'), join(parent, 'drive'));
    await around.clock.run(ended(around.store, id));
    expect(bench.troubles.map((failure) => failure?.code ?? null)).toEqual(['folder-lost', null]);
    expect(bench.measured).toHaveLength(3);
    expect(states(getRun(around.store, id))).toEqual(['done']);
    await bench.queue.stop();
  });

  it('costs no job: one that fails because the drive is gone, or has no room for its model, is measured afterwards', async () => {
    const parent = temporaryFolder();
    const around = await surroundings(join(parent, 'drive'));
    let room = true;
    const full = { code: 'disk-full', message: 'The model needs 5 MB.', remedy: 'Free some space.' };
    const bench = scripted(
      around,
      (_model, n) => {
        // The worker does not find its model, as that lies on the drive.
        if (n === 0) renameSync(join(parent, 'drive'), join(parent, 'unplugged'));
        return n === 0 ? { outcome: brokenModel } : {};
      },
      {
        prepareModel: ({ model }) =>
          Promise.resolve(
            room
              ? { ok: true, modelPath: `/models/${model}.onnx`, modelFileBytes: 1e6 }
              : { ok: false, failure: full, repeatable: true },
          ),
      },
    );
    bench.queue.start({ resume: false });
    const { id } = bench.queue.enqueue(request(['a']));
    await around.clock.run(() => bench.queue.trouble() !== null);
    expect(bench.queue.trouble()?.code).toBe('folder-lost');
    room = false;
    renameSync(join(parent, 'unplugged'), join(parent, 'drive'));
    await around.clock.advance(60_000);
    expect(bench.troubles).toMatchObject([{ code: 'folder-lost' }, full]);
    room = true;
    await around.clock.run(ended(around.store, id));
    expect(getRun(around.store, id)?.jobs).toMatchObject([{ state: 'done', processesDone: 3 }]);
    expect(bench.troubles.at(-1)).toBeNull();
    expect(bench.troubles).toHaveLength(3);
    await bench.queue.stop();
  });

  it('at the moment of the next lease leaves no job behind', async () => {
    const parent = temporaryFolder();
    const around = await surroundings(join(parent, 'drive'));
    const bench = scripted(around, () => ({ outcome: crash }));
    bench.queue.start({ resume: false });
    const { id } = bench.queue.enqueue(request(['a']));
    await around.clock.run(() => bench.started.length === 1);
    await around.clock.advance(1500);
    renameSync(join(parent, 'drive'), join(parent, 'unplugged'));
    await around.clock.advance(10_000);
    renameSync(join(parent, 'unplugged'), join(parent, 'drive'));
    await around.clock.run(ended(around.store, id));
    expect(states(getRun(around.store, id))).toEqual(['failed']);
    await bench.queue.stop();
  });
});

describe('announcements', () => {
  it('of a run’s end that are still to be told when the drive is unplugged are told, and harm nobody', async () => {
    const parent = temporaryFolder();
    const around = await surroundings(join(parent, 'drive'));
    // Short processes, so that the end falls into the pause between two announcements.
    const bench = scripted(around, () => ({ durationMs: 10 }));
    bench.queue.start({ resume: false });
    const { id } = bench.queue.enqueue(request(['a']));
    await around.clock.run(ended(around.store, id));
    expect(bench.runs.at(-1)?.state).toBe('active');
    renameSync(join(parent, 'drive'), join(parent, 'unplugged'));
    await around.clock.advance(1000);
    expect(bench.runs.at(-1)?.state).toBe('done');
    expect(bench.progress.at(-1)?.value).toMatchObject({ state: 'done', jobsDone: 1, etaSeconds: 0 });
    renameSync(join(parent, 'unplugged'), join(parent, 'drive'));
    await bench.queue.stop();
  });

  it('that are still to be told at the stop are told then; nothing is afterwards, whatever a worker says late', async () => {
    const around = await surroundings();
    let late: () => void = () => undefined;
    const bench = scripted(around, () => ({ durationMs: 10 }), {
      measureTrial: (task, { onProgress }) => {
        late = () => onProgress({ phase: 'sampling', samples: 1, medianMs: 1, halfWidthMs: 1 });
        return Promise.resolve({ ok: true, trial: scriptedTrial(task.seed) });
      },
    });
    bench.queue.start({ resume: false });
    const { id } = bench.queue.enqueue(request(['a']));
    await around.clock.run(ended(around.store, id));
    expect(bench.runs.at(-1)?.state).toBe('active');
    await bench.queue.stop();
    expect(bench.runs.at(-1)?.state).toBe('done');
    const told = bench.progress.length + bench.runs.length;
    around.store.close();
    late();
    await around.clock.advance(1000);
    late();
    expect(bench.progress.length + bench.runs.length).toBe(told);
  });
});

describe('progress', () => {
  it('comes at most ten times a second for a run, says what is done now, and ends with the run', async () => {
    const { store, clock, progress, runs, queue, id } = await running(['a', 'b'], () => ({
      durationMs: 300,
    }));
    await clock.run(ended(store, id));
    await clock.advance(1000);
    const times = progress.map(({ atMs }) => atMs);
    times.slice(1).forEach((atMs, i) => expect(atMs - (times[i] ?? 0)).toBeGreaterThanOrEqual(100));
    expect(
      progress.some(({ value }) => value.current?.phase === 'sampling' && value.current.medianMs === 10),
    ).toBe(true);
    expect(progress.some(({ value }) => value.current?.process === 3)).toBe(true);
    expect(progress.at(-1)?.value).toEqual({
      runId: id,
      jobsDone: 2,
      jobsFailed: 0,
      jobsTotal: 2,
      current: null,
      etaSeconds: 0,
      state: 'done',
    });
    expect(runs.at(-1)?.state).toBe('done');
    await queue.stop();
  });

  it('knows the remaining time within 25 % after the first tenth, from earlier runs of other length', async () => {
    const durations: Readonly<Record<string, number>> = {
      a: 2000,
      b: 4000,
      c: 7000,
      d: 12_000,
      e: 3000,
      f: 9000,
    };
    const models = Object.keys(durations);
    const around = await surroundings();
    // The machine is a third slower in the second run.
    let pace = 1;
    const bench = scripted(around, (model, n) => ({
      durationMs: (durations[model] ?? 0) * pace * (1 + 0.1 * Math.sin(n * 7 + pace)),
    }));
    bench.queue.start({ resume: false });
    const first = bench.queue.enqueue(request(models));
    await around.clock.run(ended(around.store, first.id));
    pace = 1.33;
    const startMs = around.clock.monotonicMs();
    const second = bench.queue.enqueue(request(models));
    await around.clock.run(ended(around.store, second.id));
    const endMs = around.clock.monotonicMs();
    const told = bench.progress.filter(({ value }) => value.runId === second.id && value.state === 'active');
    const late = told.filter(
      ({ atMs }) => atMs > startMs + 0.1 * (endMs - startMs) && atMs < endMs - 0.1 * (endMs - startMs),
    );
    expect(late.length).toBeGreaterThan(50);
    for (const { atMs, value } of late) {
      const leftSeconds = (endMs - atMs) / 1000;
      expect(Math.abs((value.etaSeconds ?? Number.NaN) - leftSeconds) / leftSeconds).toBeLessThan(0.25);
    }
    expect(plan.minProcesses).toBe(3);
    await bench.queue.stop();
  });
});
