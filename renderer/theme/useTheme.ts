import { computed, watchEffect, type ComputedRef } from 'vue';
import { useSettings } from '../stores/settings.ts';
import { useMediaQuery } from './useMediaQuery.ts';

/** Whether the screen is dark now: the person's choice, or the system's where they leave it to that. */
export function useDark(): ComputedRef<boolean> {
  const settings = useSettings();
  const systemDark = useMediaQuery('(prefers-color-scheme: dark)');
  return computed(() => settings.theme === 'dark' || (settings.theme === 'system' && systemDark.value));
}

/** Puts the theme on the document; called once, by the application's root. */
export function useDocumentTheme(): void {
  const dark = useDark();
  watchEffect(() => document.documentElement.classList.toggle('dark', dark.value));
}
