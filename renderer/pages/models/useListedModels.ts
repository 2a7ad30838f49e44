import { computed, type ComputedRef } from 'vue';
import { useText } from '../../locales/i18n.ts';
import { useCatalog } from '../../stores/catalog.ts';
import { useOwnModels } from '../../stores/ownModels.ts';
import type { ListedModel } from './filter.ts';

/** Everything that can be measured: a person's own models first, then the catalog; and the families in that order. */
export function useListedModels(): {
  models: ComputedRef<readonly ListedModel[]>;
  families: ComputedRef<readonly string[]>;
} {
  const { t } = useText();
  const catalog = useCatalog();
  const own = useOwnModels();
  catalog.load();
  own.load();
  const ownFamily = computed(() => t('models.own'));
  const models = computed<readonly ListedModel[]>(() => [
    ...own.models.map(({ name, inputSize, params, macs }) => ({
      name,
      family: ownFamily.value,
      year: null,
      timm: null,
      torchvision: null,
      inputSize,
      params,
      macs,
      top1: null,
    })),
    ...catalog.backbones,
  ]);
  const families = computed(() => [...(own.models.length > 0 ? [ownFamily.value] : []), ...catalog.families]);
  return { models, families };
}
