import { computed, shallowRef, watch } from 'vue';
import type { ResultRow } from '../../../preload/contract.ts';
import { bridge } from '../../service/bridge.ts';
import { useResults } from '../../stores/results.ts';
import { filterResults, sortResults, type ResultView } from './view.ts';

const idsAtOnce = 5000;

/**
 * The results that a person ticked. They are kept as rows: most of the table is not here, and what is ticked must be known when it
 * has been scrolled away.
 */
export function useTicked(view: ResultView) {
  const results = useResults();
  const ticked = shallowRef<ReadonlyMap<string, ResultRow>>(new Map());
  /** Only what the table lists counts as chosen, in its order: nobody deletes what a filter hides. */
  const chosen = computed(() =>
    sortResults(filterResults([...ticked.value.values()], view), view.sort, view.order),
  );

  function tick(rows: readonly ResultRow[], on: boolean): void {
    const next = new Map(ticked.value);
    for (const row of rows) {
      if (on) next.set(row.result.id, row);
      else next.delete(row.result.id);
    }
    ticked.value = next;
  }

  function untickAll(): void {
    ticked.value = new Map();
  }

  /** What was deleted or measured anew is not listed any more, so it is not ticked either. */
  async function forgetGone(): Promise<void> {
    const ids = [...ticked.value.keys()];
    const gone: ResultRow[] = [];
    for (let from = 0; from < ids.length; from += idsAtOnce) {
      const asked = ids.slice(from, from + idsAtOnce);
      const answer = await bridge.call('listResults', { ids: asked, limit: idsAtOnce });
      if (!answer.ok) return;
      const listed = new Set(answer.value.rows.map(({ result }) => result.id));
      gone.push(...asked.filter((id) => !listed.has(id)).flatMap((id) => ticked.value.get(id) ?? []));
    }
    if (gone.length > 0) tick(gone, false);
  }
  watch(
    () => results.revision,
    () => void forgetGone(),
  );

  return { ticked, chosen, tick, untickAll };
}
