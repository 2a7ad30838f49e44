import { onScopeDispose, shallowRef } from 'vue';
import type { ResultRow } from '../../../preload/contract.ts';
import { bridge } from '../../service/bridge.ts';
import { reportFailure } from '../../states/reportFailure.ts';
import { gatherRows } from './gather.ts';
import { filterOf, orderOf, type ResultView } from './view.ts';

/** Fetching all results that a view leaves, with its progress; leaving the page or `cancel` ends it. */
export function useGathering(view: ResultView) {
  const progress = shallowRef<{ done: number; total: number } | null>(null);
  let under: AbortController | undefined;

  /** Hands over the rows page by page. False where it was cancelled or failed, which is told. */
  async function gather(take: (rows: readonly ResultRow[]) => void): Promise<boolean> {
    under?.abort();
    const mine = new AbortController();
    under = mine;
    // The view as it is now: what is changed meanwhile is another question.
    const question = { ...filterOf(view), ...orderOf(view) };
    progress.value = { done: 0, total: 0 };
    const stopped = await gatherRows(
      (offset, limit) => bridge.call('listResults', { ...question, offset, limit }),
      (rows, done, total) => {
        take(rows);
        progress.value = { done, total };
      },
      mine.signal,
    );
    if (under === mine) progress.value = null;
    return stopped === null || (stopped !== 'cancelled' && !reportFailure(stopped));
  }

  function cancel(): void {
    under?.abort();
    progress.value = null;
  }
  onScopeDispose(cancel);

  return { progress, gather, cancel };
}
