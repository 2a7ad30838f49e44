import type { ResultRow } from '../../../preload/contract.ts';
import { csvLines, toCsv, toMarkdown, type Cell } from '../../format/tableText.ts';
import type { ResultColumn } from './columns.ts';

type TitleOf = (column: ResultColumn) => string;

/** Units stand in the header. */
function headerOf(columns: readonly ResultColumn[], titleOf: TitleOf): string[] {
  return columns.map((column) => `${titleOf(column)}${column.unit === '' ? '' : ` (${column.unit})`}`);
}

function cellsOf(rows: readonly ResultRow[], columns: readonly ResultColumn[]): Cell[][] {
  return rows.map((row) => columns.map((column) => column.value(row)));
}

/** The rows as text, with the columns on screen and values in full precision. */
export function resultsAsText(
  form: 'csv' | 'markdown',
  rows: readonly ResultRow[],
  columns: readonly ResultColumn[],
  titleOf: TitleOf,
): string {
  const header = headerOf(columns, titleOf);
  const cells = cellsOf(rows, columns);
  return form === 'csv' ? toCsv(header, cells) : toMarkdown(header, cells);
}

/** A CSV file that is written as its rows come in; the rows themselves are not kept. */
export function csvFile(columns: readonly ResultColumn[], titleOf: TitleOf) {
  const header = csvLines([headerOf(columns, titleOf)]);
  // Excel takes a file without this mark for one in the system's old encoding; programs that would trip over it read plain ASCII.
  const mark = /[^\0-\x7f]/.test(header) ? '\ufeff' : '';
  const parts = [mark + header];
  let count = 0;
  return {
    add(rows: readonly ResultRow[]): void {
      parts.push(csvLines(cellsOf(rows, columns)));
      count += rows.length;
    },
    count: () => count,
    blob: () => new Blob(parts, { type: 'text/csv;charset=utf-8' }),
  };
}
