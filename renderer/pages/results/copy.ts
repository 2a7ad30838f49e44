import type { ResultRow } from '../../../preload/contract.ts';
import { toCsv, toMarkdown } from '../../format/tableText.ts';
import type { ResultColumn } from './columns.ts';

/** The rows as text, with the columns on screen and values in full precision; units stand in the header. */
export function resultsAsText(
  form: 'csv' | 'markdown',
  rows: readonly ResultRow[],
  columns: readonly ResultColumn[],
  titleOf: (column: ResultColumn) => string,
): string {
  const header = columns.map(
    (column) => `${titleOf(column)}${column.unit === '' ? '' : ` (${column.unit})`}`,
  );
  const cells = rows.map((row) => columns.map((column) => column.value(row)));
  return form === 'csv' ? toCsv(header, cells) : toMarkdown(header, cells);
}
