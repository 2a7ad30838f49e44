import { defineStore } from 'pinia';
import { computed } from 'vue';
import type { Backbone } from '../../preload/contract.ts';
import { useAsked } from '../service/asked.ts';

/** The backbones that can be measured, at each one's own input size. */
export const useCatalog = defineStore('catalog', () => {
  const { value, failure, loading, ask, again } = useAsked('listBackbones');

  const backbones = computed<readonly Backbone[]>(() => value.value ?? []);
  const byName = computed(() => new Map(backbones.value.map((backbone) => [backbone.name, backbone])));
  /** In the order of their first appearance in time, which is how a reader knows them. */
  const families = computed(() => {
    const years = new Map<string, number>();
    for (const { family, year } of backbones.value) {
      years.set(family, Math.min(year, years.get(family) ?? Infinity));
    }
    return [...years].sort((a, b) => a[1] - b[1] || a[0].localeCompare(b[0])).map(([family]) => family);
  });
  const loaded = computed(() => value.value !== null);

  function load(): void {
    if (value.value === null && !loading.value) void ask({});
  }

  return { backbones, byName, families, loaded, failure, loading, load, again };
});
