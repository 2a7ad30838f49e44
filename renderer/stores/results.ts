import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import { bridge } from '../service/bridge.ts';
import { inParts, type Watched } from './inParts.ts';
import { useRuns } from './runs.ts';

/** Changes of what is stored: each page asks for its own rows, and asks again whenever `revision` goes up. */
export const useResults = defineStore('results', () => {
  const revision = ref(0);

  async function changed(call: 'deleteResults' | 'restoreResults', ids: readonly string[], watched: Watched) {
    const outcome = await inParts(ids, (part) => bridge.call(call, { ids: part }), watched);
    if (outcome.done.length > 0) revision.value++;
    return outcome;
  }

  /** Deletes results; they can be brought back with `restore` until the service ends. */
  const remove = (ids: readonly string[], watched: Watched) => changed('deleteResults', ids, watched);
  const restore = (ids: readonly string[], watched: Watched) => changed('restoreResults', ids, watched);

  const runs = useRuns();
  /** Changes whenever a job of any run has put a result into the store. */
  const resultsTold = computed(() =>
    runs.list.reduce((count, run) => count + run.jobs.filter((job) => job.resultId !== null).length, 0),
  );
  watch(resultsTold, () => revision.value++);

  return { revision, remove, restore };
});
