import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** How long fetching Electron's binary may take before the browser is offered instead. */
const fetchTimeoutMs = 180_000;

export type ElectronBinary = { readonly path: string } | { readonly path: null; readonly reason: string };

/** Electron's program file, fetched if need be; or why there is none, or no display to show it on. */
export function electronBinary(): ElectronBinary {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return { path: null, reason: 'there is no display' };
  }
  let folder: string;
  try {
    folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return { path: null, reason: 'Electron is not installed (npm install)' };
  }
  const installed = () => {
    const pathFile = join(folder, 'path.txt');
    const path = existsSync(pathFile)
      ? join(folder, 'dist', readFileSync(pathFile, 'utf8').trim())
      : undefined;
    return path !== undefined && existsSync(path) ? path : undefined;
  };
  if (installed() === undefined) {
    console.log('Fetching Electron (once) …');
    // Electron 45 fetches its binary at the first start by this script, not at npm install.
    spawnSync(process.execPath, [join(folder, 'install.js')], { stdio: 'ignore', timeout: fetchTimeoutMs });
  }
  const path = installed();
  return path === undefined
    ? { path: null, reason: 'Electron’s binary could not be fetched from github.com' }
    : { path };
}

/** Opens the app in Electron and waits for its end; resolves to its exit code. */
export function openElectron(path: string): Promise<number> {
  const app = spawn(path, [join(import.meta.dirname, '..', '..')], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    app.once('error', reject);
    app.once('exit', (code) => resolve(code ?? 1));
  });
}
