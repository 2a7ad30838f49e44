import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Backup } from '../../preload/contract.ts';
import type { Sqlite } from './database.ts';
import { StoreFailure } from './failure.ts';
import { stamp } from './health.ts';
import { makeFolder } from './makeFolder.ts';

const folderName = 'backups';
const keptBackups = 3;

/** Who waits for a copy: until when, and how far it is. */
export interface BackupWatch {
  readonly signal?: AbortSignal;
  readonly onProgress?: (donePages: number, totalPages: number) => void;
}

/** Some milliseconds of copying between two looks at what else there is to do. */
const pagesAtOnce = 500;

/**
 * Copies a live database through SQLite's online backup; the destination appears complete or not at all. Rejects with the signal's
 * reason where that was aborted.
 */
export async function backUpTo(
  db: Sqlite,
  destination: string,
  { signal, onProgress }: BackupWatch = {},
): Promise<void> {
  if (existsSync(destination)) {
    throw new StoreFailure(
      'file-exists',
      `${destination} exists already and was left as it is.`,
      'Name another file.',
    );
  }
  const partial = `${destination}.partial`;
  makeFolderFor(destination, dirname(db.name));
  try {
    rmSync(partial, { force: true });
    await db.backup(partial, {
      progress: ({ totalPages, remainingPages }) => {
        signal?.throwIfAborted();
        onProgress?.(totalPages - remainingPages, totalPages);
        return pagesAtOnce;
      },
    });
    renameSync(partial, destination);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** A folder that a person named and that cannot be is no trouble of the data folder's. */
function makeFolderFor(destination: string, dataDir: string): void {
  const folder = dirname(destination);
  try {
    makeFolder(folder);
  } catch (error) {
    if (dirname(folder) === dataDir || !(error instanceof Error)) throw error;
    throw new StoreFailure(
      'backup-unusable',
      `A copy cannot be written in ${folder}: ${error.message}.`,
      'Name another file in a folder that can be written.',
      error,
    );
  }
}

/** The copy that is made before a migration; the newest three are kept. Returns its path. */
export async function backUpBeforeMigration(
  db: Sqlite,
  dataDir: string,
  version: number,
  now: Date,
): Promise<string> {
  const path = backupPath(dataDir, now, `-schema-${version}`);
  await backUpTo(db, path);
  const folder = dirname(path);
  const copies = readdirSync(folder).filter((name) => kindOf(name) === 'before-migration');
  for (const old of copies.sort().slice(0, -keptBackups)) rmSync(join(folder, old), { force: true });
  return path;
}

/** Where a copy made now belongs; `why` is a part of its name. */
export function backupPath(
  dataDir: string,
  now: Date,
  why: '' | '-before-restore' | `-schema-${number}`,
): string {
  return join(dataDir, folderName, `backbench-${stamp(now)}${why}.sqlite`);
}

/** The copies in a data folder, and the databases that were moved aside there, the newest first. */
export function listBackups(dataDir: string): Backup[] {
  const folder = join(dataDir, folderName);
  const copies = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const aside = readdirSync(dataDir).filter((name) => kindOf(name) === 'damaged');
  return [...copies, ...aside.map((name) => join(dataDir, name))]
    .filter((path) => path.endsWith('.sqlite'))
    .map((path) => {
      const { size, mtime } = statSync(path);
      return { path, kind: kindOf(path), bytes: size, madeAt: mtime.toISOString() };
    })
    .toSorted((a, b) => b.madeAt.localeCompare(a.madeAt));
}

function kindOf(path: string): Backup['kind'] {
  if (/backbench-damaged-[^/\\]*\.sqlite$/.test(path)) return 'damaged';
  if (/backbench-\d{8}T\d+Z-schema-\d+\.sqlite$/.test(path)) return 'before-migration';
  return path.endsWith('-before-restore.sqlite') ? 'before-restore' : 'asked';
}
