import { join } from 'node:path';

/** Where the packaged files lie, seen from the folder of the built main process (dist/desktop). */
export interface AppFiles {
  readonly serviceHost: string;
  readonly preload: string;
  readonly renderer: string;
  readonly icon: string;
  readonly licences: string;
}

export function appFiles(desktopFolder: string): AppFiles {
  const root = join(desktopFolder, '..', '..');
  return {
    serviceHost: join(desktopFolder, 'serviceHost.js'),
    preload: join(desktopFolder, 'preload.cjs'),
    renderer: join(root, 'dist', 'renderer'),
    icon: join(root, 'resources', 'icons', 'icon.png'),
    licences: join(desktopFolder, 'licences.txt'),
  };
}
