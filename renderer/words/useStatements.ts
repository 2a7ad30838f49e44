import type { Flag, Statement } from '../../preload/contract.ts';
import { useFormat } from '../format/useFormat.ts';
import { useText } from '../locales/i18n.ts';
import { flagText } from './flagText.ts';
import { phrase } from './phrase.ts';
import { statementText, type Words } from './statementText.ts';

/** Writes what the service says in the language of the screen, following its changes. */
export function useStatements(): (statement: Statement) => string {
  const words = useWords();
  return (statement) => statementText(statement, words());
}

/** The same for what flags found. */
export function useFlagText(): (flag: Flag) => string {
  const words = useWords();
  return (flag) => flagText(flag, words());
}

/** What statements are written with, for texts that hold more than one. */
export function useWords(): () => Words {
  const { t } = useText();
  const format = useFormat();
  return () => ({ t: (key, values) => t(key, values ?? {}), format: format.value, phrase });
}
