import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Returns the first folder that had to be made. One by one: where a file system takes no folder at all, as /proc does, Node's
 * `recursive` never ends.
 */
export function makeFolder(dataDir: string): string | undefined {
  const missing: string[] = [];
  let parent = dataDir;
  while (!existsSync(parent) && parent !== dirname(parent)) {
    missing.unshift(parent);
    parent = dirname(parent);
  }
  try {
    for (const folder of missing) makeOne(folder);
    return missing[0];
  } catch (error) {
    // ENOENT would read as if the drive were gone where the parent exists on a read-only file system.
    if (statSync(parent).isDirectory()) accessSync(parent, constants.W_OK);
    throw error;
  }
}

function makeOne(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process made it in between.
    if (!existsSync(folder)) throw error;
  }
}
