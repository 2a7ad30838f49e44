import { onScopeDispose, shallowRef } from 'vue';
import { reportFailure } from '../../states/reportFailure.ts';
import { useResults } from '../../stores/results.ts';

/** Deleting results and bringing the last ones back, with its progress; leaving the page or `stop` ends it where it is. */
export function useDeleting() {
  const results = useResults();
  /** What can be brought back. */
  const deleted = shallowRef<readonly string[]>([]);
  const progress = shallowRef<{ what: 'deleting' | 'restoring'; done: number; total: number } | null>(null);
  let under: AbortController | undefined;

  async function work(what: 'deleting' | 'restoring', ids: readonly string[]): Promise<readonly string[]> {
    const mine = (under = new AbortController());
    progress.value = { what, done: 0, total: ids.length };
    const change = what === 'deleting' ? results.remove : results.restore;
    const { done, failure } = await change(ids, {
      signal: mine.signal,
      told: (count) => (progress.value = { what, done: count, total: ids.length }),
    });
    progress.value = null;
    reportFailure(failure);
    return done;
  }

  /** Tells whether any of them was deleted. */
  async function remove(ids: readonly string[]): Promise<boolean> {
    const done = await work('deleting', ids);
    if (done.length > 0) deleted.value = done;
    return done.length > 0;
  }

  async function undo(): Promise<void> {
    const done = await work('restoring', deleted.value);
    deleted.value = deleted.value.slice(done.length);
  }

  const stop = () => under?.abort();
  onScopeDispose(stop);

  return { deleted, progress, remove, undo, stop };
}
