import {
  precisionNames,
  providerNames,
  resultSorts,
  type ResultFilter,
  type ResultRow,
  type ResultSort,
} from '../../../preload/contract.ts';
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

/** The filters as the service takes them. */
export function filterOf(view: ResultView): ResultFilter {
  const oneOf = <T>(value: T | ''): T[] | null => (value === '' ? null : [value]);
  return {
    search: view.search,
    families: view.families.length === 0 ? null : [...view.families],
    providers: oneOf(view.provider),
    precisions: oneOf(view.precision),
    batches: view.batch === null ? null : [view.batch],
    machineId: view.machine === '' ? null : view.machine,
    flagged: view.flags === 'all' ? null : view.flags === 'flagged',
  };
}

/** Columns whose key, which stands in addresses, is not the name that the service sorts by. */
const sortNames: Readonly<Record<string, ResultSort>> = {
  median: 'latency',
  low: 'latencyLow',
  high: 'latencyHigh',
  memory: 'peakMemory',
  fileBytes: 'modelFile',
};

/** The order as the service takes it; an address that names no column means the newest first. */
export function orderOf({ sort, order }: Pick<ResultView, 'sort' | 'order'>): {
  sort: ResultSort;
  descending: boolean;
} {
  const name = sortNames[sort] ?? sort;
  return { sort: resultSorts.find((known) => known === name) ?? 'measuredAt', descending: order === 'desc' };
}

/** What the filters leave of rows that are here already: the ticked ones. The service answers the same for all results. */
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

/** Rows that are here already, ordered by a column; rows without a value of it come last whichever way the order runs. Stable. */
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
