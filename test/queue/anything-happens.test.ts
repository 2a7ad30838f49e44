import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobTransitions } from '../../main/store/jobStates.ts';
import { acquireQueueLock, type QueueLock } from '../../main/store/queueLock.ts';
import { upsertMachine } from '../../main/store/machines.ts';
import { getRun, listRuns } from '../../main/store/runs.ts';
import { openStore, type Store } from '../../main/store/store.ts';
import { machine } from '../store/sampleRows.ts';
import { ManualClock, settle } from './manualClock.ts';
import { brokenModel, crash, plan, request, type Script, scripted, type Scripted } from './script.ts';

/** What a person, the machine and chance do to a queue. Numbers choose among what is there. */
type Event =
  | { do: 'enqueue'; models: string[] }
  | { do: 'pass'; ms: number }
  | { do: 'cancel run' | 'cancel job' | 'pause' | 'resume' | 'retry' | 'first in line'; which: number }
  | { do: 'kill -9' | 'stop'; resume: boolean };

/** Models by their fate: sound, broken for good, and crashing now and then or each time. */
const models = ['sound-1', 'sound-2', 'broken', 'shaky', 'poison'];
const script: Script = (model, n) => {
  const durationMs = 500 + ((n * 613) % 1500);
  if (model === 'broken') return { durationMs, outcome: brokenModel };
  if (model === 'poison') return { durationMs, outcome: crash };
  if (model === 'shaky' && n % 2 === 0) return { durationMs, outcome: crash };
  return { durationMs };
};

const choose = fc.nat(99);
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('enqueue' as const),
      models: fc.subarray(models, { minLength: 1 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 8000 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'cancel run' as const,
        'cancel job' as const,
        'pause' as const,
        'resume' as const,
        'retry' as const,
        'first in line' as const,
      ),
      which: choose,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('kill -9' as const, 'stop' as const), resume: fc.boolean() }),
  },
);

