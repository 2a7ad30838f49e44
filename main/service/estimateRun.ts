import { setImmediate } from 'node:timers/promises';
import type { CallRequest, Configuration, Job, RunEstimate } from '../../preload/contract.ts';
import type { Habits } from '../queue/earlierRuns.ts';
import { expectedTimeMs } from '../queue/expectedTime.ts';
import { getRun, listRunIds } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { architectureNamed } from '../zoo/catalog.ts';
import { bytesOfWeights, variantGraph, type ModelCache } from '../zoo/modelCache.ts';
import { countAhead } from './countMacs.ts';
import type { Found } from './machineState.ts';
import { isOwnModel } from './ownModels.ts';
import { configurationsOf } from './planRun.ts';
import { assertPlan } from './samplingPresets.ts';

/** What a run would take that has not begun. Throws what starting it would throw. */
export async function estimateRun(
  store: Store,
  cache: ModelCache,
  request: CallRequest<'estimateRun'>,
  found: Found,
  habits: Habits,
): Promise<RunEstimate> {
  assertPlan(request.plan);
  const configurations = configurationsOf(store, request, found);
  await countAhead(store, configurations);
  const missing = await missingFiles(cache, configurations);
  const modelFileBytes = missing.reduce((sum, bytes) => sum + bytes, 0);
  const writingMs = cache.writingMs(modelFileBytes);
  const jobs = configurations.map((configuration) => ({ configuration, processesDone: 0 }));
  const measuringMs = expectedTimeMs(
    store,
    { machineId: found.machine.id, plan: request.plan, jobs },
    habits,
  );
  return {
    estimatedMs: measuringMs === null ? null : writingMs + measuringMs,
    jobs: configurations.length,
    modelFiles: missing.length,
    modelFileBytes,
    writingMs,
    ...before(store, habits),
  };
}

/** What the queue has to do before a run that is started now; paused runs let others by. */
function before(store: Store, habits: Habits): Pick<RunEstimate, 'jobsBefore' | 'beforeMs'> {
  const waiting = listRunIds(store, 'active')
    .flatMap((id) => getRun(store, id) ?? [])
    .map(({ machineId, plan, jobs }) => ({
      ...{ machineId, plan },
      jobs: jobs.filter(({ state }) => openStates.has(state)),
    }))
    .filter(({ jobs }) => jobs.length > 0);
  const times = waiting.map((run) => expectedTimeMs(store, run, habits));
  return {
    jobsBefore: waiting.reduce((sum, { jobs }) => sum + jobs.length, 0),
    beforeMs: times.reduce((sum, ms) => (sum === null || ms === null ? null : sum + ms), 0),
  };
}

const openStates: ReadonlySet<Job['state']> = new Set(['queued', 'leased', 'running']);

/** Bytes of each file that these configurations need and the cache does not hold; own models are files already. */
async function missingFiles(cache: ModelCache, configurations: readonly Configuration[]): Promise<number[]> {
  const variants = new Map(
    configurations
      .filter(({ model }) => !isOwnModel(model))
      .map((configuration) => [variantKey(configuration), configuration]),
  );
  const missing: number[] = [];
  for (const [key, configuration] of variants) {
    if (await cache.holds(architectureNamed(configuration.model), configuration)) continue;
    missing.push(weightBytesOf(key, configuration));
    // Some ten milliseconds a graph: others get their turns in between.
    await setImmediate();
  }
  return missing;
}

/** By variant: a graph is the same as long as we run, and a screen asks with every tick of a box. */
const weighed = new Map<string, number>();

function weightBytesOf(key: string, configuration: Configuration): number {
  const known = weighed.get(key);
  if (known !== undefined) return known;
  const bytes = bytesOfWeights(variantGraph(architectureNamed(configuration.model), configuration));
  weighed.set(key, bytes);
  return bytes;
}

function variantKey({ model, use, precision, inputSize }: Configuration): string {
  return [model, use, precision, inputSize].join('|');
}
