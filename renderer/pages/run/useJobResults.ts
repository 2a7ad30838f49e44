import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';
import type { Job, ResultRow } from '../../../preload/contract.ts';
import { bridge } from '../../service/bridge.ts';

/** One answer's worth: a table of jobs shows a few hundred at a time. */
const idsAtOnce = 500;

/**
 * The results of some jobs by their ids, fetched as jobs end: a result never changes, so each is asked for once. One that was
 * deleted is not among them.
 */
export function useJobResults(jobs: () => readonly Job[]): ShallowRef<ReadonlyMap<string, ResultRow>> {
  const rows = shallowRef<ReadonlyMap<string, ResultRow>>(new Map());
  const asked = new Set<string>();

  async function fetch(ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += idsAtOnce) {
      const part = ids.slice(from, from + idsAtOnce);
      const answer = await bridge.call('listResults', { ids: part, newestOnly: false, limit: idsAtOnce });
      if (answer.ok)
        rows.value = new Map([
          ...rows.value,
          ...answer.value.rows.map((row) => [row.result.id, row] as const),
        ]);
      // Asked for again when the service is back, or the next job ends.
      else for (const id of part) asked.delete(id);
    }
  }

  function fetchMissing(): void {
    const missing = jobs().flatMap(({ resultId }) =>
      resultId === null || asked.has(resultId) ? [] : [resultId],
    );
    for (const id of missing) asked.add(id);
    if (missing.length > 0) void fetch(missing);
  }

  watch(() => jobs().map(({ resultId }) => resultId), fetchMissing, { immediate: true });
  onScopeDispose(bridge.onConnection((connected) => connected && fetchMissing()));
  return rows;
}
