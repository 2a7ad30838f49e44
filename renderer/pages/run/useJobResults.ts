import { onScopeDispose, shallowRef, watch } from 'vue';
import type { Failure, Job, ResultRow } from '../../../preload/contract.ts';
import { bridge } from '../../service/bridge.ts';

/** One answer's worth: a table of jobs shows a few hundred at a time. */
const idsAtOnce = 500;

/**
 * The results of the jobs that a table shows by their ids, fetched as jobs end: a result never changes, so each is asked for once.
 * One that was deleted is not among them. What could not be had stands in `failure` until `again` or the next job's end brings it.
 */
export function useJobResults(jobs: () => readonly Job[]) {
  const rows = shallowRef<ReadonlyMap<string, ResultRow>>(new Map());
  const failure = shallowRef<Failure | null>(null);
  const asked = new Set<string>();

  function missing(): string[] {
    return jobs().flatMap(({ resultId }) => (resultId === null || asked.has(resultId) ? [] : [resultId]));
  }

  async function fetch(ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += idsAtOnce) {
      const part = ids.slice(from, from + idsAtOnce);
      const answer = await bridge.call('listResults', { ids: part, newestOnly: false, limit: idsAtOnce });
      if (!answer.ok) {
        failure.value = answer.failure;
        for (const id of ids.slice(from)) asked.delete(id);
        return;
      }
      rows.value = new Map([...rows.value, ...answer.value.rows.map((row) => [row.result.id, row] as const)]);
    }
    // Another job's answer does not make up for what failed before it.
    if (missing().length === 0) failure.value = null;
  }

  function again(): void {
    const ids = missing();
    for (const id of ids) asked.add(id);
    if (ids.length > 0) void fetch(ids);
    else failure.value = null;
  }

  watch(() => jobs().map(({ resultId }) => resultId), again, { immediate: true });
  onScopeDispose(bridge.onConnection((connected) => connected && again()));
  return { rows, failure, again };
}
