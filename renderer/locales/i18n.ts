import { createI18n, useI18n, type Composer } from 'vue-i18n';
import type { LocaleName } from '../stores/settings.ts';
import type { Messages } from './en.ts';

const loaders: Record<LocaleName, () => Promise<Messages>> = {
  en: async () => (await import('./en.ts')).en,
  'zh-CN': async () => (await import('./zhCn.ts')).zhCn,
};

/** vue-i18n compiles messages to a tree that it walks: no eval, so a strict content security policy holds. */
export const i18n = createI18n({ legacy: false, locale: 'en', missingWarn: true, messages: {} });

/** Switches the language; texts are fetched when first needed. */
export async function switchLocale(locale: LocaleName): Promise<void> {
  const composer = i18n.global;
  if (!composer.availableLocales.includes(locale)) {
    composer.setLocaleMessage(locale, await loaders[locale]());
  }
  composer.locale.value = locale;
  document.documentElement.lang = locale;
}

export function useText(): Pick<Composer, 't' | 'te'> {
  return useI18n({ useScope: 'global' });
}

/** Marks a text's key that is kept in a table and looked up later; the test of unused keys finds it by this name. */
export function textKey(key: string): string {
  return key;
}
