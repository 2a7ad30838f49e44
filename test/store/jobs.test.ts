import { describe, expect, it } from 'vitest';
import { jobStates, presets, runStates } from '../../preload/contract.ts';
import {
  cancelJob,
  completeJob,
  failJob,
  leaseJob,
  nextDueJob,
  nextRetryAtMs,
  releaseJob,
  requeueJob,
  retryJobLater,
  setJobPriority,
  startJob,
  takeBackLeases,
} from '../../main/store/jobs.ts';
import { getAttempts } from '../../main/store/jobLog.ts';
import { jobTransitions, runTransitions, TransitionRefused } from '../../main/store/jobStates.ts';
import { createRun, getJob, getRun, listRuns, placeRun, setRunState } from '../../main/store/runs.ts';
import type { Store } from '../../main/store/store.ts';
import { saveTrial } from '../../main/store/trials.ts';
import { configuration, result, storeRun, trial } from './sampleRows.ts';
import { temporaryFolder, temporaryStore } from './temporary.ts';
import { openStore } from '../../main/store/store.ts';

type State = (typeof jobStates)[number];

const at = '2026-11-01T12:00:00.000Z';
const failure = { code: 'worker-crashed', message: 'The worker crashed.', remedy: null };
const lease = { ownerId: 'me', expiresAtMs: 1000 };

/** A way that the store offers into a state. */
interface Move {
  readonly to: State;
  /** Where it is for some of the table's sources only. */
  readonly only?: readonly State[];
  readonly name: string;
  readonly move: (store: Store, id: string) => void;
}

const moves: readonly Move[] = [
  { to: 'leased', name: 'leaseJob', move: (store, id) => leaseJob(store, id, lease) },
  { to: 'running', name: 'startJob', move: (store, id) => startJob(store, id, 1) },
  { to: 'queued', name: 'releaseJob', move: releaseJob },
  {
    to: 'queued',
    name: 'retryJobLater',
    move: (store, id) => retryJobLater(store, id, failure, { at, notBeforeMs: 5 }),
  },
  { to: 'queued', only: ['failed', 'cancelled'], name: 'requeueJob', move: requeueJob },
  {
    to: 'done',
    name: 'completeJob',
    move: (store, id) => completeJob(store, id, result(`result of ${id}`, 'run')),
  },
  { to: 'failed', name: 'failJob', move: (store, id) => failJob(store, id, failure, at) },
  { to: 'cancelled', name: 'cancelJob', move: (store, id) => cancelJob(store, id, at) },
];

/** Brings a queued job into a state by allowed ways. */
const into: Readonly<Record<State, (store: Store, id: string) => void>> = {
  queued: () => undefined,
  leased: (store, id) => leaseJob(store, id, lease),
  running: (store, id) => {
    leaseJob(store, id, lease);
    startJob(store, id, 1);
  },
  done: (store, id) => completeJob(store, id, result(`result of ${id}`, 'run')),
  failed: (store, id) => failJob(store, id, failure, at),
  cancelled: (store, id) => cancelJob(store, id, at),
};

describe('the states of a job', () => {
  const cases = jobStates.flatMap((from) => moves.map((move) => ({ from, ...move })));

  it('are all in the table, and each can be reached from queued', () => {
    expect(Object.keys(jobTransitions).sort()).toEqual([...jobStates].sort());
    const reached = new Set<State>(['queued']);
    for (const state of reached) for (const next of jobTransitions[state]) reached.add(next);
    expect([...reached].sort()).toEqual([...jobStates].sort());
  });

  it('done is final: a result is never measured twice', () => {
    expect(jobTransitions.done).toEqual([]);
  });

  it('change as the table says and in no other way, and a refused change leaves everything as it was', async () => {
    const store = await temporaryStore();
    storeRun(
      store,
      'run',
      cases.map(() => configuration()),
    );
    cases.forEach(({ from, to, only = jobStates, name, move }, i) => {
      const id = `run/${i}`;
      into[from](store, id);
      const allowed = only.includes(from) && jobTransitions[from].includes(to);
      const before = getJob(store, id);
      if (allowed) {
        move(store, id);
        expect(getJob(store, id)?.state, `${name} from ${from}`).toBe(to);
      } else {
        expect(() => move(store, id), `${name} from ${from}`).toThrow(TransitionRefused);
        expect(getJob(store, id)).toEqual(before);
      }
    });
    expect(store.integrityCheck()).toEqual([]);
  });
});

describe('the states of a run', () => {
  it('change as the table says and in no other way', async () => {
    const store = await temporaryStore();
    for (const from of runStates) {
      for (const to of runStates) {
        const id = `${from} to ${to}`;
        storeRun(store, id, [configuration()]);
        const way = {
          active: [],
          paused: ['paused'],
          done: ['done'],
          cancelled: ['cancelled'],
          interrupted: ['interrupted'],
        } as const;
        for (const step of way[from]) setRunState(store, id, step);
        if (runTransitions[from].includes(to)) setRunState(store, id, to);
        else expect(() => setRunState(store, id, to), id).toThrow(TransitionRefused);
        expect(getRun(store, id)?.state).toBe(runTransitions[from].includes(to) ? to : from);
      }
    }
    expect(() => setRunState(store, 'unknown', 'paused')).toThrow(TransitionRefused);
  });

  it('end with the last job, whichever way it ends', async () => {
    const store = await temporaryStore();
    storeRun(store, 'run', [configuration(), configuration({ batch: 2 }), configuration({ batch: 4 })]);
    cancelJob(store, 'run/0', at);
    failJob(store, 'run/1', failure, at);
    expect(getRun(store, 'run')).toMatchObject({ state: 'active', finishedAt: null });
    completeJob(store, 'run/2', result('r', 'run', { measuredAt: at }));
    expect(getRun(store, 'run')).toMatchObject({ state: 'done', finishedAt: at });
    requeueJob(store, 'run/1');
    expect(getRun(store, 'run')).toMatchObject({ state: 'active', finishedAt: null });
  });
});

