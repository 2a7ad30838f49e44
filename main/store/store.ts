import { statSync } from 'node:fs';
import { join } from 'node:path';
import { backUpTo, type BackupWatch } from './backup.ts';
import { openDatabase, sql, type Sqlite } from './database.ts';
import { prepareDataFolder, proveWritable } from './dataFolder.ts';
import { asStoreFailure, folderLost, StoreFailure } from './failure.ts';
import { checkInBackground, inspectDatabase, integrityProblems, moveAside, noteSuspicion } from './health.ts';
import { migrate, schemaVersion } from './migrate.ts';
import { migrations as released, type Migration } from './migrations/list.ts';
import { acquireQueueLock } from './queueLock.ts';

export const databaseName = 'backbench.sqlite';

/** How long a start waits for another start that is creating, migrating or moving aside the same database. */
const maintenanceWaitMs = 2000;

export interface OpenOptions {
  /** The schema's steps; another list than the released one only in tests of the mechanism. */
  readonly migrations?: readonly Migration[];
  readonly now?: () => Date;
}

/** What was done to the database at the start, for the person to be told. */
export interface Recovery {
  /** Where the damaged database lies now. */
  readonly movedTo: string;
  readonly reason: string;
}

/**
 * Opens the database of a data folder, making folder and database where there are none. A database of an older version
 * is copied and migrated; a damaged one is moved aside and a fresh one begun (`store.recovered` tells); a newer one,
 * another program's, or a folder that cannot be used throws a StoreFailure and changes nothing.
 */
export async function openStore(dataDir: string, options: OpenOptions = {}): Promise<Store> {
  const migrations = options.migrations ?? released;
  const newest = migrations.at(-1)?.version ?? 0;
  const now = options.now ?? (() => new Date());
  prepareDataFolder(dataDir);
  const file = join(dataDir, databaseName);
  try {
    let inspection = inspectDatabase(file, newest);
    let recovered: Recovery | null = null;
    let migrationBackup: string | null = null;
    if (inspection.state !== 'sound' || inspection.version < newest) {
      const lock = acquireQueueLock(dataDir, { waitMs: maintenanceWaitMs });
      try {
        // Another start may have done it while this one waited.
        inspection = inspectDatabase(file, newest);
        if (inspection.state === 'damaged')
          recovered = { movedTo: moveAside(file, now()), reason: inspection.reason };
        const db = openDatabase(file, { mustExist: false });
        try {
          ({ backup: migrationBackup } = await migrate(db, dataDir, migrations, now()));
        } finally {
          db.close();
        }
      } finally {
        lock.release();
      }
    }
    const fullyChecked = inspection.state !== 'sound' || inspection.fullyChecked;
    return new Store({ dataDir, file, version: newest, recovered, migrationBackup, fullyChecked });
  } catch (error) {
    throw asStoreFailure(error, dataDir);
  }
}

/**
 * A further connection to the database of a data folder that this process has open, for a thread of its own. Nothing is checked or
 * migrated: that was done when the folder was opened.
 */
export function openBeside(dataDir: string): Store {
  const version = released.at(-1)?.version ?? 0;
  const file = join(dataDir, databaseName);
  return new Store({ dataDir, file, version, recovered: null, migrationBackup: null, fullyChecked: true });
}

/**
 * An open database. Its queries are functions in this folder, one file a table, that take the Store; only this folder
 * calls `read` and `write`. When the drive is unplugged, full or read-only, a call throws a StoreFailure and the same
 * call works again once the cause is gone.
 */
export class Store {
  readonly dataDir: string;
  readonly file: string;
  /** Not null where a damaged database was found at the start and moved aside. */
  readonly recovered: Recovery | null;
  /** The copy that was made because the schema was migrated at the start. */
  readonly migrationBackup: string | null;
  readonly #version: number;
  #db: Sqlite | null;
  #identity: string;
  #closed = false;
  readonly #fullyChecked: boolean;
  #check: ReturnType<typeof checkInBackground> | null = null;

