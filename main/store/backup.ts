import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Sqlite } from './database.ts';
import { stamp } from './health.ts';

const folderName = 'backups';
const keptBackups = 3;

/** Copies a live database through SQLite's online backup; the destination appears complete or not at all. */
export async function backUpTo(db: Sqlite, destination: string): Promise<void> {
  const partial = `${destination}.partial`;
  mkdirSync(dirname(destination), { recursive: true });
  try {
    rmSync(partial, { force: true });
    await db.backup(partial);
    renameSync(partial, destination);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** The copy that is made before a migration; the newest three are kept. Returns its path. */
export async function backUpBeforeMigration(
  db: Sqlite,
  dataDir: string,
  version: number,
  now: Date,
): Promise<string> {
  const folder = join(dataDir, folderName);
  const path = join(folder, `backbench-${stamp(now)}-schema-${version}.sqlite`);
  await backUpTo(db, path);
  const copies = readdirSync(folder).filter((name) => /^backbench-\d{8}T\d+Z-schema-\d+\.sqlite$/.test(name));
  for (const old of copies.sort().slice(0, -keptBackups)) rmSync(join(folder, old), { force: true });
  return path;
}
