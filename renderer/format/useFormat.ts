import { computed, type ComputedRef } from 'vue';
import { useSettings } from '../stores/settings.ts';
import { createFormat, type Format } from './quantities.ts';

/** The quantities' format in the person's language and unit, following changes of either. */
export function useFormat(): ComputedRef<Format> {
  const settings = useSettings();
  return computed(() => createFormat({ locale: settings.locale, costUnit: settings.costUnit }));
}
