import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { asStoreFailure, saysDamaged, StoreFailure } from './failure.ts';

/** Proof that this process alone runs the queue of a data folder. */
export interface QueueLock {
  /** New for every holder; leases in the database carry it. */
  readonly ownerId: string;
  release(): void;
}

const lockName = 'queue.lock';
const holderName = 'queue-holder.json';

/** Open locks: a connection that nothing refers to is collected, and its lock would be gone with it. */
const held = new Set<Database.Database>();

/**
 * Takes the lock, or throws a StoreFailure 'queue-in-use' that names the holder.
 *
 * The lock is SQLite's own exclusive file lock on a small file beside the database: the operating system frees it when
 * the holder dies, however it dies, so there is no stale lock to guess about, no process id that another program may
 * have got meanwhile, and it works the same on Windows. `waitMs`: how long to wait for a holder that is about to end.
 */
export function acquireQueueLock(dataDir: string, options: { waitMs?: number } = {}): QueueLock {
  const path = join(dataDir, lockName);
  const db = lockFile(path, dataDir, options.waitMs ?? 0);
  const holderPath = join(dataDir, holderName);
  writeHolder(holderPath);
  held.add(db);
  return {
    ownerId: randomUUID(),
    release() {
      if (!held.delete(db)) return;
      rmSync(holderPath, { force: true });
      db.close();
    },
  };
}

/**
 * Whether some process measures with this folder now. Where none does, a run that is stored as active was cut short by
 * its owner's death and waits for the next one: a reader shows it as interrupted.
 */
export function isQueueHeld(dataDir: string): boolean {
  try {
    acquireQueueLock(dataDir).release();
    return false;
  } catch (error) {
    if (error instanceof StoreFailure && error.code === 'queue-in-use') return true;
    throw error;
  }
}

function lockFile(path: string, dataDir: string, waitMs: number): Database.Database {
  for (let fresh = false; ; fresh = true) {
    let db: Database.Database | null = null;
    try {
      db = new Database(path, { timeout: waitMs });
      db.exec('BEGIN EXCLUSIVE');
      return db;
    } catch (error) {
      db?.close();
      if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) throw inUse(dataDir);
      // SQLite reads the file under a shared lock, which a holder's would have refused: nobody holds a damaged one.
      if (!fresh && saysDamaged(error)) rmSync(path, { force: true });
      else throw asStoreFailure(error, dataDir);
    }
  }
}

/** Only to be read by people, in the message of the one who comes second; the lock does not rest on it. */
function writeHolder(path: string): void {
  try {
    writeFileSync(path, JSON.stringify({ pid: process.pid, since: new Date().toISOString() }));
  } catch {
    // Without it the message is merely less exact.
  }
}

function inUse(dataDir: string): StoreFailure {
  let who = 'Another Backbench';
  try {
    const holder = JSON.parse(readFileSync(join(dataDir, holderName), 'utf8')) as {
      pid: number;
      since: string;
    };
    who = `Another Backbench (process ${holder.pid}, since ${holder.since})`;
  } catch {
    // Not written yet, or just removed.
  }
  return new StoreFailure(
    'queue-in-use',
    `${who} measures with the data folder ${dataDir}.`,
    'Wait until it has finished or close it; or name another folder with --data-dir.',
  );
}
