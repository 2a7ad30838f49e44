import type { Language } from '../settings.ts';
import { en, type Texts } from './en.ts';
import { zhCn } from './zhCn.ts';

export type { Texts } from './en.ts';

/** The window's own texts in a language. */
export function textsIn(language: Language): Texts {
  return language === 'zh-CN' ? zhCn : en;
}

/** The language before the page has told its own: the last one it told, else the system's. */
export function firstLanguage(remembered: Language | null, system: readonly string[]): Language {
  if (remembered !== null) return remembered;
  return system[0]?.toLowerCase().startsWith('zh') === true ? 'zh-CN' : 'en';
}
