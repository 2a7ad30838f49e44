import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallInput, CallName, CallOutput, Machine, Run } from '../../../preload/contract.ts';
import type { Observation } from '../../analysis/observation.ts';
import { recommend } from '../../analysis/recommend.ts';
import type { Store } from '../../store/store.ts';
import { getResult } from '../../store/results.ts';
import { getRun } from '../../store/runs.ts';
import { openService, type OpenedService } from '../openService.ts';

/** As many as an exhaustive answer may have where a model of the sweep's five stands beside them. */
const looked = 20;

/**
 * Sweeps for each speed limit on this machine, each in a folder of its own, and holds what it answers and how long it took
 * against the exhaustive measurement that `truth` is from.
 */
export async function sweepLive(
  store: Store,
  machine: Machine,
  truth: readonly Observation[],
  { maxMemoryBytes, minFps }: { maxMemoryBytes: number; minFps: readonly number[] },
): Promise<void> {
  const exhaustiveMs = wallMsOf(store, truth);
  console.log(`live: measuring all of them took ${(exhaustiveMs / 60_000).toFixed(1)} min`);
  console.log('   FPS  measured   of time  settled  best  of five  not among the exhaustive five');
  for (const fps of minFps) {
    const question = { limits: { minFps: fps, maxMemoryBytes } };
    const { run, sweep, answer } = await swept(question, truth[0]?.threads ?? null);
    const { ranked } = recommend(truth, { ...question, count: looked, predicted: 'none' }, machine);
    const five = ranked.slice(0, 5).map(({ model }) => model);
    const mine = answer.ranked.slice(0, 5).map(({ model }) => model);
    const measured = new Set(
      run.jobs.filter(({ state }) => state === 'done').map(({ configuration }) => configuration.model),
    );
    const others = mine.filter((model) => !five.includes(model)).map((model) => placeOf(model, ranked));
    console.log(
      [
        String(fps).padStart(6),
        String(measured.size).padStart(9),
        `${((100 * wallMs(run)) / exhaustiveMs).toFixed(1)} %`.padStart(9),
        `${Math.round(100 * sweep.outcome.settled)} %`.padStart(8),
        (mine[0] === five[0] ? 'same' : 'other').padStart(5),
        String(mine.length - others.length).padStart(8),
        ` ${others.join('; ') || '–'}`,
      ].join(' '),
    );
  }
}

/** Where the exhaustive answer has a model of the sweep's. */
function placeOf(model: string, ranked: CallOutput<'recommend'>['ranked']): string {
  const place = ranked.findIndex((candidate) => candidate.model === model);
  if (place < 0) return `${model}: not within the limits there`;
  const gap = (ranked[4]?.top1 ?? 0) - (ranked[place]?.top1 ?? 0);
  return `${model}: place ${place + 1} there, ${gap.toFixed(2)} points below the fifth`;
}

async function swept(
  question: CallInput<'startSweep'>['question'],
  threads: number | null,
): Promise<{ run: Run; sweep: CallOutput<'getSweep'>; answer: CallOutput<'recommend'> }> {
  const folder = mkdtempSync(join(tmpdir(), 'backbench-bench-sweep-'));
  const service = await openService({ dataDir: folder });
  try {
    const { runId } = await ask(service, 'startSweep', { question, threads });
    await new Promise<void>((resolve) => {
      const stop = service.subscribe((event) => {
        if (event.name !== 'runChanged' || event.payload.id !== runId) return;
        if (event.payload.finishedAt === null) return;
        stop();
        resolve();
      });
    });
    return {
      run: await ask(service, 'getRun', { runId }),
      sweep: await ask(service, 'getSweep', { runId }),
      answer: await ask(service, 'recommend', question),
    };
  } finally {
    await service.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ask<N extends CallName>(
  service: OpenedService,
  name: N,
  input: CallInput<N>,
): Promise<CallOutput<N>> {
  const answer = await service.call(name, input);
  if (!answer.ok) throw new Error(answer.failure.message);
  return answer.value as CallOutput<N>;
}

/** Of the runs that the observations are from, start to end. */
function wallMsOf(store: Store, observations: readonly Observation[]): number {
  const runIds = new Set(
    observations.flatMap(({ resultId }) =>
      resultId === null ? [] : (getResult(store, resultId)?.runId ?? []),
    ),
  );
  return [...runIds].reduce((sum, runId) => {
    const run = getRun(store, runId);
    return sum + (run === null ? 0 : wallMs(run));
  }, 0);
}

function wallMs({ createdAt, finishedAt }: Run): number {
  return finishedAt === null ? 0 : Date.parse(finishedAt) - Date.parse(createdAt);
}
