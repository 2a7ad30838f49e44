/**
 * Everything that makes a result another one is in its key: affinity, arena, power source, options of the provider, latency
 * mode. What was measured before had none of the first, the arena on, no options, one run after the other, and the power
 * source that its machine was found with.
 */
const powerSourceOfMachine = (runId: string): string => `coalesce((
  SELECT json_extract(m.details, '$.power.source') FROM runs r JOIN machines m ON m.id = r.machine_id WHERE r.id = ${runId}
), 'unknown')`;

const keyColumns = (table: string): string => `
ALTER TABLE ${table} ADD COLUMN affinity TEXT NOT NULL DEFAULT '';
ALTER TABLE ${table} ADD COLUMN arena INTEGER NOT NULL DEFAULT 1;
ALTER TABLE ${table} ADD COLUMN power_source TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE ${table} ADD COLUMN provider_options TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(provider_options));
ALTER TABLE ${table} ADD COLUMN mode TEXT NOT NULL DEFAULT 'single-stream';
ALTER TABLE ${table} ADD COLUMN mode_parameter REAL NOT NULL DEFAULT 0;
UPDATE ${table} SET power_source = ${powerSourceOfMachine(`${table}.run_id`)};
`;

const byColumn = (name: string, column: string): string => `
DROP INDEX ${name};
CREATE INDEX ${name}
  ON results (${[column, 'superseded', 'machine_id', 'provider', 'precision', 'use', 'batch', 'mode'].join(', ')}) WHERE deleted_at IS NULL;
`;

export const measuring = `
${keyColumns('jobs')}
${keyColumns('results')}
ALTER TABLE results ADD COLUMN overhead_ms REAL NOT NULL DEFAULT 0;
ALTER TABLE results ADD COLUMN model_load TEXT NOT NULL
  DEFAULT '{"available":false,"reason":"Backbench did not measure it then."}' CHECK (json_valid(model_load));
ALTER TABLE results ADD COLUMN mode_figures TEXT CHECK (mode_figures IS NULL OR json_valid(mode_figures));
UPDATE results SET overhead_ms = coalesce((SELECT avg(overhead_ms) FROM trials t WHERE t.job_id = results.job_id), 0);
ALTER TABLE trials ADD COLUMN power_source TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE trials ADD COLUMN mode_figures TEXT CHECK (mode_figures IS NULL OR json_valid(mode_figures));
DROP INDEX results_of_configuration;
CREATE INDEX results_of_configuration ON results (machine_id, model, use, precision, input_size, batch, provider, threads,
  affinity, arena, power_source, provider_options, mode, mode_parameter, measured_at) WHERE deleted_at IS NULL;
${byColumn('results_by_time', 'measured_at')}
${byColumn('results_by_model', 'model')}
${byColumn('results_by_latency', 'latency_median_ms')}
${byColumn('results_by_throughput', 'throughput_per_second')}
${byColumn('results_by_memory', 'peak_memory_bytes')}
`;
