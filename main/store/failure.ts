import { existsSync, statfsSync } from 'node:fs';
import Database from 'better-sqlite3';

/** What is wrong with the data folder or the database, as a code that callers act on. */
export type StoreFailureCode =
  | 'disk-full'
  | 'read-only'
  | 'folder-lost'
  | 'folder-unusable'
  | 'io-error'
  | 'busy'
  | 'corrupt'
  | 'samples-damaged'
  | 'newer-database'
  | 'foreign-database'
  | 'queue-in-use'
  | 'file-exists'
  | 'backup-unusable';

/** Causes that go away by themselves or by the person's hand; the same call works again afterwards. */
const passing: readonly StoreFailureCode[] = ['disk-full', 'read-only', 'folder-lost', 'io-error', 'busy'];

/** Whether a failure of this code goes away without a restart. */
export function isPassingCode(code: string): code is StoreFailureCode {
  return passing.some((each) => each === code);
}

/** The store cannot do what was asked. Nothing of the failed call was written. */
export class StoreFailure extends Error {
  readonly code: StoreFailureCode;
  /** What the person can do about it. */
  readonly remedy: string;

  constructor(code: StoreFailureCode, message: string, remedy: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StoreFailure';
    this.code = code;
    this.remedy = remedy;
  }

  /** True where trying again later, without a restart, makes sense. */
  get passing(): boolean {
    return isPassingCode(this.code);
  }
}

/** Less than this and SQLite cannot even write one transaction: an I/O error is then called a full disk. */
const nearlyNothingBytes = 64 * 1024;

/** Turns an error of SQLite or of the file system under `dataDir` into a StoreFailure; any other error is a bug and comes back as it is. */
export function asStoreFailure(error: unknown, dataDir: string): Error {
  if (error instanceof StoreFailure) return error;
  if (error instanceof Database.SqliteError) return fromSqlite(error, dataDir);
  if (isSystemError(error)) return fromSystem(error, dataDir);
  return error instanceof Error ? error : new Error(String(error));
}

/** True for the errors by which SQLite says that the file is not, or no longer, a sound database. */
export function saysDamaged(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code);
}

function fromSqlite(error: InstanceType<typeof Database.SqliteError>, dataDir: string): Error {
  const { code } = error;
  if (code.startsWith('SQLITE_FULL')) return diskFull(dataDir, error);
  if (code.startsWith('SQLITE_READONLY')) {
    return existsSync(dataDir) ? readOnly(dataDir, error) : folderLost(dataDir, error);
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new StoreFailure(
      'busy',
      `Another program keeps the database in ${dataDir} locked.`,
      'Close other programs that have it open (a database browser, a backup), then try again.',
      error,
    );
  }
  if (saysDamaged(error)) return corrupt(dataDir, error);
  if (/^SQLITE_(IOERR|CANTOPEN|PERM|AUTH)/.test(code)) {
    if (!existsSync(dataDir)) return folderLost(dataDir, error);
    if (freeBytes(dataDir) < nearlyNothingBytes) return diskFull(dataDir, error);
    return ioError(dataDir, error);
  }
  return error;
}

function fromSystem(error: NodeJS.ErrnoException, dataDir: string): Error {
  switch (error.code ?? '') {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(dataDir, error);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return readOnly(dataDir, error);
    case 'ENOTDIR':
    case 'EEXIST':
      return new StoreFailure(
        'folder-unusable',
        `${dataDir} cannot be the data folder: a file stands in its place.`,
        'Name another folder with --data-dir or BACKBENCH_DATA, or move that file away.',
        error,
      );
    case 'ENOENT':
    case 'ENODEV':
    case 'ENXIO':
    case 'ESTALE':
      return folderLost(dataDir, error);
    case 'EIO':
      return ioError(dataDir, error);
    default:
      return error;
  }
}

export function folderLost(dataDir: string, cause?: unknown): StoreFailure {
  return new StoreFailure(
    'folder-lost',
    `The data folder ${dataDir} or the database in it is gone.`,
    'Connect the drive again, or name another folder with --data-dir or BACKBENCH_DATA.',
    cause,
  );
}

export function corrupt(dataDir: string, cause?: unknown): StoreFailure {
  return new StoreFailure(
    'corrupt',
    `The database in ${dataDir} is damaged.`,
    'Start Backbench again: it moves the damaged file aside, keeps it, and begins a fresh one.',
    cause,
  );
}

function diskFull(dataDir: string, cause: unknown): StoreFailure {
  return new StoreFailure(
    'disk-full',
    `The disk that holds ${dataDir} is full.`,
    'Free some space there; what was asked works again without a restart.',
    cause,
  );
}

function readOnly(dataDir: string, cause: unknown): StoreFailure {
  return new StoreFailure(
    'read-only',
    `Backbench may not write to ${dataDir}.`,
    'Make the folder writable, or name another one with --data-dir or BACKBENCH_DATA.',
    cause,
  );
}

function ioError(dataDir: string, cause: unknown): StoreFailure {
  const detail = cause instanceof Error ? ` (${cause.message})` : '';
  return new StoreFailure(
    'io-error',
    `Reading or writing the database in ${dataDir} failed${detail}.`,
    'Check the drive and its cable, then try again.',
    cause,
  );
}

function freeBytes(dataDir: string): number {
  try {
    const { bavail, bsize } = statfsSync(dataDir);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
