import { computed, watch } from 'vue';
import type { ResultFilter } from '../../../preload/contract.ts';
import { useAsked } from '../../service/asked.ts';
import { useResults } from '../../stores/results.ts';

/** Models of which there is a plain latency among these results; null: not known yet which results are meant. */
export function useMeasuredModels(filter: () => ResultFilter | null) {
  const results = useResults();
  const { value: facets, failure, ask, again } = useAsked('resultFacets');
  watch(
    [filter, () => results.revision] as const,
    ([meant]) => {
      if (meant !== null) void ask({ ...meant, modes: ['single-stream'] });
    },
    { immediate: true },
  );
  const measured = computed<ReadonlySet<string>>(
    () => new Set(facets.value?.models.map(({ value }) => value)),
  );
  return { measured, failure, again };
}
