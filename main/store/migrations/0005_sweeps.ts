/** Runs that grow while they go on: a sweep chooses its next job by what the last one said. */
export const sweeps = `
ALTER TABLE runs ADD COLUMN growing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN plan TEXT CHECK (plan IS NULL OR json_valid(plan));
ALTER TABLE jobs ADD COLUMN reason TEXT;
CREATE TABLE sweeps (
  run_id TEXT NOT NULL PRIMARY KEY REFERENCES runs (id),
  request TEXT NOT NULL CHECK (json_valid(request)),
  outcome TEXT CHECK (outcome IS NULL OR json_valid(outcome))
) STRICT;
`;
