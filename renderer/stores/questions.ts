import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { Answer, Failure, RecommendationRequest, SavedQuestion } from '../../preload/contract.ts';
import { useAsked } from '../service/asked.ts';
import { bridge } from '../service/bridge.ts';

/** The questions that a person keeps by name, in the data folder. */
export const useQuestions = defineStore('questions', () => {
  const { value, failure, loading, ask, again } = useAsked('listQuestions');
  const list = computed<readonly SavedQuestion[]>(() => value.value ?? []);
  const loaded = computed(() => value.value !== null);
  /** The one that was removed last, until something else is done: it can be brought back. */
  const removed = shallowRef<SavedQuestion | null>(null);

  function load(): void {
    if (value.value === null && !loading.value) void ask({});
  }

  async function save(name: string, question: RecommendationRequest): Promise<Failure | null> {
    removed.value = null;
    return take(await bridge.call('saveQuestion', { name, question }));
  }

  async function remove(saved: SavedQuestion): Promise<Failure | null> {
    const failed = take(await bridge.call('removeQuestion', { name: saved.name }));
    removed.value = failed === null ? saved : null;
    return failed;
  }

  async function bringBack(): Promise<Failure | null> {
    return removed.value === null ? null : save(removed.value.name, removed.value.question);
  }

  function take(answer: Answer<SavedQuestion[]>): Failure | null {
    if (!answer.ok) return answer.failure;
    value.value = answer.value;
    return null;
  }

  return { list, loaded, failure, load, again, removed, save, remove, bringBack };
});
