import { providerNames, precisionNames, type ResultRow } from '../../../preload/contract.ts';
import type { Cell } from '../../format/tableText.ts';
import { choiceField, listField, numberField, textField, type Fields } from '../../urlState/fields.ts';
import { resultColumns } from './columns.ts';

export const groupKeys = ['family', 'model', 'provider', 'precision', 'batch', 'mode', 'machine'] as const;

/** How the results are narrowed and ordered; all of it stands in the address. */
export interface ResultView {
  search: string;
  families: readonly string[];
  provider: '' | (typeof providerNames)[number];
  precision: '' | (typeof precisionNames)[number];
  batch: number | null;
  flags: 'all' | 'clean' | 'flagged';
  machine: string;
  /** Key of the column that rows are put together by; '' : none. */
  group: '' | (typeof groupKeys)[number];
  sort: string;
  order: 'asc' | 'desc';
  /** Id of the result whose details are open. */
  result: string;
}

export const resultViewFields: Fields<ResultView> = {
  search: textField(),
  families: listField(),
  provider: choiceField(['', ...providerNames], ''),
  precision: choiceField(['', ...precisionNames], ''),
  batch: numberField(1, 1024),
  flags: choiceField(['all', 'clean', 'flagged'], 'all'),
  machine: textField(),
  group: choiceField(['', ...groupKeys], ''),
  sort: textField('measuredAt'),
  order: choiceField(['asc', 'desc'], 'desc'),
  result: textField(),
};

export function filterResults(rows: readonly ResultRow[], view: ResultView): ResultRow[] {
  const words = view.search.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ result, family }) => {
    const { configuration } = result;
    const text = `${configuration.model} ${family}`.toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      (view.families.length === 0 || view.families.includes(family)) &&
      (view.provider === '' || configuration.provider === view.provider) &&
      (view.precision === '' || configuration.precision === view.precision) &&
      (view.batch === null || configuration.batch === view.batch) &&
      (view.machine === '' || result.machineId === view.machine) &&
      (view.flags === 'all' || result.flags.length > 0 === (view.flags === 'flagged'))
    );
  });
}

function compare(a: Cell, b: Cell): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const left = String(a);
  const right = String(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Ordered by a column; rows without a value of it come last whichever way the order runs. Stable. */
export function sortResults(rows: readonly ResultRow[], sort: string, order: 'asc' | 'desc'): ResultRow[] {
  const column = resultColumns.find(({ key }) => key === sort);
  if (column === undefined) return [...rows];
  const direction = order === 'asc' ? 1 : -1;
  return rows
    .map((row) => ({ row, value: column.value(row) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      return direction * compare(a.value, b.value);
    })
    .map(({ row }) => row);
}

/** A line of the table: a result, or the head of a group of them. */
export type TableLine =
  | (ResultRow & { readonly id: string; readonly head?: undefined })
  | { readonly id: string; readonly head: { readonly text: string; readonly count: number } };

/** The rows under a head for each value of a column, groups in the order of their first row; folded ones show only the head. */
export function groupLines(
  rows: readonly ResultRow[],
  group: string,
  folded: ReadonlySet<string>,
): readonly TableLine[] {
  const line = (row: ResultRow): TableLine => ({ ...row, id: row.result.id });
  const column = resultColumns.find(({ key }) => key === group);
  if (column === undefined) return rows.map(line);
  const groups = new Map<string, ResultRow[]>();
  for (const row of rows) {
    const value = String(column.value(row) ?? '–');
    const members = groups.get(value);
    if (members === undefined) groups.set(value, [row]);
    else members.push(row);
  }
  return [...groups].flatMap(([text, members]) => [
    { id: `group:${text}`, head: { text, count: members.length } },
    ...(folded.has(`group:${text}`) ? [] : members.map(line)),
  ]);
}
