import type { CallRequest, Machine, Recommendation } from '../../preload/contract.ts';
import { observationOf } from '../analysis/observation.ts';
import { recommend } from '../analysis/recommend.ts';
import { listResults } from '../store/results.ts';
import type { Store } from '../store/store.ts';
import { resultRow } from './resultRows.ts';

/** More results than anybody measures on one machine; a bound, so that a broken store cannot fill memory. */
const mostResults = 100_000;

/** Answers "which backbone?" from the newest result of each configuration measured on a device. */
export function answerQuestion(
  store: Store,
  machine: Machine,
  request: CallRequest<'recommend'>,
): Recommendation {
  const machineId = request.device ?? machine.id;
  const { rows } = listResults(store, {
    machineId,
    providers: request.providers,
    precisions: request.precisions,
    uses: [request.use],
    batches: request.scenario.kind === 'offline' ? null : [request.batch],
    newestOnly: true,
    limit: mostResults,
  });
  const observations = rows.map(resultRow).flatMap((row) => observationOf(row) ?? []);
  return recommend(observations, request, { id: machineId, name: machine.name });
}
