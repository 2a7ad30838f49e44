import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { Failure, StoreState } from '../../preload/contract.ts';
import { bridge } from '../service/bridge.ts';

/** Whether the data folder can be written to now, and what was done to its database when the service started. */
export const useStorage = defineStore('storage', () => {
  const trouble = shallowRef<Failure | null>(null);
  const recovered = shallowRef<StoreState['recovered']>(null);
  /** The person has read that a damaged database was moved aside. */
  const recoveryRead = ref(false);

  async function refresh(): Promise<void> {
    const answer = await bridge.call('storeState', {});
    if (!answer.ok) return;
    trouble.value = answer.value.trouble;
    recovered.value = answer.value.recovered;
  }

  bridge.on('storeTrouble', (failure) => {
    trouble.value = failure;
  });
  bridge.onConnection((connected) => {
    if (connected) void refresh();
  });
  return { trouble, recovered, recoveryRead };
});
