import { defineStore } from 'pinia';
import { computed } from 'vue';
import type { ProviderStatus } from '../../preload/contract.ts';
import { useLongCall } from '../service/longCall.ts';

/** What this machine is and which execution providers work on it. */
export const useHardware = defineStore('hardware', () => {
  const { value: report, failure, loading, progress, ask, again, stop } = useLongCall('hardware');

  const machine = computed(() => report.value?.machine ?? null);
  const providers = computed<readonly ProviderStatus[]>(() => report.value?.providers ?? []);
  const working = computed(() => providers.value.filter((status) => status.works));

  function load(): void {
    if (report.value === null && !loading.value) void ask({});
  }

  /** Probes the providers anew, e.g. after a driver was installed. */
  async function refresh(): Promise<boolean> {
    return ask({ refresh: true });
  }

  return { report, machine, providers, working, failure, loading, progress, load, refresh, again, stop };
});
