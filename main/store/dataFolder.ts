import { closeSync, openSync, rmdirSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { asStoreFailure, StoreFailure } from './failure.ts';
import { makeFolder } from './makeFolder.ts';

/** About what one transaction of ours writes: less room than this is no room. */
const transactionBytes = 64 * 1024;

/**
 * The folder where everything is kept: the `--data-dir` argument, else BACKBENCH_DATA, else the platform's own place
 * for application data. Only names it; `prepareDataFolder` makes it.
 */
export function resolveDataFolder(
  argument: string | null,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const asked = argument ?? env.BACKBENCH_DATA ?? null;
  if (asked === null) return envPaths('backbench', { suffix: '' }).data;
  if (asked.trim() === '') {
    throw new StoreFailure(
      'folder-unusable',
      'The name of the data folder is empty.',
      'Name a folder with --data-dir or BACKBENCH_DATA, or leave both out.',
    );
  }
  return resolve(asked);
}

/**
 * Makes the folder where it does not exist and proves by a small file that it can be written to: permissions, mount
 * options and quotas lie about that in different ways on each platform. Throws a StoreFailure and leaves nothing
 * behind.
 */
export function prepareDataFolder(dataDir: string): void {
  let made: string | undefined;
  try {
    made = makeFolder(dataDir);
    if (!statSync(dataDir).isDirectory())
      throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR', syscall: 'stat' });
    writeProbe(join(dataDir, `.write-probe-${process.pid}`), 1);
  } catch (error) {
    if (made !== undefined) removeEmpty(dataDir);
    throw asStoreFailure(error, dataDir);
  }
}

/** Throws what writing into the folder meets: a full, read-only or lost drive. Leaves nothing behind. */
export function proveWritable(dataDir: string): void {
  try {
    writeProbe(join(dataDir, `.write-probe-${process.pid}`), transactionBytes);
  } catch (error) {
    throw asStoreFailure(error, dataDir);
  }
}

function writeProbe(path: string, bytes: number): void {
  const file = openSync(path, 'w');
  try {
    writeSync(file, Buffer.alloc(bytes));
  } finally {
    closeSync(file);
    unlinkSync(path);
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // The first failure is the one to tell.
  }
}
