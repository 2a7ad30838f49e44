import type { Cell, Table } from './table.ts';

/** Starts of a text that a spreadsheet takes for a formula; tab and carriage return lead to one as well. */
const formula = /^[=+\-@\t\r]/;

/**
 * A table as CSV (RFC 4180): a header, CRLF, full precision. Text that a spreadsheet would run as a formula is
 * neutralised by an apostrophe in front; numbers are numbers, also negative ones.
 */
export function csvText({ columns, rows }: Pick<Table, 'columns' | 'rows'>): string {
  const lines = [columns.map(({ name }) => name), ...rows];
  return lines.map((row) => row.map(csvCell).join(',') + '\r\n').join('');
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
