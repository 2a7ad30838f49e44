import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import type { Failure } from '../../preload/contract.ts';
import { bridge } from '../service/bridge.ts';
import { useRuns } from './runs.ts';

/** The service takes no request beyond a megabyte, and answers nobody else while it works on one. */
const idsAtOnce = 2000;

/** Long work on results: stopped by its signal, and told how many are done. */
interface Watched {
  signal: AbortSignal;
  told: (done: number) => void;
}

/** Changes of what is stored: each page asks for its own rows, and asks again whenever `revision` goes up. */
export const useResults = defineStore('results', () => {
  const revision = ref(0);

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
    if (done > 0) revision.value++;
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
  watch(resultsTold, () => revision.value++);

  return { revision, remove, restore };
});
