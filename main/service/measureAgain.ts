import { RunRequest, type CallRequest, type Configuration } from '../../preload/contract.ts';
import { getResult } from '../store/results.ts';
import type { Store } from '../store/store.ts';
import type { Found } from './machineState.ts';
import { NotFound } from './notFound.ts';
import { configurationsOf } from './planRun.ts';

/**
 * The very configurations of some results, each once, as this machine measures them now: under its own power source, and
 * whichever machine measured them before. Throws what `configurationsOf` throws where one cannot be had here.
 */
export function configurationsAgain(
  store: Store,
  { resultIds, plan }: CallRequest<'measureAgain'>,
  found: Found,
): { request: CallRequest<'startRun'>; configurations: Configuration[] } {
  const requests = resultIds.map((id) => {
    const result = getResult(store, id);
    if (result === null) throw new NotFound('result', id);
    return requestOf(result.configuration, plan);
  });
  const configurations = new Map(
    requests
      .flatMap((request) => configurationsOf(store, request, found))
      .map((configuration) => [JSON.stringify(configuration), configuration]),
  );
  return { request: widest(requests), configurations: [...configurations.values()] };
}

function requestOf(
  { model, batch, precision, mode, powerSource: _then, ...same }: Configuration,
  plan: CallRequest<'measureAgain'>['plan'],
): CallRequest<'startRun'> {
  const lists = { models: [model], batches: [batch], precisions: [precision], modes: [mode] };
  return RunRequest.parse({ ...lists, ...same, plan });
}

/** What the run is recorded as: every model, batch, precision and mode among them, though not every combination is measured. */
function widest(requests: readonly CallRequest<'startRun'>[]): CallRequest<'startRun'> {
  const [first] = requests;
  if (first === undefined) throw new RangeError('no result to measure again');
  const each = <T>(of: (request: CallRequest<'startRun'>) => readonly T[]): T[] => [
    ...new Map(requests.flatMap(of).map((value) => [JSON.stringify(value), value])).values(),
  ];
  return {
    ...first,
    models: each(({ models }) => models),
    batches: each(({ batches }) => batches),
    precisions: each(({ precisions }) => precisions),
    modes: each(({ modes }) => modes),
  };
}
