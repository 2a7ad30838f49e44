import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepareDataFolder, resolveDataFolder } from '../../main/store/dataFolder.ts';
import { openStore } from '../../main/store/store.ts';
import { temporaryFolder } from './temporary.ts';

describe('the data folder', () => {
  it('is the argument, else BACKBENCH_DATA, else a folder of the platform', () => {
    expect(resolveDataFolder('here', { BACKBENCH_DATA: '/there' })).toBe(resolve('here'));
    expect(resolveDataFolder(null, { BACKBENCH_DATA: '/there' })).toBe(resolve('/there'));
    expect(resolveDataFolder(null, {})).toMatch(/backbench/);
  });

  it('is not the working directory because a variable is empty', () => {
    expect(() => resolveDataFolder(null, { BACKBENCH_DATA: '' })).toThrow(
      expect.objectContaining({ code: 'folder-unusable' }) as Error,
    );
  });

  it('is made with its parents and left empty', () => {
    const folder = join(temporaryFolder(), 'a', 'b');
    prepareDataFolder(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused by name, with a remedy, where a file stands in its place or in its way', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, 'mine');
    for (const folder of [file, join(file, 'below')]) {
      await expect(openStore(folder)).rejects.toMatchObject({
        name: 'StoreFailure',
        code: 'folder-unusable',
        message: expect.stringContaining(folder) as string,
        remedy: expect.stringContaining('--data-dir') as string,
      });
    }
    expect(existsSync(join(file, 'below'))).toBe(false);
  });

  // Node's own recursive mkdir never comes back from there.
  it.runIf(process.platform === 'linux')('is refused where the file system takes no folders', () => {
    expect(() => prepareDataFolder('/proc/backbench/data')).toThrow(
      expect.objectContaining({ name: 'StoreFailure' }) as Error,
    );
  });
});
