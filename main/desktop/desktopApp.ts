import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Failure } from '../../preload/contract.ts';
import { runtimeVersions } from '../hardware/runtimeVersions.ts';
import { workerFlags } from '../measure/launchFork.ts';
import { resolveDataFolder } from '../store/dataFolder.ts';
import type { AppFiles } from './appFiles.ts';
import { claimScheme, serveApp } from './appProtocol.ts';
import { openedExtensions, parseArguments, type LaunchArguments } from './arguments.ts';
import type { ChildLauncher } from './childLauncher.ts';
import type { ElectronApi } from './electronApi.ts';
import { guardContents, guardSession } from './guards.ts';
import { bridgePages } from './ipcBridge.ts';
import { openLog, type Log } from './log.ts';
import { menuTemplate, type MenuActions } from './menu.ts';
import { fileOpener } from './openedFiles.ts';
import { openPageWindow } from './pageWindow.ts';
import { quitInOrder } from './quitting.ts';
import { watchRuns } from './runWatch.ts';
import { linkService } from './serviceLink.ts';
import { openSettings } from './settings.ts';
import { smokeTest } from './smoke.ts';
import { firstLanguage, textsIn, type Texts } from './texts/texts.ts';
import { openUpdates, type UpdaterApi } from './updates.ts';
import { utilityLauncher } from './utilityLauncher.ts';
import { stayAwake } from './wakefulness.ts';

export interface DesktopOptions {
  readonly electron: ElectronApi;
  readonly files: AppFiles;
  /** The words after the program's own on the command line. */
  readonly words: readonly string[];
  readonly workingDirectory: string;
  /** Where errors that nothing caught are told: the process. */
  readonly defects: {
    on(event: 'uncaughtException', listener: (error: Error) => void): unknown;
    on(event: 'unhandledRejection', listener: (reason: unknown) => void): unknown;
  };
  /** electron-updater, in a packaged app that has a feed. */
  readonly loadUpdater: () => Promise<UpdaterApi | null>;
  /** How processes are started: utility processes, where nothing else is given. */
  readonly launchers?: { readonly services: ChildLauncher; readonly workers: ChildLauncher };
}

/** So many deaths of the GPU process in one life, and the next start draws without it. */
const gpuDeathLimit = 3;

/**
 * The desktop app: everything that must happen before Electron is ready, at once; the rest after. Nothing here knows what a benchmark
 * is: pages ask the service, and this room carries, guards and shows.
 */
