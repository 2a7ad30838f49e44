import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from 'playwright-core';
import type { App, OpenOptions } from './app.ts';
import { noteErrors } from './pageErrors.ts';

const root = join(import.meta.dirname, '..', '..');

/** Electron's program, where `npm run test:electron` runs the end-to-end tests in the app's own window; else undefined. */
export const electronProgram = process.env['BACKBENCH_E2E_ELECTRON'];

/** Backbench in its own window, in a data folder and a profile of its own. */
export async function openElectronApp(program: string, options: OpenOptions): Promise<App> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'backbench-e2e-')));
  const profile = await mkdtemp(join(tmpdir(), 'backbench-e2e-profile-'));
  const electron = await _electron.launch({
    executablePath: program,
    args: [
      root,
      '--data-dir',
      dataDir,
      `--user-data-dir=${profile}`,
      `--lang=${options.locale ?? 'en-GB'}`,
      // As root, as in many a container, Chromium has no sandbox to offer.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
    colorScheme: options.colorScheme ?? 'light',
    locale: options.locale ?? 'en-GB',
  });
  const context = electron.context();
  context.setDefaultTimeout(60_000);
  const page = await electron.firstWindow();
  const pageErrors = noteErrors(page);
  return {
    url: page.url(),
    page,
    context,
    dataDir,
    pageErrors,
    host: electron.process(),
    close: async () => {
      await electron.close();
      await rm(profile, { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
