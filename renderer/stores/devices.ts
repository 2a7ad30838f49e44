import { defineStore } from 'pinia';
import { computed } from 'vue';
import type { CallInput, Device, Failure, TimmImported } from '../../preload/contract.ts';
import { useAsked } from '../service/asked.ts';
import { bridge } from '../service/bridge.ts';

/** Everything that can be asked about: this machine, other measured ones, reference devices. */
export const useDevices = defineStore('devices', () => {
  const { value, failure, loading, ask, again } = useAsked('listDevices');
  const list = computed<readonly Device[]>(() => value.value ?? []);
  const loaded = computed(() => value.value !== null);
  const imported = computed(() => list.value.filter(({ isImported }) => isImported));

  function load(): void {
    if (value.value === null && !loading.value) void ask({});
  }

  /** null: this machine, which is what an empty or an unknown id stands for. */
  function other(id: string): Device | null {
    return list.value.find((device) => device.id === id && !device.isThisMachine) ?? null;
  }

  async function importTimm(
    table: CallInput<'importTimm'>,
  ): Promise<{ imported: TimmImported } | { failure: Failure }> {
    const answer = await bridge.call('importTimm', table);
    if (!answer.ok) return { failure: answer.failure };
    await ask({});
    return { imported: answer.value };
  }

  async function remove(id: string): Promise<Failure | null> {
    const answer = await bridge.call('removeDevice', { id });
    if (!answer.ok) return answer.failure;
    value.value = answer.value;
    return null;
  }

  return { list, loaded, imported, failure, loading, load, again, other, importTimm, remove };
});
