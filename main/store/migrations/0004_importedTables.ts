/** Published tables that a person imported: each is a reference device, read from its own text whenever it is asked for. */
export const importedTables = `
CREATE TABLE imported_tables (
  device_id   TEXT PRIMARY KEY,
  kind        TEXT NOT NULL CHECK (kind IN ('timm')),
  file_name   TEXT NOT NULL,
  sha256      TEXT NOT NULL,
  details     TEXT NOT NULL CHECK (json_valid(details)),
  csv         TEXT NOT NULL,
  imported_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
