import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { Failure, ResultRow } from '../../preload/contract.ts';
import { bridge } from '../service/bridge.ts';
import { useRuns } from './runs.ts';

/** Large enough that few answers suffice, small enough that the screen stays responsive while they are parsed. */
const pageRows = 5000;
const mostRows = 100_000;

/** The newest result of each configuration, on this machine and every other in the store. */
export const useResults = defineStore('results', () => {
  const rows = shallowRef<readonly ResultRow[]>([]);
  const total = ref(0);
  const loaded = ref(false);
  const loading = ref(false);
  const failure = shallowRef<Failure | null>(null);
  let newest = 0;

  /** The plain latencies: what charts and counts compare. Every other mode answers a question of its own. */
  const singleStream = computed(() =>
    rows.value.filter(({ result }) => result.configuration.mode.kind === 'single-stream'),
  );
  const byId = computed(() => new Map(rows.value.map((row) => [row.result.id, row])));

  async function refresh(): Promise<void> {
    const mine = ++newest;
    loading.value = true;
    const gathered: ResultRow[] = [];
    let expected = Infinity;
    while (gathered.length < Math.min(expected, mostRows)) {
      const answer = await bridge.call('listResults', { limit: pageRows, offset: gathered.length });
      if (mine !== newest) return;
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

  function load(): void {
    if (!loaded.value && !loading.value) void refresh();
  }

  /** Deletes results; they can be brought back with `restore` until the service ends. */
  async function remove(ids: readonly string[]): Promise<Failure | null> {
    const answer = await bridge.call('deleteResults', { ids: [...ids] });
    if (answer.ok) await refresh();
    return answer.ok ? null : answer.failure;
  }

  async function restore(ids: readonly string[]): Promise<Failure | null> {
    const answer = await bridge.call('restoreResults', { ids: [...ids] });
    if (answer.ok) await refresh();
    return answer.ok ? null : answer.failure;
  }

  const runs = useRuns();
  /** Changes whenever a job of any run has put a result into the store. */
  const resultsTold = computed(() =>
    runs.list.reduce((count, run) => count + run.jobs.filter((job) => job.resultId !== null).length, 0),
  );
  watch(resultsTold, () => {
    if (loaded.value) void refresh();
  });
  bridge.onConnection((connected) => {
    if (connected && failure.value !== null) void refresh();
  });

  return { rows, singleStream, total, byId, loaded, loading, failure, load, refresh, remove, restore };
});
