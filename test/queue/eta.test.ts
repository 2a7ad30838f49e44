import { describe, expect, it } from 'vitest';
import type { Configuration } from '../../preload/contract.ts';
import { expectedTimeMs } from '../../main/queue/expectedTime.ts';
import type { QueueSetup } from '../../main/queue/queue.ts';
import { upsertModel } from '../../main/store/models.ts';
import { acquireQueueLock } from '../../main/store/queueLock.ts';
import { getRun } from '../../main/store/runs.ts';
import type { Store } from '../../main/store/store.ts';
import { configuration, machine, trial } from '../store/sampleRows.ts';
import { temporaryFolder, temporaryStore } from '../store/temporary.ts';
import { ManualClock } from './manualClock.ts';
import { plan, request, scripted } from './script.ts';

/** Multiply-adds of the models of these tests; none of the new ones is among the old ones. */
const macs: Readonly<Record<string, number>> = {
  'old-1': 0.1e9,
  'old-2': 0.5e9,
  'old-3': 2e9,
  'old-4': 7e9,
  'new-1': 0.2e9,
  'new-2': 0.4e9,
  'new-3': 1.2e9,
  'new-4': 4e9,
  'new-5': 11e9,
  'new-6': 15e9,
};
const olds = Object.keys(macs).filter((name) => name.startsWith('old'));
const news = Object.keys(macs).filter((name) => name.startsWith('new'));
const macsOf = ({ model }: Configuration): number | null => macs[model] ?? null;

/** A process: half a second to start, then 2 ns a multiply-add, by which models differ by a tenth either way. */
function durationMs(model: string, n: number): number {
  const scatter = 1 + 0.1 * Math.sin([...model].reduce((sum, letter) => sum + letter.charCodeAt(0), n));
  return 500 + ((macs[model] ?? 0) / 1e6) * 2 * scatter;
}

/** Measures `olds`, then `news`: the error of each remaining time that was told between the first and the last tenth. */
async function errorsOfSecondRun(profileMs: number | null, known: QueueSetup['macsOf']): Promise<number[]> {
  const folder = temporaryFolder();
  const store = await temporaryStore(folder);
  const clock = new ManualClock();
  const bench = scripted({ store, lock: acquireQueueLock(folder), clock }, undefined, {
    macsOf: known,
    prepareModel(configuration) {
      noteModel(store, configuration);
      return Promise.resolve({ ok: true, modelPath: configuration.model, modelFileBytes: 1 });
    },
    async measureTrial({ modelPath, seed }, { signal, onProgress }) {
      const startedAt = new Date(clock.nowMs()).toISOString();
      const ms = durationMs(modelPath, seed % 7);
      for (let step = 0; step < 10; step++) {
        onProgress({ phase: 'sampling', samples: step, medianMs: 10, halfWidthMs: 1 });
        await clock.sleep(ms / 10, signal);
      }
      return { ok: true, trial: trial([10, 10.1, 10.2], startedAt) };
    },
    ...(profileMs === null
      ? {}
      : {
          async measureAssignment(_, { signal }) {
            await clock.sleep(profileMs, signal);
            return null;
          },
        }),
  });
  bench.queue.start({ resume: false });
  const run = async (models: readonly string[]): Promise<{ id: string; startMs: number; endMs: number }> => {
    const startMs = clock.monotonicMs();
    const { id } = bench.queue.enqueue(request(models));
    await clock.run(() => getRun(store, id)?.finishedAt !== null);
    return { id, startMs, endMs: clock.monotonicMs() };
  };
  await run(olds);
  const { id, startMs, endMs } = await run(news);
  await bench.queue.stop();
  const tenth = (endMs - startMs) / 10;
  const told = bench.progress.filter(
    ({ atMs, value }) =>
      value.runId === id && value.state === 'active' && atMs > startMs + tenth && atMs < endMs - tenth,
  );
  expect(told.length).toBeGreaterThan(50);
  return told.map(({ atMs, value }) => {
    const leftMs = endMs - atMs;
    return Math.abs((value.etaSeconds ?? Number.NaN) * 1000 - leftMs) / leftMs;
  });
}

/** As the service writes it down when it prepares the model. */
function noteModel(store: Store, { model, use, inputSize }: Configuration): void {
  const record = { name: model, use, inputSize, origin: 'catalog', family: 'tested' } as const;
  const costs = { params: 1, macs: macs[model] ?? 0, activations: 1, graphHash: null, filePath: null };
  upsertModel(store, { ...record, ...costs }, '2026-11-01T09:00:00.000Z');
}

describe('the remaining time of models that were never measured', () => {
  it('is within 25 % after the first tenth, by their work and what other models took', async () => {
    expect(Math.max(...(await errorsOfSecondRun(null, macsOf)))).toBeLessThan(0.25);
  });

  it('is so too where each job ends with a profile', async () => {
    expect(Math.max(...(await errorsOfSecondRun(12_000, macsOf)))).toBeLessThan(0.25);
  });

  it('is worse where nobody has counted their work', async () => {
    expect(Math.max(...(await errorsOfSecondRun(null, () => null)))).toBeGreaterThan(0.25);
  });

  it('is known before the first of them has been measured', async () => {
    const folder = temporaryFolder();
    const store = await temporaryStore(folder);
    const clock = new ManualClock();
    const bench = scripted(
      { store, lock: acquireQueueLock(folder), clock },
      (model, n) => ({
        durationMs: durationMs(model, n),
      }),
      { macsOf },
    );
    for (const model of olds) noteModel(store, configuration({ model }));
    bench.queue.start({ resume: false });
    const first = bench.queue.enqueue(request(olds));
    await clock.run(() => getRun(store, first.id)?.finishedAt !== null);
    const jobs = news.map((model) => ({ configuration: configuration({ model }), processesDone: 0 }));
    const planned = { machineId: machine.id, plan, jobs };
    const habits = { spreadMs: 0, profiles: false, macsOf };
    const beforehandMs = expectedTimeMs(store, planned, habits);
    expect(expectedTimeMs(store, { ...planned, machineId: 'another' }, habits)).toBeNull();
    expect(expectedTimeMs(store, { ...planned, plan: { ...plan, minProcesses: 2 } }, habits)).toBeNull();
    const begun = jobs.map((job) => ({ ...job, processesDone: 2 }));
    expect(expectedTimeMs(store, { ...planned, jobs: begun }, habits)).toBeCloseTo((beforehandMs ?? 0) / 3);
    bench.queue.enqueue(request(news));
    await clock.advance(300);
    const expectedMs = 3 * news.reduce((sum, model) => sum + durationMs(model, 0), 0);
    const told = (bench.progress.at(-1)?.value.etaSeconds ?? Number.NaN) * 1000;
    // What is told before the start is what is told once it has begun, up to 0.3 s later.
    expect(beforehandMs).toBeGreaterThanOrEqual(told);
    expect(beforehandMs).toBeLessThanOrEqual(told + 300);
    expect(Math.abs(told - expectedMs) / expectedMs).toBeLessThan(0.25);
    await bench.queue.stop();
  });
});
