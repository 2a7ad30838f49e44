import type { Failure } from '../../preload/contract.ts';
import { i18n } from '../locales/i18n.ts';
import { phrase } from './phrase.ts';

/** What a failure says and what to do about it, in the language of the screen: the screen's own text where it has one for the code. */
export function failureText({ code, message, remedy }: Failure): { message: string; remedy: string | null } {
  const said = (part: 'message' | 'remedy', english: string): string => {
    const key = `failure.${code}.${part}`;
    return i18n.global.te(key) ? i18n.global.t(key) : english.split('\n').map(phrase).join('\n');
  };
  return { message: said('message', message), remedy: remedy === null ? null : said('remedy', remedy) };
}