/** One data folder through the lives of several processes. */
class Life {
  readonly folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'backbench-life-'));
  clock = new ManualClock();
  store!: Store;
  #lock!: QueueLock;
  bench!: Scripted;
  /** `startedAt` of every trial that any process has handed over. */
  readonly measured: string[] = [];
  readonly #before = new Map<string, { state: string; processes: number }>();

  async begin(resume: boolean): Promise<void> {
    this.store = await openStore(this.folder);
    upsertMachine(this.store, machine, '2026-11-01T09:00:00.000Z');
    this.#lock = acquireQueueLock(this.folder);
    this.bench = scripted({ store: this.store, lock: this.#lock, clock: this.clock }, script);
    this.bench.queue.start({ resume });
    await settle();
  }

  async apply(happening: Event): Promise<void> {
    const { queue } = this.bench;
    const runs = listRuns(this.store, 1000);
    const pick = <T>(all: readonly T[], which: number): T | undefined => all[which % Math.max(1, all.length)];
    try {
      switch (happening.do) {
        case 'enqueue':
          queue.enqueue(request(happening.models));
          break;
        case 'pass':
          await this.clock.advance(happening.ms);
          break;
        case 'cancel run':
          await queue.cancelRun(pick(runs, happening.which)?.id ?? 'none');
          break;
        case 'cancel job':
          await queue.cancelJob(
            pick(
              runs.flatMap(({ jobs }) => jobs),
              happening.which,
            )?.id ?? 'none',
          );
          break;
        case 'pause':
          await queue.pauseRun(pick(runs, happening.which)?.id ?? 'none');
          break;
        case 'resume':
          queue.resumeRun(pick(runs, happening.which)?.id ?? 'none');
          break;
        case 'retry':
          queue.retryJob(
            pick(
              runs.flatMap(({ jobs }) => jobs),
              happening.which,
            )?.id ?? 'none',
          );
          break;
        case 'first in line':
          queue.placeRun(pick(runs, happening.which)?.id ?? 'none', runs.at(-1)?.id ?? null);
          break;
        case 'stop':
          await queue.stop();
          this.end();
          await this.begin(happening.resume);
          break;
        case 'kill -9':
          this.clock = this.clock.kill();
          this.end();
          await this.begin(happening.resume);
          break;
      }
    } catch (error) {
      // What makes no sense now is refused; anything else is a fault.
      if (!(error instanceof Error) || error.name !== 'QueueFailure') throw error;
    }
    await settle();
  }

  /** As the operating system does for a process that ends: its lock and its connection are gone. */
  end(): void {
    this.measured.push(...this.bench.measured);
    this.#lock.release();
    this.store.close();
  }

  check(): void {
    const runs = listRuns(this.store, 1000);
    const jobs = runs.flatMap((run) => run.jobs);
    const rows = <T>(text: string): T[] => this.store.read((db) => db.prepare<[], T>(text).all());
    const trials = rows<{ job_id: string; started_at: string }>('SELECT job_id, started_at FROM trials');
    const results = rows<{ job_id: string; processes: number }>('SELECT job_id, processes FROM results');
    // Each process that was measured is stored once, for the one job; at most the one in flight is lost.
    const handedOver = new Set([...this.measured, ...this.bench.measured]);
    expect(new Set(trials.map((each) => each.started_at)).size).toBe(trials.length);
    expect(trials.filter((each) => !handedOver.has(each.started_at))).toEqual([]);
    expect(trials.length).toBe(handedOver.size);
    // A result for each job that is done, for no other, from all its processes.
    expect(results.map((each) => each.job_id).sort()).toEqual(
      jobs
        .filter(({ state }) => state === 'done')
        .map(({ id }) => id)
        .sort(),
    );
    for (const { job_id, processes } of results) {
      expect(processes).toBe(trials.filter((each) => each.job_id === job_id).length);
    }
    for (const job of jobs) {
      expect(job.processesDone).toBe(trials.filter((each) => each.job_id === job.id).length);
      expect(job.attempts).toBeLessThanOrEqual(3);
      const before = this.#before.get(job.id);
      if (before !== undefined) {
        expect(reachable(before.state), `${before.state} → ${job.state}`).toContain(job.state);
        expect(job.processesDone).toBeGreaterThanOrEqual(before.processes);
      }
      this.#before.set(job.id, { state: job.state, processes: job.processesDone });
    }
    expect(jobs.filter(({ state }) => state === 'leased' || state === 'running').length).toBeLessThanOrEqual(
      1,
    );
    for (const run of runs) {
      const open = run.jobs.some(
        ({ state }) => state === 'queued' || state === 'leased' || state === 'running',
      );
      expect(run.finishedAt === null).toBe(open);
      if (!open) expect(['done', 'cancelled']).toContain(run.state);
    }
    expect(this.bench.mostWorkers()).toBeLessThanOrEqual(1);
    expect(this.bench.queue.trouble()).toBeNull();
  }

  /** Lets everything that is still open go on to its end. */
  async finish(): Promise<void> {
    for (const { id, state } of listRuns(this.store, 1000)) {
      if (state === 'paused' || state === 'interrupted') this.bench.queue.resumeRun(id);
    }
    await this.clock.run(() => listRuns(this.store, 1000).every(({ finishedAt }) => finishedAt !== null));
  }
}

/** All states that a job can have got into from this one, itself included. */
function reachable(from: string): string[] {
  const reached = new Set([from]);
  for (const state of reached)
    for (const next of jobTransitions[state as keyof typeof jobTransitions]) reached.add(next);
  return [...reached];
}

describe('whatever happens to a queue', () => {
  it('nothing measured is lost or repeated, and all that is not cancelled ends as its model deserves', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 5, maxLength: 30 }), async (events) => {
        const life = new Life();
        try {
          await life.begin(true);
          for (const happening of events) {
            await life.apply(happening);
            life.check();
          }
          await life.finish();
          life.check();
          for (const run of listRuns(life.store, 1000)) {
            for (const { id, state, configuration, failure, processesDone } of getRun(life.store, run.id)
              ?.jobs ?? []) {
              if (state === 'cancelled') continue;
              const fate = configuration.model;
              // A crash of the worker and a death of the app count together.
              const crashes = fate === 'poison' || fate === 'shaky';
              const causes = [
                'app-died',
                ...(crashes ? ['worker-crashed'] : []),
                ...(fate === 'broken' ? ['model-broken'] : []),
              ];
              if (fate === 'broken' || fate === 'poison') expect(state).toBe('failed');
              if (state === 'failed') expect(causes, id).toContain(failure?.code);
              else expect(state).toBe('done');
              if (state === 'done') expect(processesDone).toBeLessThanOrEqual(plan.minProcesses);
            }
          }
          expect(life.store.integrityCheck()).toEqual([]);
          await life.bench.queue.stop();
          life.end();
        } finally {
          rmSync(life.folder, { recursive: true, force: true });
        }
      }),
      { numRuns: 300 },
    );
  }, 300_000);
});
