/**
 * A table of any length is filtered and sorted in indexes: each begins with the column that it sorts by and holds all that is
 * filtered by. The flags of a result become one text for it, the memory of the run a column.
 */
const filtered = [
  'superseded',
  'machine_id',
  'provider',
  'precision',
  'use',
  'batch',
  'mode',
  'flag_codes',
  'model',
];

const byFigure = (name: string, column: string): string =>
  `CREATE INDEX ${name} ON results (${[column, ...filtered].join(', ')}) WHERE deleted_at IS NULL;`;

export const browsing = `
ALTER TABLE results ADD COLUMN flag_codes TEXT NOT NULL DEFAULT '';
UPDATE results SET flag_codes = (SELECT group_concat(value ->> 'code', ' ') FROM json_each(flags)) WHERE flags <> '[]';
ALTER TABLE results ADD COLUMN run_peak_memory_bytes REAL;
UPDATE results SET run_peak_memory_bytes = memory ->> '$.runPeakBytes.value';
DROP INDEX results_by_time;
DROP INDEX results_by_model;
DROP INDEX results_by_latency;
DROP INDEX results_by_throughput;
DROP INDEX results_by_memory;
CREATE INDEX results_by_model ON results (model, use, input_size, superseded, machine_id, provider, precision, batch, mode,
  flag_codes, threads) WHERE deleted_at IS NULL;
${byFigure('results_by_time', 'measured_at')}
${byFigure('results_by_latency', 'latency_median_ms')}
${byFigure('results_by_low', 'latency_low_ms')}
${byFigure('results_by_high', 'latency_high_ms')}
${byFigure('results_by_p95', 'latency_p95_ms')}
${byFigure('results_by_p99', 'latency_p99_ms')}
${byFigure('results_by_image', 'per_image_ms')}
${byFigure('results_by_throughput', 'throughput_per_second')}
${byFigure('results_by_memory', 'peak_memory_bytes')}
${byFigure('results_by_run_memory', 'run_peak_memory_bytes')}
${byFigure('results_by_file', 'model_file_bytes')}
${byFigure('results_by_session', 'session_creation_ms')}
${byFigure('results_by_first_run', 'first_run_ms')}
${byFigure('results_by_samples', 'samples')}
`;