describe('a job', () => {
  it('is done only together with its result', async () => {
    const store = await temporaryStore();
    storeRun(store, 'run', [configuration(), configuration()]);
    completeJob(store, 'run/0', result('same id', 'run'));
    expect(() => completeJob(store, 'run/1', result('same id', 'run'))).toThrow();
    expect(getJob(store, 'run/1')).toMatchObject({ state: 'queued', resultId: null });
  });

  it('keeps each process once: storing it again, or one out of turn, is refused', async () => {
    const store = await temporaryStore();
    storeRun(store, 'run', [configuration()]);
    into.running(store, 'run/0');
    saveTrial(store, 'run/0', 0, trial(), 1000);
    expect(() => saveTrial(store, 'run/0', 0, trial(), 1000)).toThrow();
    expect(() => saveTrial(store, 'run/0', 2, trial(), 1000)).toThrow();
    expect(getJob(store, 'run/0')?.processesDone).toBe(1);
    expect(store.read((db) => db.prepare('SELECT count(*) FROM trials').pluck().get())).toBe(1);
  });

  it('is chosen by priority, then by its run’s place in the line, then by the fewest finished processes', async () => {
    const store = await temporaryStore();
    storeRun(store, 'first', [configuration(), configuration()]);
    storeRun(store, 'second', [configuration(), configuration()]);
    const next = (random = 0): string | undefined => nextDueJob(store, 0, () => random)?.id;
    expect([next(0), next(0.99)]).toEqual(['first/0', 'first/1']);
    into.running(store, 'first/0');
    saveTrial(store, 'first/0', 0, trial(), 1);
    releaseJob(store, 'first/0');
    expect([next(0), next(0.99)]).toEqual(['first/1', 'first/1']);
    setJobPriority(store, 'second/1', 5);
    expect(next()).toBe('second/1');
    setJobPriority(store, 'second/1', 0);
    placeRun(store, 'second', 'first');
    expect(next()).toBe('second/0');
    placeRun(store, 'second', null);
    expect(next()).toBe('first/1');
    setRunState(store, 'first', 'paused');
    expect(next()).toBe('second/0');
  });

  it('waits after a crash until its time has come, and says when that is', async () => {
    const store = await temporaryStore();
    storeRun(store, 'run', [configuration()]);
    into.leased(store, 'run/0');
    retryJobLater(store, 'run/0', failure, { at, notBeforeMs: 5000 });
    expect(nextDueJob(store, 4999, () => 0)).toBeNull();
    expect(nextRetryAtMs(store)).toBe(5000);
    expect(nextDueJob(store, 5000, () => 0)).toMatchObject({ id: 'run/0', attempts: 1 });
  });

  it('keeps how its last ten attempts failed, each with its number in its whole life', async () => {
    const store = await temporaryStore();
    storeRun(store, 'run', [configuration()]);
    for (let attempt = 1; attempt <= 12; attempt++) {
      into.running(store, 'run/0');
      failJob(store, 'run/0', { ...failure, output: `end ${attempt}` }, at);
      requeueJob(store, 'run/0');
    }
    const numbers = Array.from({ length: 10 }, (_, i) => 12 - i);
    expect(getAttempts(store, 'run/0')?.failures).toEqual(
      numbers.map((attempt) => ({ at, attempt, failure, output: `end ${attempt}` })),
    );
  });

  it('of a dead owner goes back to the queue, and fails when owners died in it three times', async () => {
    const died = { ...failure, message: 'It ended.' };
    const store = await temporaryStore();
    storeRun(store, 'run', [configuration()]);
    for (const owner of ['a', 'b', 'c']) {
      leaseJob(store, 'run/0', { ownerId: owner, expiresAtMs: 1 });
      const taker = { maxAttempts: 3, died, diedTooOften: failure, at };
      expect(takeBackLeases(store, { ownerId: owner, ...taker })).toEqual({ requeued: [], failed: [] });
      takeBackLeases(store, { ownerId: 'next', ...taker });
    }
    expect(getJob(store, 'run/0')).toMatchObject({ state: 'failed', failure });
    expect(getAttempts(store, 'run/0')?.failures).toEqual([
      { at, attempt: 3, failure, output: null },
      { at, attempt: 2, failure: died, output: null },
      { at, attempt: 1, failure: died, output: null },
    ]);
    expect(getRun(store, 'run')?.state).toBe('done');
  });
});

describe('runs', () => {
  it('are stored with all their jobs or not at all', async () => {
    const store = await temporaryStore();
    const job = { id: 'twice', configuration: configuration(), priority: 0 };
    const run = { id: 'run', machineId: 'machine-1', createdAt: at, jobs: [job, job] };
    expect(() =>
      createRun(store, {
        ...run,
        request: { models: ['a'], batches: [1], provider: 'cpu' },
        plan: presets.quick,
      }),
    ).toThrow(/UNIQUE/);
    expect(listRuns(store, 10)).toEqual([]);
  });

  it('are seen by a second reader as soon as they are stored', async () => {
    const folder = temporaryFolder();
    const writer = await temporaryStore(folder);
    const reader = await openStore(folder);
    storeRun(writer, 'run', [configuration()]);
    expect(getRun(reader, 'run')?.jobs).toHaveLength(1);
    reader.close();
  });
});
