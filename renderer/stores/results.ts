import { defineStore } from 'pinia';
import { computed, getCurrentScope, onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { Failure, ResultRow } from '../../preload/contract.ts';
import { bridge } from '../service/bridge.ts';
import { useRuns } from './runs.ts';

/** Large enough that few answers suffice, small enough that the screen stays responsive while they are parsed. */
const pageRows = 5000;
const mostRows = 100_000;
/** The service takes no request beyond a megabyte, and answers nobody else while it works on one. */
const idsAtOnce = 2000;

/** Long work on results: stopped by its signal, and told how many are done. */
interface Watched {
  signal: AbortSignal;
  told: (done: number) => void;
}

/** The newest result of each configuration, on this machine and every other in the store. */
export const useResults = defineStore('results', () => {
  const rows = shallowRef<readonly ResultRow[]>([]);
  const total = ref(0);
  const loaded = ref(false);
  const loading = ref(false);
  const failure = shallowRef<Failure | null>(null);
  /** Goes up whenever results came or went: pages that ask for their own rows ask again. */
  const revision = ref(0);
  let newest = 0;
  /** Pages on screen that show these rows. Without one, nothing is loaded until the next comes. */
  let watchers = 0;
  let outdated = false;

  /** The plain latencies: what charts and counts compare. Every other mode answers a question of its own. */
  const singleStream = computed(() =>
    rows.value.filter(({ result }) => result.configuration.mode.kind === 'single-stream'),
  );
  const byId = computed(() => new Map(rows.value.map((row) => [row.result.id, row])));

  async function refresh(): Promise<void> {
    const mine = ++newest;
    outdated = false;
    loading.value = true;
    const gathered: ResultRow[] = [];
    let expected = Infinity;
    while (gathered.length < Math.min(expected, mostRows)) {
      const answer = await bridge.call('listResults', { limit: pageRows, offset: gathered.length });
      if (mine !== newest) return;
      if (watchers === 0) {
        // Nobody looks any more: the pages that ask for their own rows should not wait behind these.
        outdated = true;
        loading.value = false;
        return;
      }
      if (!answer.ok) {
        failure.value = answer.failure;
        loading.value = false;
        return;
      }
      gathered.push(...answer.value.rows);
      expected = answer.value.rows.length === 0 ? 0 : answer.value.total;
      total.value = answer.value.total;
      // The first page is on screen while the others come in.
      if (!loaded.value) rows.value = [...gathered];
    }
    rows.value = gathered;
    failure.value = null;
    loaded.value = true;
    loading.value = false;
  }

  /** For a page that shows all of them: loads them if need be, and keeps them up to date as long as the page lives. */
  function load(): void {
    if (getCurrentScope() !== undefined) {
      watchers++;
      onScopeDispose(() => watchers--);
    }
    if ((!loaded.value || outdated) && !loading.value) void refresh();
  }

  function changed(): void {
    revision.value++;
    if (!loaded.value) return;
    if (watchers > 0) void refresh();
    else outdated = true;
  }

  /** Tells which of the results were changed, also where it was stopped or a later part of them failed. */
  async function inParts(
    call: 'deleteResults' | 'restoreResults',
    ids: readonly string[],
    { signal, told }: Watched,
  ): Promise<{ done: readonly string[]; failure: Failure | null }> {
    let done = 0;
    let why: Failure | null = null;
    while (done < ids.length && why === null && !signal.aborted) {
      const part = ids.slice(done, done + idsAtOnce);
      const answer = await bridge.call(call, { ids: part });
      if (answer.ok) told((done += part.length));
      else why = answer.failure;
    }
    if (done > 0) changed();
    return { done: ids.slice(0, done), failure: why };
  }

  /** Deletes results; they can be brought back with `restore` until the service ends. */
  const remove = (ids: readonly string[], watched: Watched) => inParts('deleteResults', ids, watched);
  const restore = (ids: readonly string[], watched: Watched) => inParts('restoreResults', ids, watched);

  const runs = useRuns();
  /** Changes whenever a job of any run has put a result into the store. */
  const resultsTold = computed(() =>
    runs.list.reduce((count, run) => count + run.jobs.filter((job) => job.resultId !== null).length, 0),
  );
  watch(resultsTold, changed);
  bridge.onConnection((connected) => {
    if (connected && failure.value !== null) void refresh();
  });

  return {
    rows,
    singleStream,
    total,
    byId,
    loaded,
    loading,
    failure,
    revision,
    load,
    refresh,
    remove,
    restore,
  };
});