export async function runDesktop(options: DesktopOptions): Promise<void> {
  const { electron, files } = options;
  const { app, dialog } = electron;
  const asked = parseArguments(options.words, options.workingDirectory);
  const dataDir = asked.smoke && asked.dataDir === null ? temporaryFolder('smoke') : dataFolder(asked);

  // Chromium's own files lie in the data folder, and so does the lock: one app a data folder.
  app.setPath('userData', usableFolder(join(dataDir, 'desktop')));
  if (!app.requestSingleInstanceLock({ files: asked.files, page: asked.page })) {
    app.exit(0);
    return;
  }
  const log = openLog(app.getPath('logs'));
  const settings = openSettings(join(app.getPath('userData'), 'window.json'), log);
  log.write('app', `Backbench ${app.getVersion()}, data folder ${dataDir}`);
  options.defects.on('uncaughtException', (error) => log.write('app', error.stack ?? error.message));
  options.defects.on('unhandledRejection', (reason) => log.write('app', `unhandled: ${String(reason)}`));

  app.enableSandbox();
  claimScheme(electron.protocol);
  if (settings.current.drawWithoutGpu) app.disableHardwareAcceleration();
  const early: string[] = [...asked.files];
  let openFiles = (paths: readonly string[]): unknown => early.push(...paths);
  // macOS tells of a double-clicked file before the app is ready.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openFiles([path]);
  });

  await app.whenReady();
  let language = firstLanguage(settings.current.language, app.getPreferredSystemLanguages());
  const texts = (): Texts => textsIn(language);
  guardSession(electron.session.defaultSession, log);
  app.on('web-contents-created', (_event, contents) => guardContents(contents, electron.shell, log));
  await serveApp(electron.protocol, files.renderer);

  const refused = async (failure: Failure): Promise<void> => {
    if (quitting.underWay) return;
    if (asked.smoke) return endSmoke(failure.message, 1);
    const { retry, otherFolder, logs, quit } = texts().refused;
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message: failure.message,
      detail: failure.remedy ?? '',
      buttons: [retry, otherFolder, logs, quit],
      defaultId: 0,
      cancelId: 3,
    });
    if (response === 0) return link.retry();
    if (response === 1) return chooseFolder();
    if (response === 2) {
      await electron.shell.openPath(log.folder);
      return refused(failure);
    }
    app.quit();
  };
  const notify = async (message: string, detail = ''): Promise<void> => {
    log.write('notice', `${message} ${detail}`);
    await dialog.showMessageBox({ type: 'info', message, detail, buttons: [texts().notice.ok] });
  };

  const { utilityProcess } = electron;
  const link = linkService({
    file: files.serviceHost,
    dataDir,
    services: options.launchers?.services ?? utilityLauncher(utilityProcess, { name: 'Backbench service' }),
    workers:
      options.launchers?.workers ??
      utilityLauncher(utilityProcess, { name: 'Backbench worker', v8Flags: workerFlags }),
    log,
    onNotices: (notices) => {
      for (const { message, remedy } of notices) void notify(message, remedy ?? '');
    },
    onRefused: (failure) => void refused(failure),
  });
  const runs = watchRuns(link);
  const quitting = quitInOrder({ app, dialog, link, runs, texts });
  electron.powerMonitor.on('shutdown', () => quitting.onSessionEnd());
  stayAwake(electron.powerSaveBlocker, electron.powerMonitor, runs, log);

  let drawn = false;
  const page = openPageWindow({
    electron,
    dialog,
    preload: files.preload,
    icon: files.icon,
    settings,
    texts,
    log,
    page: asked.page,
    onShown: () => noteReady(asked, log),
    onClose: (event) => {
      // On macOS an app outlives its window, and so does the run.
      if (process.platform !== 'darwin') quitting.onWindowClose(event);
    },
    onSessionEnd: () => quitting.onSessionEnd(),
    quit: () => app.quit(),
  });
  const bridge = bridgePages({
    ipc: electron.ipcMain,
    link,
    shell: electron.shell,
    page: () => page.contents,
    log,
    onAppearance: (appearance) => {
      drawn ||= appearance.drawn;
      page.onAppearance(appearance);
      if (appearance.language === language) return;
      language = appearance.language;
      showMenu();
    },
  });

  const updates = openUpdates({
    updater: await options.loadUpdater(),
    measuring: () => runs.activity !== null,
    onChange: () => showMenu(),
    log,
  });
  const actions: MenuActions = {
    go: (address) => page.go(address),
    open: () => void chooseFile(),
    showDataFolder: () => void electron.shell.openPath(dataDir),
    showLogs: () => void electron.shell.openPath(log.folder),
    showLicences: () => void showLicences(),
    showRun: () => page.go(runs.activity === null ? '/runs' : `/runs/${runs.activity.runId}`),
    cancelRun: () => void cancelRun(),
    setNotifyAtEnd: (on) => settings.change({ notifyAtEnd: on }),
    setDrawWithoutGpu: (on) => settings.change({ drawWithoutGpu: on }),
    setCheckForUpdates: (on) => settings.change({ checkForUpdates: on }),
    checkForUpdates: () => void checkForUpdates(),
    restartToUpdate: () => void link.close().then(() => updates.install()),
    about: () => app.showAboutPanel(),
    quit: () => app.quit(),
  };
  function showMenu(): void {
    const { notifyAtEnd, drawWithoutGpu, checkForUpdates } = settings.current;
    electron.Menu.setApplicationMenu(
      menuTemplate(
        texts(),
        {
          platform: process.platform,
          development: !app.isPackaged,
          running: runs.activity !== null,
          notifyAtEnd,
          drawWithoutGpu,
          checkForUpdates,
          update: updates.state,
        },
        actions,
      ),
    );
  }

  let wasRunning = false;
  runs.onChange((activity) => {
    page.setProgress(activity?.share ?? null);
    if (wasRunning !== (activity !== null)) {
      wasRunning = activity !== null;
      showMenu();
    }
  });
  runs.onEnd((run) => {
    if (
      !settings.current.notifyAtEnd ||
      page.focused ||
      (run.state !== 'done' && run.state !== 'interrupted')
    )
      return;
    const count = (state: string): number => run.jobs.filter((job) => job.state === state).length;
    const notification = electron.newNotification({
      title: texts().ended[run.state],
      body: texts().ended.jobs(count('done'), count('failed')),
    });
    notification.on('click', () => page.go(`/runs/${run.id}`));
    notification.show();
  });

  let gpuDeaths = 0;
  app.on('child-process-gone', (_event, { type, reason, exitCode }) => {
    log.write('app', `${type} process gone: ${reason} (${exitCode})`);
    if (type !== 'GPU' || reason === 'clean-exit' || ++gpuDeaths < gpuDeathLimit) return;
    settings.change({ drawWithoutGpu: true });
    showMenu();
  });

  const opener = fileOpener({ link, dialog, texts, go: (address) => page.go(address), log });
  openFiles = (paths) => void opener(paths);
  app.on('second-instance', (_event, argv, workingDirectory) => {
    // The first word is the program; in development the second is the app's folder, which is no file of ours.
    const again = parseArguments(argv.slice(1), workingDirectory);
    page.show();
    if (again.page !== null) page.go(again.page);
    openFiles(again.files);
  });
  app.on('activate', () => page.show());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });

  app.setAboutPanelOptions({
    applicationName: 'Backbench',
    applicationVersion: app.getVersion(),
    version: versionLine(),
    copyright: 'MIT',
    iconPath: files.icon,
  });
  showMenu();
  page.show();
  if (settings.trouble !== null) void notify(texts().settings[settings.trouble]);
  if (early.length > 0) openFiles(early);
  if (asked.smoke) void smoke();
  else if (settings.current.checkForUpdates) void updates.check();

  async function chooseFile(): Promise<void> {
    const { canceled, filePaths } = await dialog.showOpenDialog({
      properties: ['openFile', 'multiSelections'],
      filters: [
        { name: texts().open.filter, extensions: openedExtensions.map((extension) => extension.slice(1)) },
      ],
    });
    if (!canceled) openFiles(filePaths);
  }
  async function chooseFolder(): Promise<void> {
    const { canceled, filePaths } = await dialog.showOpenDialog({
      properties: ['openDirectory', 'createDirectory'],
    });
    const [folder] = filePaths;
    if (canceled || folder === undefined) return link.retry();
    app.relaunch({ args: [...launchWords(options.words), '--data-dir', folder] });
    app.exit(0);
  }
  async function cancelRun(): Promise<void> {
    const { activity } = runs;
    if (activity === null) return;
    const { message, detail, cancelRun: cancel, keep } = texts().cancel;
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message,
      detail,
      buttons: [keep, cancel],
      defaultId: 0,
      cancelId: 0,
    });
    if (response === 1) await link.call('cancelRun', { runId: activity.runId });
  }
  async function checkForUpdates(): Promise<void> {
    const { update } = texts();
    if (!(await updates.check())) return notify(update.busy);
    if (updates.state.kind === 'none') await notify(update.none);
    if (updates.state.kind === 'failed') await notify(update.failed, updates.state.reason);
  }
  async function showLicences(): Promise<void> {
    // A copy outside the archive, which other programs cannot look into.
    const { readFile, writeFile } = await import('node:fs/promises');
    const copy = join(app.getPath('userData'), 'licences.txt');
    await writeFile(copy, await readFile(files.licences));
    await electron.shell.openPath(copy);
  }
  async function smoke(): Promise<void> {
    try {
      const seen = await smokeTest(link, { drawn: () => drawn, answered: () => bridge.answered });
      await endSmoke(seen, 0);
    } catch (error) {
      await endSmoke(error instanceof Error ? error.message : String(error), 1);
    }
  }
  async function endSmoke(text: string, code: 0 | 1): Promise<void> {
    const line = `smoke ${code === 0 ? 'passed' : 'failed'}: ${text}`;
    log.write('smoke', line);
    console.log(line);
    await link.close();
    app.exit(code);
  }
}

