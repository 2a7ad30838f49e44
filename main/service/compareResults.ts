import type { CallRequest, Comparison, Result, ResultSamples } from '../../preload/contract.ts';
import { differences, type Conditions } from '../measure/comparability.ts';
import { compareLatency } from '../measure/compare.ts';
import { medianOf } from '../measure/quantiles.ts';
import { getMachine } from '../store/machines.ts';
import { getResult } from '../store/results.ts';
import type { Store } from '../store/store.ts';
import { getSamples, getSensors } from '../store/trials.ts';
import { NotFound } from './notFound.ts';

/** Two results against each other. Throws NotFound where one was deleted. */
export function compareResults(
  store: Store,
  { baselineId, candidateId }: CallRequest<'compareResults'>,
): Comparison {
  const baseline = resultNamed(store, baselineId);
  const candidate = resultNamed(store, candidateId);
  // Processes of one run were interleaved: the n-th of both saw the same machine.
  const paired = baseline.runId === candidate.runId;
  const { ratio, low, high, verdict, detectableRatio } = compareLatency(
    processMedians(store, baselineId),
    processMedians(store, candidateId),
    { paired },
  );
  const named = differences(conditionsOf(store, baseline), conditionsOf(store, candidate));
  return { baseline, candidate, differences: named, ratio, low, high, verdict, detectableRatio };
}

function resultNamed(store: Store, id: string): Result {
  const result = getResult(store, id);
  if (result === null) throw new NotFound('result', id);
  return result;
}

/** Every sample behind a result, a block for each worker process. Throws NotFound. */
export function samplesOf(store: Store, resultId: string): ResultSamples {
  resultNamed(store, resultId);
  return {
    processes: getSamples(store, resultId).map(({ startedAt, samplesMs }) => ({
      startedAt,
      samplesMs: [...samplesMs],
    })),
  };
}

function processMedians(store: Store, resultId: string): number[] {
  return getSamples(store, resultId).map(({ samplesMs }) => medianOf(samplesMs));
}

function conditionsOf(store: Store, result: Result): Conditions {
  const machine = getMachine(store, result.machineId);
  if (machine === null) throw new NotFound('device', result.machineId);
  return {
    machine,
    configuration: result.configuration,
    nodeShare: result.assignment?.nodeShare ?? null,
    flags: result.flags,
    clockMhz: clockOf(store, result),
  };
}

/** Median clock of the device that did the work, over all looks at it. */
function clockOf(store: Store, { id, configuration }: Result): number | null {
  const clocks = getSensors(store, id)
    .flat()
    .flatMap(
      ({ cpuClockMhz, gpuClockMhz }) => (configuration.provider === 'cpu' ? cpuClockMhz : gpuClockMhz) ?? [],
    );
  return clocks.length === 0 ? null : medianOf(clocks);
}