  constructor(opened: {
    dataDir: string;
    file: string;
    version: number;
    recovered: Recovery | null;
    migrationBackup: string | null;
    fullyChecked: boolean;
  }) {
    this.dataDir = opened.dataDir;
    this.file = opened.file;
    this.recovered = opened.recovered;
    this.migrationBackup = opened.migrationBackup;
    this.#version = opened.version;
    this.#db = openDatabase(opened.file, { mustExist: true });
    this.#identity = this.#identityNow();
    this.#fullyChecked = opened.fullyChecked;
  }

  /** Runs queries that change nothing. */
  read<T>(work: (db: Sqlite) => T): T {
    try {
      return work(this.#connection());
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** Runs `work` in one transaction: when this returns, all of it is on the drive; when it throws, nothing is. */
  write<T>(work: (db: Sqlite) => T): T {
    try {
      const db = this.#connection();
      return db.transaction(() => work(db)).immediate();
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /**
   * Reads the whole file through and returns what is damaged; empty where all is well. A small database was checked
   * when it was opened; a large one is checked now, once, in the background, which keeps a core and the drive busy for
   * seconds: measuring waits for it. Where something is found, the next start moves the database aside.
   */
  async check(): Promise<readonly string[]> {
    if (this.#fullyChecked) return [];
    this.#check ??= checkInBackground(this.file);
    const problems = await this.#check.problems;
    if (problems.length > 0) noteSuspicion(this.file, problems.join('\n'));
    return problems;
  }

  /** Throws a StoreFailure where the database cannot be read, or (`writing`) the folder cannot be written to. */
  probe(options: { writing: boolean }): void {
    this.read((db) => sql(db, 'SELECT 1 FROM settings LIMIT 1').get());
    if (options.writing) proveWritable(this.dataDir);
  }

  /** SQLite's full check of tables, indexes and references; takes seconds on a large database. Empty where all is well. */
  integrityCheck(): string[] {
    return this.read(integrityProblems);
  }

  /** Copies the database, while it is in use, to a file that appears complete or not at all. */
  async backup(destination: string, watch: BackupWatch = {}): Promise<void> {
    try {
      await backUpTo(this.#connection(), destination, watch);
    } catch (error) {
      throw asStoreFailure(error, this.dataDir);
    }
  }

  /** Takes over the content of another database of this version, as one transaction. Belongs to `restoreBackup`. */
  async replaceContent(from: string): Promise<void> {
    this.probe({ writing: true });
    const source = openDatabase(from, { mustExist: true });
    try {
      // All pages in one step: a writer of this process would otherwise wait for a lock that only this process can give up.
      await source.backup(this.file, { progress: () => 0x7fffffff });
    } finally {
      source.close();
    }
  }

  close(): void {
    this.#closed = true;
    this.#check?.stop();
    this.#disconnect();
  }

  /**
   * The connection, proven to be to the file that lies in the folder now. Without this look a process would go on
   * writing into a file that was unlinked or whose drive is gone, and SQLite would not notice.
   */
  #connection(): Sqlite {
    if (this.#closed) throw new Error('The store was closed.');
    if (this.#identityNow() !== this.#identity) this.#disconnect();
    if (this.#db === null) {
      const db = openDatabase(this.file, { mustExist: true });
      if (schemaVersion(db) !== this.#version) {
        db.close();
        throw new StoreFailure(
          'newer-database',
          `The database in ${this.dataDir} was replaced by one of another version.`,
          'Start Backbench again.',
        );
      }
      this.#db = db;
      this.#identity = this.#identityNow();
    }
    return this.#db;
  }

  #identityNow(): string {
    const found = statSync(this.file, { bigint: true, throwIfNoEntry: false });
    if (found === undefined) {
      this.#disconnect();
      throw folderLost(this.dataDir);
    }
    return `${found.dev}:${found.ino}`;
  }

  #disconnect(): void {
    const db = this.#db;
    this.#db = null;
    try {
      db?.close();
    } catch {
      // The drive is gone; what was committed lies in the file and its WAL.
    }
  }

  #failure(error: unknown): Error {
    const failure = asStoreFailure(error, this.dataDir);
    if (failure instanceof StoreFailure) {
      if (failure.code === 'corrupt') noteSuspicion(this.file, failure.message);
      // After an I/O error the connection's view of the WAL is not to be trusted: the next call opens a new one.
      if (failure.code === 'io-error' || failure.code === 'folder-lost') this.#disconnect();
    }
    return failure;
  }
}
