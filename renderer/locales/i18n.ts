import { createI18n, useI18n, type Composer } from 'vue-i18n';
import type { LocaleName } from '../stores/settings.ts';
import { speak } from '../words/phrase.ts';
import { phrasebook, type Phrases } from '../words/phrasebook.ts';
import type { Messages } from './en.ts';

interface Language {
  messages: Messages;
  /** What the service says in English, in this language. */
  phrases: Phrases;
}

const loaders: Record<LocaleName, () => Promise<Language>> = {
  en: async () => ({ messages: (await import('./en.ts')).en, phrases: {} }),
  'zh-CN': async () => {
    const [{ zhCn }, { phrasesZhCn }, { schemaPhrasesZhCn }] = await Promise.all([
      import('./zhCn.ts'),
      import('./phrasesZhCn.ts'),
      import('./schemaPhrasesZhCn.ts'),
    ]);
    return { messages: zhCn, phrases: { ...phrasesZhCn, ...schemaPhrasesZhCn } };
  },
};
const spoken = new Map<LocaleName, (english: string) => string>();

/** vue-i18n compiles messages to a tree that it walks: no eval, so a strict content security policy holds. */
export const i18n = createI18n({ legacy: false, locale: 'en', missingWarn: true, messages: {} });

/** Switches the language; texts are fetched when first needed. */
export async function switchLocale(locale: LocaleName): Promise<void> {
  const composer = i18n.global;
  if (!spoken.has(locale)) {
    const { messages, phrases } = await loaders[locale]();
    composer.setLocaleMessage(locale, messages);
    spoken.set(locale, phrasebook(phrases));
  }
  composer.locale.value = locale;
  speak(spoken.get(locale) ?? ((english) => english));
  document.documentElement.lang = locale;
}

export function useText(): Pick<Composer, 't' | 'te'> {
  return useI18n({ useScope: 'global' });
}

/** Marks a text's key that is kept in a table and looked up later; the test of unused keys finds it by this name. */
export function textKey(key: string): string {
  return key;
}
