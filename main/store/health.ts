import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { Sqlite } from './database.ts';
import { saysDamaged, StoreFailure } from './failure.ts';

/** Written into the database's header, so that `file` and we know whose it is: "BkBn". */
export const applicationId = 0x426b426e;

/**
 * A database up to this size is read through completely at start, some 60 ms; a larger one in the background
 * (`Store.check`), as quick_check visits every page: 0.7 s for 830 MB from the page cache, many times that from a disk.
 */
const checkedAtStartBytes = 64 * 1024 * 1024;

/** The tables whose presence tells our database from someone else's. */
const ownTables = ['machines', 'runs', 'jobs', 'trials', 'results', 'settings'];

/** A damaged header can say any version; no release will ever come near this one. */
const absurdVersion = 10_000;

export type Inspection =
  | { readonly state: 'absent' }
  | { readonly state: 'sound'; readonly version: number; readonly fullyChecked: boolean }
  | { readonly state: 'damaged'; readonly reason: string };

/**
 * Looks at a database file without changing it: is it a database, is it ours, of which version, and is it sound?
 * The connection is read-only, so that a damaged file's WAL is not folded into it. Never opens the file by other
 * means than SQLite: closing such a handle would drop SQLite's POSIX locks on it in this process.
 * Throws a StoreFailure for a newer database or one that is not ours: those are left alone. `name`: what that calls it.
 */
export function inspectDatabase(file: string, newest: number, name = file): Inspection {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return { state: 'absent' };
  let db: Sqlite | null = null;
  try {
    db = new Database(file, { readonly: true, timeout: 5000 });
    const tables = new Set(
      db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all(),
    );
    const missing = ownTables.filter((name) => !tables.has(name));
    const version = db.pragma('user_version', { simple: true }) as number;
    const ours = db.pragma('application_id', { simple: true }) === applicationId;
    if (tables.size === 0 && version === 0) return { state: 'absent' };
    if (!ours && missing.length === ownTables.length) throw foreign(name);
    if (!ours || version <= 0 || version >= absurdVersion)
      return { state: 'damaged', reason: 'its header is damaged' };
    if (version > newest) throw newer(name, version, newest);
    if (missing.length > 0) return { state: 'damaged', reason: `the table ${missing.join(', ')} is missing` };
    const fullyChecked = size <= checkedAtStartBytes || existsSync(suspicionOf(file));
    const problems = fullyChecked ? quickCheck(db) : [];
    if (problems.length > 0) return { state: 'damaged', reason: problems[0] ?? 'quick_check found damage' };
    if (fullyChecked) rmSync(suspicionOf(file), { force: true });
    return { state: 'sound', version, fullyChecked };
  } catch (error) {
    if (saysDamaged(error)) return { state: 'damaged', reason: (error as Error).message };
    throw error;
  } finally {
    db?.close();
  }
}

/** SQLite's own check of every page, without comparing indexes to tables. Empty where all is well. */
export function quickCheck(db: Sqlite): string[] {
  try {
    const lines = db.prepare<[], string>('PRAGMA quick_check(20)').pluck().all();
    return lines.filter((line) => line !== 'ok');
  } catch (error) {
    if (saysDamaged(error)) return [(error as Error).message];
    throw error;
  }
}

/** The full check, indexes included. Empty where all is well. */
export function integrityProblems(db: Sqlite): string[] {
  const lines = db.prepare<[], string>('PRAGMA integrity_check(100)').pluck().all();
  const dangling = db.prepare<[], { table: string; parent: string }>('PRAGMA foreign_key_check').all();
  return [
    ...lines.filter((line) => line !== 'ok'),
    ...dangling.map(({ table, parent }) => `a row of ${table} refers to a missing row of ${parent}`),
  ];
}

/** The thread's file, beside this one; packaging may have turned both into JavaScript. */
const threadFile = new URL(
  import.meta.url.endsWith('.ts') ? 'checkThread.ts' : 'checkThread.js',
  import.meta.url,
);

/** Checks a large database in a thread of its own, through a connection of its own. Empty where all is well. */
export function checkInBackground(file: string): { readonly problems: Promise<string[]>; stop(): void } {
  const thread = new Worker(threadFile, { workerData: { file } });
  const problems = new Promise<string[]>((resolve) => {
    let found: string[] = [];
    thread.once('message', (lines: string[]) => (found = lines));
    // A check that could not run (the drive is gone) tells nothing about the file; the next call tells about the drive.
    thread.once('error', () => resolve([]));
    thread.once('exit', () => resolve(found));
  });
  return { problems, stop: () => void thread.terminate() };
}

/** Notes that a running session met damage, so that the next start checks the whole file whatever its size. */
export function noteSuspicion(file: string, reason: string): void {
  try {
    writeFileSync(suspicionOf(file), `${reason}\n`);
  } catch {
    // A folder that cannot be written to is told by the call that failed.
  }
}

/**
 * Moves a damaged database aside with its WAL under a time-stamped name and returns that name. The WAL goes first: a
 * crash between the two renames then never leaves an old WAL beside a fresh database.
 */
export function moveAside(file: string, now: Date): string {
  const target = freeName(join(dirname(file), `${basename(file, '.sqlite')}-damaged-${stamp(now)}`));
  for (const suffix of ['-shm', '-wal', '']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, target + suffix);
  }
  rmSync(suspicionOf(file), { force: true });
  return target;
}

/** A time as part of a file name, on every platform. */
export function stamp(now: Date): string {
  return now.toISOString().replace(/[-:.]/g, '');
}

function freeName(stem: string): string {
  for (let i = 1; ; i++) {
    const name = i === 1 ? `${stem}.sqlite` : `${stem}-${i}.sqlite`;
    if (!existsSync(name)) return name;
  }
}

function suspicionOf(file: string): string {
  return `${file}.suspect`;
}

function foreign(file: string): StoreFailure {
  return new StoreFailure(
    'foreign-database',
    `${file} is a database of another program.`,
    'Name another folder with --data-dir or BACKBENCH_DATA; Backbench leaves this file as it is.',
  );
}

function newer(file: string, version: number, newest: number): StoreFailure {
  return new StoreFailure(
    'newer-database',
    `${file} was written by a newer Backbench (schema ${version}, this one knows up to ${newest}).`,
    'Update Backbench, or name another folder with --data-dir; nothing in this one was changed.',
  );
}
