import { parseArgs } from 'node:util';
import { Limits } from '../../../preload/contract.ts';
import { recommend } from '../../analysis/recommend.ts';
import type { Observation } from '../../analysis/observation.ts';
import { firstContenders, outlookOf, type Contender, type Knowledge } from '../../analysis/sweep/policy.ts';
import { trialDurations } from '../../store/trials.ts';
import { resolveDataFolder } from '../../store/dataFolder.ts';
import { listMachines } from '../../store/machines.ts';
import { getResult } from '../../store/results.ts';
import { getRun } from '../../store/runs.ts';
import { openStore, type Store } from '../../store/store.ts';
import { architectureNamed } from '../../zoo/catalog.ts';
import { deviceFigures } from '../devices.ts';
import { sweepLive } from './liveSweep.ts';
import { predictedObservation, predictorsOf, priorFor } from '../predictions.ts';

/**
 * The smart sweep against measuring everything, replayed on what a data folder (`--data-dir`) has measured: for every pair
 * of limits of arXiv 1810.00736, how much is measured, what share of the time that takes, and what the answer loses. With
 * `--live` the sweeps are also done anew, on this machine; minutes each. Everything is measured by
 * `backbench run --models all --preset quick`, which takes an hour or so.
 */
const { values } = parseArgs({ options: { 'data-dir': { type: 'string' }, live: { type: 'boolean' } } });
/** With fewer measured models a sweep has nothing to leave out. */
const fewestModels = 20;
const confidence = 0.9;

interface Replay {
  readonly measured: number;
  readonly timeShare: number;
  readonly settled: number;
  readonly answer: readonly Observation[];
}

/** A close look takes five processes for the one of a rough one. */
const closeFactor = 5;

async function replay(
  truth: readonly Observation[],
  costMs: ReadonlyMap<string, number>,
  limits: Limits,
): Promise<Replay> {
  const question = {
    limits,
    scenario: { kind: 'single-stream' as const },
    objective: { kind: 'accuracy' as const },
  };
  const known = new Map<number, Knowledge>();
  const variant = { provider: 'cpu', precision: 'fp32', threads: truth[0]?.threads ?? null };
  const prior = await priorFor('replay', variant);
  let spentMs = 0;
  const look = (index: number) => {
    const again = known.has(index);
    spentMs += (costMs.get(truth[index]?.model ?? '') ?? 0) * (again ? closeFactor : 1);
    known.set(index, again ? 'final' : 'rough');
  };
  for (;;) {
    const own = truth.filter((_, index) => known.has(index));
    const fitted = await predictorsOf('replay', variant, own);
    const predictors = fitted ?? (prior === null ? null : { latency: prior, memory: null });
    if (predictors === null) throw new Error('no shipped device to begin with');
    const contenders = truth.map((observation, index): Contender => {
      const knowledge = known.get(index);
      if (knowledge !== undefined) return { observation, knowledge };
      const guess = predictedObservation(architectureNamed(observation.model), variant, predictors, 1);
      return { observation: guess ?? observation, knowledge: 'predicted' };
    });
    const outlook = outlookOf(contenders, question);
    const probe = firstContenders(contenders, question)[0];
    if (probe === undefined && (outlook.settled >= confidence || outlook.next === null)) {
      const total = [...costMs.values()].reduce((sum, ms) => sum + ms, 0);
      const answer = outlook.answer.flatMap((index) => truth[index] ?? []);
      return { measured: known.size, timeShare: spentMs / total, settled: outlook.settled, answer };
    }
    look(probe ?? outlook.next?.index ?? 0);
  }
}

/** Wall time of each model's processes, as they were measured. */
function costsOf(store: Store, observations: readonly Observation[]): Map<string, number> {
  const results = observations.flatMap(({ resultId }) => {
    const result = resultId === null ? null : getResult(store, resultId);
    return result === null ? [] : [result];
  });
  const costMs = new Map<string, number>();
  for (const runId of new Set(results.map((result) => result.runId))) {
    const models = new Map(
      getRun(store, runId)?.jobs.map(({ id, configuration }) => [id, configuration.model]) ?? [],
    );
    for (const { jobId, wallMs } of trialDurations(store, runId)) {
      const model = models.get(jobId) ?? '';
      costMs.set(model, (costMs.get(model) ?? 0) + wallMs);
    }
  }
  return costMs;
}

const store = await openStore(resolveDataFolder(values['data-dir'] ?? null));
let judged = 0;
try {
  for (const { machine } of listMachines(store)) {
    const { observations } = await deviceFigures(store, () => Promise.resolve(machine), machine.id);
    const truth = observations.filter(
      ({ batch, precision, provider }) => batch === 1 && precision === 'fp32' && provider === 'cpu',
    );
    if (truth.length < fewestModels) continue;
    judged++;
    const costMs = costsOf(store, truth);
    console.log(`${machine.name}: ${truth.length} models; asked for ${100 * confidence} %`);
    console.log('memory   FPS  measured  of models  of time  settled  best  of five  regret');
    for (const gigabytes of [0.7, 1, 1.4]) {
      for (const minFps of [15, 30, 60]) {
        const limits = Limits.parse({ minFps, maxMemoryBytes: gigabytes * 2 ** 30 });
        const { measured, timeShare, settled, answer } = await replay(truth, costMs, limits);
        const { ranked } = recommend(truth, { limits, predicted: 'none' }, machine);
        const best = ranked[0];
        const mine = recommend(answer, { limits, predicted: 'none' }, machine).ranked[0];
        const fifth = ranked[4]?.top1 ?? 0;
        const same = answer.filter(({ top1 }) => top1 >= fifth).length;
        const regret = ((best?.top1 ?? 0) - (mine?.top1 ?? 0)) / (best?.top1 ?? 1);
        const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
        console.log(
          [
            `${gigabytes} GB`.padEnd(7),
            String(minFps).padStart(4),
            String(measured).padStart(9),
            percent(measured / truth.length).padStart(10),
            percent(timeShare).padStart(8),
            percent(settled).padStart(8),
            (mine?.model === best?.model ? 'same' : 'other').padStart(5),
            String(same).padStart(8),
            percent(regret).padStart(7),
          ].join(' '),
        );
      }
    }
    if (values.live === true)
      await sweepLive(store, machine, truth, { maxMemoryBytes: 0.7 * 2 ** 30, minFps: [15, 30, 60] });
  }
  if (judged === 0)
    console.log(
      `No machine in ${store.dataDir} has ${fewestModels} models measured at batch 1 on the CPU in fp32. Measure all of them first: backbench run --models all --preset quick`,
    );
} finally {
  store.close();
}