/** The data folder that was asked for, or the platform's own. */
function dataFolder({ dataDir }: LaunchArguments): string {
  try {
    return resolveDataFolder(dataDir);
  } catch {
    // BACKBENCH_DATA is set and empty, which means nothing.
    return resolveDataFolder(null, {});
  }
}

/** The folder, made where it is missing; where that fails a temporary one, so that a window can open and say what is wrong. */
function usableFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true });
    return folder;
  } catch {
    return temporaryFolder('window');
  }
}

function temporaryFolder(purpose: string): string {
  return mkdtempSync(join(tmpdir(), `backbench-${purpose}-`));
}

/** The command line without an earlier choice of folder. */
function launchWords(words: readonly string[]): string[] {
  const at = words.indexOf('--data-dir');
  const rest = at < 0 ? words : words.filter((_word, i) => i !== at && i !== at + 1);
  return rest.filter((word) => !word.startsWith('--data-dir='));
}

function noteReady({ readyFile }: LaunchArguments, log: Log): void {
  if (readyFile === null) return;
  try {
    writeFileSync(readyFile, '');
  } catch (error) {
    log.write('app', `could not say that the window is there: ${String(error)}`);
  }
}

function versionLine(): string {
  const { electron, chrome } = process.versions as { electron?: string; chrome?: string };
  const { node, onnxruntime } = runtimeVersions();
  return `Electron ${electron ?? '–'}, Chromium ${chrome ?? '–'}, Node ${node}, ONNX Runtime ${onnxruntime}`;
}
