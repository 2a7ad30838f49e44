import { fromJson, sql } from './database.ts';
import type { Store } from './store.ts';

/** A published table that a person imported, as it came, beside what its file does not say in its rows. */
export interface ImportedTable {
  readonly deviceId: string;
  readonly kind: 'timm';
  readonly fileName: string;
  readonly sha256: string;
  /** Depends on `kind`; the caller checks its shape. */
  readonly details: unknown;
  readonly csv: string;
  readonly importedAt: string;
}

interface Row {
  readonly device_id: string;
  readonly kind: 'timm';
  readonly file_name: string;
  readonly sha256: string;
  readonly details: string;
  readonly csv: string;
  readonly imported_at: string;
}

/** Keeps a table; one of the same device is replaced. */
export function putImportedTable(store: Store, table: ImportedTable): void {
  const { deviceId, kind, fileName, sha256, details, csv, importedAt } = table;
  store.write((db) =>
    sql(
      db,
      `INSERT OR REPLACE INTO imported_tables (device_id, kind, file_name, sha256, details, csv, imported_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ).run(deviceId, kind, fileName, sha256, JSON.stringify(details), csv, importedAt),
  );
}

export function getImportedTable(store: Store, deviceId: string): ImportedTable | null {
  const row = store.read((db) =>
    sql<Row>(db, 'SELECT * FROM imported_tables WHERE device_id = ?').get(deviceId),
  );
  if (row === undefined) return null;
  return {
    deviceId: row.device_id,
    kind: row.kind,
    fileName: row.file_name,
    sha256: row.sha256,
    details: fromJson<unknown>(row.details),
    csv: row.csv,
    importedAt: row.imported_at,
  };
}

/** Devices of all imported tables, by id. */
export function importedDeviceIds(store: Store): string[] {
  return store
    .read((db) =>
      sql<Pick<Row, 'device_id'>>(db, 'SELECT device_id FROM imported_tables ORDER BY device_id').all(),
    )
    .map(({ device_id }) => device_id);
}

/** Whether there was such a table. */
export function deleteImportedTable(store: Store, deviceId: string): boolean {
  return store.write(
    (db) => sql(db, 'DELETE FROM imported_tables WHERE device_id = ?').run(deviceId).changes > 0,
  );
}
