import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  screen,
  session,
  shell,
  utilityProcess,
} from 'electron';
import { z } from 'zod';
import { appFiles } from './appFiles.ts';
import { runDesktop } from './desktopApp.ts';
import type { UpdaterApi } from './updates.ts';

// No code is made from text in any process of the app.
z.config({ jitless: true });

/**
 * Entry of Electron's main process: hands the real Electron to the app. What must happen before `ready` happens in the first,
 * synchronous part of `runDesktop`. It is not awaited here: Electron becomes ready only after this module has been evaluated.
 */
runDesktop({
  electron: {
    app,
    protocol,
    // Only there once the app is ready.
    session: {
      get defaultSession() {
        return session.defaultSession;
      },
    },
    ipcMain,
    dialog,
    Menu: { setApplicationMenu: (template) => Menu.setApplicationMenu(Menu.buildFromTemplate(template)) },
    shell,
    get screen() {
      return screen;
    },
    get powerMonitor() {
      return powerMonitor;
    },
    powerSaveBlocker,
    utilityProcess,
    newWindow: (options) => new BrowserWindow(options),
    newNotification: (options) => new Notification(options),
  },
  files: appFiles(import.meta.dirname),
  words: process.argv.slice(app.isPackaged ? 1 : 2),
  workingDirectory: process.cwd(),
  defects: process,
  loadUpdater: async (): Promise<UpdaterApi | null> => {
    // electron-builder writes this file where a feed was given at packaging time.
    if (!app.isPackaged || !existsSync(join(process.resourcesPath, 'app-update.yml'))) return null;
    const { default: updater } = await import('electron-updater');
    return updater.autoUpdater;
  },
}).catch((error: unknown) => {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(reason);
  dialog.showErrorBox('Backbench cannot start', reason);
  app.exit(1);
});
