import type { Configuration, Flag, LatencyMode } from '../../preload/contract.ts';
import { sql } from './database.ts';
import { conditions, type ResultFilter } from './resultQuery.ts';
import type { Store } from './store.ts';

export interface Counted<T> {
  readonly value: T;
  readonly count: number;
}

/** How many of some results have which value. */
export interface ResultCounts {
  readonly total: number;
  readonly models: Counted<string>[];
  readonly providers: Counted<Configuration['provider']>[];
  readonly precisions: Counted<Configuration['precision']>[];
  readonly uses: Counted<Configuration['use']>[];
  readonly batches: Counted<number>[];
  readonly modes: Counted<LatencyMode['kind']>[];
  readonly flags: Counted<Flag['code']>[];
  readonly machines: Counted<string>[];
}

interface Row {
  readonly model: string;
  readonly provider: Configuration['provider'];
  readonly precision: Configuration['precision'];
  readonly use: Configuration['use'];
  readonly batch: number;
  readonly mode: LatencyMode['kind'];
  readonly flags: string;
  readonly machine: string;
  readonly count: number;
}

/** Counts the results that a filter leaves, in one pass over an index. */
export function countResults(store: Store, filter: ResultFilter): ResultCounts {
  const { where, values } = conditions(filter);
  const rows = store.read((db) =>
    sql<Row>(
      db,
      `SELECT model, provider, precision, use, batch, mode, flag_codes AS flags, machine_id AS machine, count(*) AS count
       FROM results WHERE ${where} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`,
    ).all(...values),
  );
  return {
    total: rows.reduce((sum, { count }) => sum + count, 0),
    models: counted(rows, ({ model }) => [model]),
    providers: counted(rows, ({ provider }) => [provider]),
    precisions: counted(rows, ({ precision }) => [precision]),
    uses: counted(rows, ({ use }) => [use]),
    batches: counted(rows, ({ batch }) => [batch]),
    modes: counted(rows, ({ mode }) => [mode]),
    flags: counted(rows, ({ flags }) => flags.split(' ').filter(Boolean) as Flag['code'][]),
    machines: counted(rows, ({ machine }) => [machine]),
  };
}

function counted<T extends string | number>(
  rows: readonly Row[],
  valuesOf: (row: Row) => readonly T[],
): Counted<T>[] {
  const counts = new Map<T, number>();
  for (const row of rows)
    for (const value of valuesOf(row)) counts.set(value, (counts.get(value) ?? 0) + row.count);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .toSorted((a, b) => (a.value < b.value ? -1 : 1));
}

/** The models of which there are results, by name: one step into the index for each, however many results there are. */
export function measuredModels(store: Store): string[] {
  return store
    .read((db) =>
      sql<{ model: string | null }>(
        db,
        `WITH RECURSIVE each (model) AS (
           SELECT min(model) FROM results WHERE deleted_at IS NULL
           UNION ALL
           SELECT (SELECT min(model) FROM results WHERE deleted_at IS NULL AND model > each.model) FROM each
           WHERE each.model IS NOT NULL
         ) SELECT model FROM each WHERE model IS NOT NULL`,
      ).all(),
    )
    .flatMap(({ model }) => model ?? []);
}
