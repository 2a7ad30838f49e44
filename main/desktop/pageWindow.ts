import type { BrowserWindowConstructorOptions, Rectangle } from 'electron';
import { appAddress } from './appProtocol.ts';
import type { ContentsApi, DialogApi, ElectronApi, WindowApi } from './electronApi.ts';
import type { Appearance } from './ipcBridge.ts';
import type { Log } from './log.ts';
import type { SettingsFile } from './settings.ts';
import type { Texts } from './texts/texts.ts';
import { placeWindow, smallestWindow } from './windowPlacement.ts';

/** The page's ground in each theme (renderer/theme/tokens.css), shown until the page is. */
const background = { light: '#f4f6f8', dark: '#12151a' } as const;
/** A page that has drawn nothing by then does not start. */
const drawnWithinMs = 20_000;
/** So many crashes within the time are more than bad luck. */
const crashLimit = 3;
const crashWindowMs = 60_000;

export interface PageWindow {
  /** The contents of the window, while there is one. */
  readonly contents: ContentsApi | null;
  readonly focused: boolean;
  /** Opens the window, or brings it to the front. */
  show(): void;
  /** Leads the page to an address within the app, such as /runs/1; waits for the page where it is still loading. */
  go(page: string): void;
  setProgress(share: number | null): void;
  /** What the preload script tells. */
  onAppearance(appearance: Appearance): void;
}

/** Every switch of Electron's security checklist, on the safe side and written out, whatever the defaults are. */
export function windowOptions(
  bounds: Rectangle,
  options: { preload: string; dark: boolean; development: boolean; icon: string },
): BrowserWindowConstructorOptions {
  return {
    ...bounds,
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    show: false,
    title: 'Backbench',
    icon: options.icon,
    backgroundColor: options.dark ? background.dark : background.light,
    webPreferences: {
      preload: options.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      // It would fetch its dictionaries from its maker.
      spellcheck: false,
      devTools: options.development,
    },
  };
}

/** The one window: where it stood, what it shows, and its recovery when the page crashes, hangs or stays blank. */
export function openPageWindow(options: {
  electron: ElectronApi;
  dialog: DialogApi;
  preload: string;
  icon: string;
  settings: SettingsFile;
  texts: () => Texts;
  log: Log;
  /** The address to begin at, within the app. */
  page: string | null;
  onShown: () => void;
  onClose: (event: { preventDefault(): void }) => void;
  onSessionEnd: () => void;
  quit: () => void;
}): PageWindow {
  const { electron, dialog, settings, texts, log } = options;
  let window: WindowApi | null = null;
  let drawn = false;
  let blankTimer: NodeJS.Timeout | undefined;
  let crashes: number[] = [];
  /** Where to go as soon as the page is there. */
  let pendingPage = options.page;

  function open(): void {
    const { screen } = electron;
    const bounds = placeWindow(settings.current.window, screen.getAllDisplays(), screen.getPrimaryDisplay());
    const opened = electron.newWindow(
      windowOptions(bounds, {
        preload: options.preload,
        icon: options.icon,
        dark: settings.current.dark,
        development: !electron.app.isPackaged,
      }),
    );
    window = opened;
    if (settings.current.window?.maximized === true) opened.maximize();
    opened.on('ready-to-show', () => {
      opened.show();
      options.onShown();
    });
    const remember = (): void => {
      if (opened.isDestroyed() || opened.isMinimized() || opened.isFullScreen()) return;
      const { x, y, width, height } = opened.getNormalBounds();
      settings.change({ window: { x, y, width, height, maximized: opened.isMaximized() } });
    };
    const rememberSoon = debounced(remember);
    for (const event of ['resize', 'move', 'maximize', 'unmaximize'] as const) opened.on(event, rememberSoon);
    opened.on('close', (event) => {
      remember();
      options.onClose(event);
    });
    opened.on('session-end', options.onSessionEnd);
    opened.on('closed', () => {
      clearTimeout(blankTimer);
      window = null;
    });
    opened.on('unresponsive', () => void askUnresponsive(opened));
    watchContents(opened.webContents);
    load(opened);
  }

  function watchContents(contents: ContentsApi): void {
    contents.on('render-process-gone', (_event, { reason, exitCode }) => {
      drawn = false;
      log.write('page', `process gone: ${reason} (${exitCode})`);
      if (reason === 'clean-exit') return;
      const now = performance.now();
      crashes = [...crashes.filter((at) => now - at < crashWindowMs), now];
      if (crashes.length < crashLimit) reload();
      else void askReload(texts().crashed.message, texts().crashed.detail);
    });
    contents.on('did-fail-load', (_event, code, description, url, isMainFrame) => {
      // -3: a load that another one has replaced.
      if (!isMainFrame || code === -3) return;
      log.write('page', `${url} did not load: ${description} (${code})`);
      void askReload(texts().blank.message, texts().blank.detail);
    });
    contents.on('did-finish-load', () => {
      clearTimeout(blankTimer);
      blankTimer = setTimeout(() => {
        if (drawn) return;
        log.write('page', `nothing drawn ${drawnWithinMs / 1000} s after loading`);
        void askReload(texts().blank.message, texts().blank.detail);
      }, drawnWithinMs);
    });
  }

  function load(opened: WindowApi): void {
    drawn = false;
    const address = pendingPage === null ? appAddress : `${appAddress}#${pendingPage}`;
    pendingPage = null;
    // Told by did-fail-load as well, which knows more.
    opened.loadURL(address).catch(() => undefined);
  }

  function reload(): void {
    if (window === null || window.isDestroyed()) return;
    drawn = false;
    window.webContents.reload();
  }

  async function askReload(message: string, detail: string): Promise<void> {
    window?.show();
    const { reload: again, quit } = texts().crashed;
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message,
      detail,
      buttons: [again, quit],
      cancelId: 0,
    });
    if (response === 1) return options.quit();
    crashes = [];
    reload();
  }

  async function askUnresponsive(opened: WindowApi): Promise<void> {
    log.write('page', 'unresponsive');
    const { message, detail, wait, reload: again } = texts().unresponsive;
    const { response } = await dialog.showMessageBox({
      type: 'warning',
      message,
      detail,
      buttons: [wait, again],
      cancelId: 0,
    });
    if (response === 1 && opened === window) reload();
  }

  return {
    get contents() {
      return window === null || window.isDestroyed() ? null : window.webContents;
    },
    get focused() {
      return window !== null && !window.isDestroyed() && window.isFocused();
    },
    show() {
      if (window === null) return open();
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    go(page) {
      if (window !== null && drawn) window.webContents.send('backbench:go', page);
      else pendingPage = page;
      this.show();
    },
    setProgress(share) {
      if (window !== null && !window.isDestroyed()) window.setProgressBar(share ?? -1);
    },
    onAppearance(appearance) {
      const { language, dark } = settings.current;
      if (appearance.language !== language || appearance.dark !== dark)
        settings.change({ language: appearance.language, dark: appearance.dark });
      if (!appearance.drawn || drawn) return;
      drawn = true;
      clearTimeout(blankTimer);
      if (pendingPage === null) return;
      window?.webContents.send('backbench:go', pendingPage);
      pendingPage = null;
    },
  };
}

/** A window that is dragged tells of every pixel; one write when it rests is enough. */
function debounced(act: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, 400);
  };
}
