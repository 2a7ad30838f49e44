/** The first schema. Every table and column is explained in ../schema.md. */
export const initial = `
CREATE TABLE machines (
  id            TEXT PRIMARY KEY,
  name          TEXT NOT NULL,
  details       TEXT NOT NULL CHECK (json_valid(details)),
  first_seen_at TEXT NOT NULL,
  last_seen_at  TEXT NOT NULL
) STRICT;

CREATE TABLE models (
  name        TEXT NOT NULL,
  use         TEXT NOT NULL,
  input_size  INTEGER NOT NULL,
  origin      TEXT NOT NULL CHECK (origin IN ('catalog', 'own')),
  family      TEXT NOT NULL,
  params      INTEGER NOT NULL,
  macs        REAL NOT NULL,
  activations REAL NOT NULL,
  graph_hash  TEXT,
  file_path   TEXT,
  updated_at  TEXT NOT NULL,
  PRIMARY KEY (name, use, input_size)
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
  id          TEXT PRIMARY KEY,
  machine_id  TEXT NOT NULL REFERENCES machines (id),
  state       TEXT NOT NULL CHECK (state IN ('active', 'paused', 'done', 'cancelled', 'interrupted')),
  request     TEXT NOT NULL CHECK (json_valid(request)),
  plan        TEXT NOT NULL CHECK (json_valid(plan)),
  position    REAL NOT NULL,
  created_at  TEXT NOT NULL,
  finished_at TEXT
) STRICT;
CREATE INDEX runs_by_state ON runs (state, position);
CREATE INDEX runs_by_time ON runs (created_at);

CREATE TABLE jobs (
  id               TEXT PRIMARY KEY,
  run_id           TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  ordinal          INTEGER NOT NULL,
  model            TEXT NOT NULL,
  use              TEXT NOT NULL,
  precision        TEXT NOT NULL,
  input_size       INTEGER NOT NULL,
  batch            INTEGER NOT NULL,
  provider         TEXT NOT NULL,
  threads          INTEGER NOT NULL,
  state            TEXT NOT NULL CHECK (state IN ('queued', 'leased', 'running', 'done', 'failed', 'cancelled')),
  priority         INTEGER NOT NULL,
  processes_done   INTEGER NOT NULL,
  attempts         INTEGER NOT NULL,
  not_before       INTEGER,
  lease_owner      TEXT,
  lease_expires_at INTEGER,
  model_file_bytes INTEGER,
  failure          TEXT CHECK (failure IS NULL OR json_valid(failure)),
  UNIQUE (run_id, ordinal),
  CHECK ((state IN ('leased', 'running')) = (lease_owner IS NOT NULL))
) STRICT;
CREATE INDEX jobs_waiting ON jobs (run_id, priority, processes_done) WHERE state = 'queued';
CREATE INDEX jobs_leased ON jobs (lease_owner) WHERE lease_owner IS NOT NULL;
CREATE INDEX jobs_by_configuration ON jobs (model, batch, provider);

CREATE TABLE trials (
  id                   INTEGER PRIMARY KEY,
  job_id               TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  ordinal              INTEGER NOT NULL,
  started_at           TEXT NOT NULL,
  wall_ms              REAL NOT NULL,
  sample_count         INTEGER NOT NULL,
  warm_up_runs         INTEGER NOT NULL,
  steady_state_reached INTEGER NOT NULL,
  session_creation_ms  REAL NOT NULL,
  first_run_ms         REAL NOT NULL,
  overhead_ms          REAL NOT NULL,
  slept                INTEGER NOT NULL,
  onnxruntime          TEXT NOT NULL,
  memory               TEXT NOT NULL CHECK (json_valid(memory)),
  cpu_utilisation      TEXT NOT NULL CHECK (json_valid(cpu_utilisation)),
  competing_load       TEXT NOT NULL CHECK (json_valid(competing_load)),
  energy_per_inference TEXT NOT NULL CHECK (json_valid(energy_per_inference)),
  sensors              TEXT NOT NULL CHECK (json_valid(sensors)),
  UNIQUE (job_id, ordinal)
) STRICT;

CREATE TABLE samples (
  trial_id INTEGER PRIMARY KEY REFERENCES trials (id) ON DELETE CASCADE,
  data     BLOB NOT NULL
) STRICT;

CREATE TABLE results (
  seq                   INTEGER PRIMARY KEY,
  id                    TEXT NOT NULL UNIQUE,
  job_id                TEXT NOT NULL UNIQUE REFERENCES jobs (id) ON DELETE CASCADE,
  run_id                TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  machine_id            TEXT NOT NULL REFERENCES machines (id),
  model                 TEXT NOT NULL,
  use                   TEXT NOT NULL,
  precision             TEXT NOT NULL,
  input_size            INTEGER NOT NULL,
  batch                 INTEGER NOT NULL,
  provider              TEXT NOT NULL,
  threads               INTEGER NOT NULL,
  measured_at           TEXT NOT NULL,
  superseded            INTEGER NOT NULL,
  deleted_at            TEXT,
  latency_median_ms     REAL NOT NULL,
  latency_low_ms        REAL NOT NULL,
  latency_high_ms       REAL NOT NULL,
  latency_mean_ms       REAL NOT NULL,
  latency_sd_ms         REAL NOT NULL,
  latency_min_ms        REAL NOT NULL,
  latency_p90_ms        REAL NOT NULL,
  latency_p95_ms        REAL NOT NULL,
  latency_p99_ms        REAL,
  latency_p999_ms       REAL,
  samples               INTEGER NOT NULL,
  processes             INTEGER NOT NULL,
  converged             INTEGER NOT NULL,
  per_image_ms          REAL NOT NULL,
  throughput_per_second REAL NOT NULL,
  session_creation_ms   REAL NOT NULL,
  first_run_ms          REAL NOT NULL,
  model_file_bytes      INTEGER NOT NULL,
  peak_memory_bytes     REAL,
  memory                TEXT NOT NULL CHECK (json_valid(memory)),
  cpu_utilisation       TEXT NOT NULL CHECK (json_valid(cpu_utilisation)),
  energy_per_inference  TEXT NOT NULL CHECK (json_valid(energy_per_inference)),
  assignment            TEXT CHECK (assignment IS NULL OR json_valid(assignment)),
  flags                 TEXT NOT NULL CHECK (json_valid(flags))
) STRICT;
CREATE INDEX results_of_configuration
  ON results (machine_id, model, use, precision, input_size, batch, provider, threads, measured_at) WHERE deleted_at IS NULL;
CREATE INDEX results_of_run ON results (run_id);
CREATE INDEX results_deleted ON results (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX results_by_time
  ON results (measured_at, superseded, machine_id, provider, precision, use, batch) WHERE deleted_at IS NULL;
CREATE INDEX results_by_model ON results (model, superseded, machine_id, provider, precision, use, batch) WHERE deleted_at IS NULL;
CREATE INDEX results_by_latency
  ON results (latency_median_ms, superseded, machine_id, provider, precision, use, batch) WHERE deleted_at IS NULL;
CREATE INDEX results_by_throughput
  ON results (throughput_per_second, superseded, machine_id, provider, precision, use, batch) WHERE deleted_at IS NULL;
CREATE INDEX results_by_memory
  ON results (peak_memory_bytes, superseded, machine_id, provider, precision, use, batch) WHERE deleted_at IS NULL;

CREATE TABLE settings (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;
`;
