import { defineStore } from 'pinia';
import { ref } from 'vue';
import { bridge } from '../service/bridge.ts';

/** Whether the service is there. `connecting` is the time before it first answered. */
export const useConnection = defineStore('connection', () => {
  const state = ref<'connecting' | 'connected' | 'lost'>('connecting');
  bridge.onConnection((connected) => {
    state.value = connected ? 'connected' : 'lost';
  });
  return { state };
});
