import type { Statement } from '../../preload/contract.ts';
import { useFormat } from '../format/useFormat.ts';
import { useText } from '../locales/i18n.ts';
import { statementText } from './statementText.ts';

/** Writes what the service says in the language of the screen, following its changes. */
export function useStatements(): (statement: Statement) => string {
  const { t } = useText();
  const format = useFormat();
  return (statement) =>
    statementText(statement, { t: (key, values) => t(key, values ?? {}), format: format.value });
}
