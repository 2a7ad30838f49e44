import type { Configuration, Flag, LatencyMode, ResultSort } from '../../preload/contract.ts';

/** Which results. Absent or null: no such limit. */
export interface ResultFilter {
  readonly ids?: readonly string[] | null;
  readonly machineId?: string | null;
  readonly runId?: string | null;
  readonly models?: readonly string[] | null;
  readonly providers?: readonly Configuration['provider'][] | null;
  readonly precisions?: readonly Configuration['precision'][] | null;
  readonly uses?: readonly Configuration['use'][] | null;
  readonly batches?: readonly number[] | null;
  readonly modes?: readonly LatencyMode['kind'][] | null;
  /** Only those with a flag, or only those without one. */
  readonly flagged?: boolean | null;
  /** Only those that carry one of these flags at least. */
  readonly flags?: readonly Flag['code'][] | null;
  /** Only the newest result of each configuration on each machine. */
  readonly newestOnly?: boolean;
}

/** A model as it is measured: what its costs belong to. */
export interface MeasuredModel {
  readonly model: string;
  readonly use: Configuration['use'];
  readonly inputSize: number;
}

export interface ResultOrder {
  /** A column of the results, or what a model is worth (null: unknown). Default: measuredAt. */
  readonly sort?: ColumnSort | ((model: MeasuredModel) => number | string | null);
  /** Default: true. What is unknown comes last whichever way. */
  readonly descending?: boolean;
}

export type ColumnSort = Exclude<ResultSort, 'family' | 'top1' | 'params' | 'macs'>;

const sortColumns: Readonly<Record<ColumnSort, string>> = {
  measuredAt: 'measured_at',
  model: 'model',
  provider: 'provider',
  precision: 'precision',
  batch: 'batch',
  inputSize: 'input_size',
  threads: 'threads',
  mode: 'mode',
  machine: 'machine_id',
  latency: 'latency_median_ms',
  latencyLow: 'latency_low_ms',
  latencyHigh: 'latency_high_ms',
  p95: 'latency_p95_ms',
  p99: 'latency_p99_ms',
  perImage: 'per_image_ms',
  throughput: 'throughput_per_second',
  peakMemory: 'peak_memory_bytes',
  runMemory: 'run_peak_memory_bytes',
  modelFile: 'model_file_bytes',
  // A reading; where there was none, its document has no value.
  modelLoad: "json_extract(model_load, '$.value')",
  sessionCreation: 'session_creation_ms',
  firstRun: 'first_run_ms',
  samples: 'samples',
  flags: 'flag_codes',
};

/**
 * Figures and batch sizes have an index each: it begins with the column and goes on with what is filtered by, so that nothing
 * is sorted.
 */
const indexed = new Set<ColumnSort>([
  ...(['measuredAt', 'latency', 'latencyLow', 'latencyHigh', 'p95', 'p99', 'perImage'] as const),
  ...(['throughput', 'peakMemory', 'runMemory', 'modelFile', 'sessionCreation', 'firstRun'] as const),
  ...(['batch', 'samples'] as const),
]);
const indexTail = [
  ...['superseded', 'machine_id', 'provider', 'precision', 'use', 'batch', 'mode', 'flag_codes', 'model'],
  'seq',
];

/** The WHERE clause over `results` and its values. */
export function conditions(filter: ResultFilter): { where: string; values: (string | number)[] } {
  const terms = ['deleted_at IS NULL'];
  const values: (string | number)[] = [];
  const among = (column: string, allowed: readonly (string | number)[] | null | undefined): void => {
    if (allowed === null || allowed === undefined) return;
    terms.push(`${column} IN (SELECT value FROM json_each(?))`);
    values.push(JSON.stringify(allowed));
  };
  // By way of the key that names them, not by a walk through all results in the order asked for.
  if (filter.ids != null) {
    terms.push(
      'seq IN (SELECT named.seq FROM json_each(?) AS asked JOIN results AS named ON named.id = asked.value)',
    );
    values.push(JSON.stringify(filter.ids));
  }
  if (filter.machineId != null) {
    // The plus keeps SQLite from taking this for its best way in: half of all rows may be one machine's.
    terms.push('+machine_id = ?');
    values.push(filter.machineId);
  }
  if (filter.runId != null) {
    terms.push('run_id = ?');
    values.push(filter.runId);
  }
  if (filter.newestOnly === true) terms.push('superseded = 0');
  if (filter.flagged != null) terms.push(filter.flagged ? "flag_codes <> ''" : "flag_codes = ''");
  if (filter.flags != null) {
    terms.push(
      "EXISTS (SELECT 1 FROM json_each(?) WHERE instr(' ' || flag_codes || ' ', ' ' || value || ' ') > 0)",
    );
    values.push(JSON.stringify(filter.flags));
  }
  among('model', filter.models);
  among('provider', filter.providers);
  among('precision', filter.precisions);
  among('use', filter.uses);
  among('batch', filter.batches);
  among('mode', filter.modes);
  return { where: terms.join(' AND '), values };
}

/** The ORDER BY clause over `results`. The few values of a word are sorted, from one index that holds them all. */
export function orderBy(sort: ColumnSort, descending: boolean): { index: string; clause: string } {
  const direction = descending ? 'DESC' : 'ASC';
  const rest = indexed.has(sort) ? indexTail : ['seq'];
  const columns = [
    `${sortColumns[sort]} ${direction} NULLS LAST`,
    ...rest.map((each) => `${each} ${direction}`),
  ];
  return { index: indexed.has(sort) ? '' : 'INDEXED BY results_by_model', clause: columns.join(', ') };
}
