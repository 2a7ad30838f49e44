import Database from 'better-sqlite3';

export type Sqlite = Database.Database;

/** How long a call waits for another process's write. */
const busyTimeoutMs = 5000;

/**
 * Opens the database file with the settings that every connection of ours shares.
 *
 * WAL with synchronous = FULL: each commit is flushed to the drive before the call returns. So what was reported done
 * survives not only `kill -9` (NORMAL would do for that) but also a power cut, as far as the drive honours a flush
 * (macOS needs fullfsync for it). The price is one flush a commit, some milliseconds each few seconds of measuring,
 * and never while a worker is inside its timed part. No memory-mapping: a drive that is unplugged would then end the
 * process with SIGBUS instead of an error.
 */
export function openDatabase(file: string, options: { mustExist: boolean }): Sqlite {
  const db = new Database(file, { timeout: busyTimeoutMs, fileMustExist: options.mustExist });
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('fullfsync = ON');
    db.pragma('foreign_keys = ON');
    db.pragma('trusted_schema = OFF');
    db.pragma('journal_size_limit = 16777216');
    db.pragma('cache_size = -65536');
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

const prepared = new WeakMap<Sqlite, Map<string, Database.Statement<unknown[]>>>();

/** A statement of this connection, compiled once. `Row` is what it gives. */
export function sql<Row = unknown>(db: Sqlite, text: string): Database.Statement<unknown[], Row> {
  let statements = prepared.get(db);
  if (statements === undefined)
    prepared.set(db, (statements = new Map<string, Database.Statement<unknown[]>>()));
  let statement = statements.get(text);
  if (statement === undefined) statements.set(text, (statement = db.prepare<unknown[]>(text)));
  return statement as Database.Statement<unknown[], Row>;
}

/** A JSON column of ours: it was written from a value of type T by this room, so it is trusted. */
export function fromJson<T>(text: string): T {
  return JSON.parse(text) as T;
}
