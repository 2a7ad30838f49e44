import { defineStore } from 'pinia';
import { ref, watch } from 'vue';
import { z } from 'zod';

export const themeNames = ['system', 'light', 'dark'] as const;
export const localeNames = ['en', 'zh-CN'] as const;
export type LocaleName = (typeof localeNames)[number];

const storageKey = 'backbench.settings';

function preferredLocale(): LocaleName {
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** What a person has set. Each entry falls back on its own: an unreadable one never costs the others. */
const Settings = z.object({
  theme: z.enum(themeNames).catch('system'),
  locale: z.enum(localeNames).catch(preferredLocale),
  costUnit: z.enum(['macs', 'flops']).catch('macs'),
  preset: z.enum(['quick', 'standard', 'rigorous']).catch('standard'),
  /** null: by the window's width. */
  navigationFolded: z.boolean().nullable().catch(null),
  /** Columns of the results table; null: the default ones. */
  resultColumns: z.array(z.string()).nullable().catch(null),
  notifyAtEnd: z.boolean().catch(false),
  /** Shortcuts of one bare key; WCAG 2.2 (2.1.4) wants a way to turn these off. */
  bareKeys: z.boolean().catch(true),
});
export type Settings = z.infer<typeof Settings>;

/** Reads settings from their stored text, whatever that text is. */
export function parseSettings(text: string | null): Settings {
  let stored: unknown = {};
  try {
    stored = JSON.parse(text ?? '{}');
  } catch {
    // Not ours or cut off: start from the defaults.
  }
  return Settings.parse(
    typeof stored === 'object' && stored !== null && !Array.isArray(stored) ? stored : {},
  );
}

/** The person's settings; every change is kept in this browser profile and followed by other open windows. */
export const useSettings = defineStore('settings', () => {
  const initial = parseSettings(localStorage.getItem(storageKey));
  const theme = ref(initial.theme);
  const locale = ref(initial.locale);
  const costUnit = ref(initial.costUnit);
  const preset = ref(initial.preset);
  const navigationFolded = ref(initial.navigationFolded);
  const resultColumns = ref(initial.resultColumns);
  const notifyAtEnd = ref(initial.notifyAtEnd);
  const bareKeys = ref(initial.bareKeys);

  const current = (): Settings => ({
    theme: theme.value,
    locale: locale.value,
    costUnit: costUnit.value,
    preset: preset.value,
    navigationFolded: navigationFolded.value,
    resultColumns: resultColumns.value,
    notifyAtEnd: notifyAtEnd.value,
    bareKeys: bareKeys.value,
  });

  watch(current, (settings) => localStorage.setItem(storageKey, JSON.stringify(settings)), { deep: true });

  window.addEventListener('storage', (event) => {
    if (event.key !== storageKey || event.newValue === JSON.stringify(current())) return;
    const told = parseSettings(event.newValue);
    theme.value = told.theme;
    locale.value = told.locale;
    costUnit.value = told.costUnit;
    preset.value = told.preset;
    navigationFolded.value = told.navigationFolded;
    resultColumns.value = told.resultColumns;
    notifyAtEnd.value = told.notifyAtEnd;
    bareKeys.value = told.bareKeys;
  });

  return { theme, locale, costUnit, preset, navigationFolded, resultColumns, notifyAtEnd, bareKeys };
});
