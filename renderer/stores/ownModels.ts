import { defineStore } from 'pinia';
import { computed } from 'vue';
import type { Failure, OwnModel } from '../../preload/contract.ts';
import { useAsked } from '../service/asked.ts';
import { bridge } from '../service/bridge.ts';

/** A person's own ONNX files, as they were found when they were added. */
export const useOwnModels = defineStore('ownModels', () => {
  const { value, failure, loading, ask, again } = useAsked('listOwnModels');
  const models = computed<readonly OwnModel[]>(() => value.value ?? []);
  const loaded = computed(() => value.value !== null);

  function load(): void {
    if (value.value === null && !loading.value) void ask({});
  }

  async function add(path: string): Promise<{ model: OwnModel } | { failure: Failure }> {
    const answer = await bridge.call('addOwnModel', { path });
    if (!answer.ok) return { failure: answer.failure };
    await ask({});
    return { model: answer.value };
  }

  async function remove(name: string): Promise<Failure | null> {
    const answer = await bridge.call('removeOwnModel', { name });
    if (!answer.ok) return answer.failure;
    await ask({});
    return null;
  }

  return { models, loaded, failure, loading, load, again, add, remove };
});
