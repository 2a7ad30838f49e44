import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type {
  AboutPanelOptionsOptions,
  BrowserWindowConstructorOptions,
  CancellableEvent,
  ElectronApi,
  ForkOptions,
  FrameApi,
  IpcEventApi,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  Rectangle,
  UtilityApi,
} from '../../main/desktop/electronApi.ts';
import { appAddress } from '../../main/desktop/appProtocol.ts';

/** Objects in the shape of Electron's that record what they are told and do nothing of their own. */

export class FakeEvent implements CancellableEvent {
  prevented = false;
  preventDefault(): void {
    this.prevented = true;
  }
}

export class FakeContents extends EventEmitter {
  readonly sent: unknown[][] = [];
  reloads = 0;
  openWindow: (details: { url: string }) => { action: 'deny' } = () => ({ action: 'deny' });
  send(channel: string, ...values: unknown[]): void {
    this.sent.push([channel, ...values]);
  }
  reload(): void {
    this.reloads++;
  }
  isDestroyed(): boolean {
    return false;
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void {
    this.openWindow = handler;
  }
  /** Emits a navigation to an address; true where it was prevented. */
  navigate(event: 'will-navigate' | 'will-redirect' | 'will-frame-navigate', url: string): boolean {
    const told = Object.assign(new FakeEvent(), { url });
    this.emit(event, told);
    return told.prevented;
  }
}

export class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents();
  readonly options: BrowserWindowConstructorOptions;
  readonly loaded: string[] = [];
  readonly told: string[] = [];
  progress = -1;
  focused = false;
  minimized = false;
  maximized = false;
  destroyed = false;
  bounds: Rectangle;
  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    this.bounds = {
      x: options.x ?? 0,
      y: options.y ?? 0,
      width: options.width ?? 0,
      height: options.height ?? 0,
    };
  }
  loadURL(url: string): Promise<void> {
    this.loaded.push(url);
    return Promise.resolve();
  }
  show(): void {
    this.told.push('show');
  }
  focus(): void {
    this.told.push('focus');
  }
  restore(): void {
    this.told.push('restore');
  }
  maximize(): void {
    this.told.push('maximize');
  }
  destroy(): void {
    this.destroyed = true;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  isFocused(): boolean {
    return this.focused;
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  isMaximized(): boolean {
    return this.maximized;
  }
  isFullScreen(): boolean {
    return false;
  }
  getNormalBounds(): Rectangle {
    return this.bounds;
  }
  setProgressBar(progress: number): void {
    this.progress = progress;
  }
}

export class FakeApp extends EventEmitter {
  isPackaged = true;
  readonly told: string[] = [];
  readonly paths = new Map<string, string>();
  readonly ready = Promise.withResolvers<void>();
  firstInstance = true;
  languages = ['en-GB'];
  exitCode: number | null = null;
  relaunchedWith: string[] | null = null;
  about: AboutPanelOptionsOptions = {};
  getVersion(): string {
    return '0.1.0';
  }
  getPath(name: 'userData' | 'logs'): string {
    return name === 'logs' ? `${this.getPath('userData')}/logs` : (this.paths.get('userData') ?? '');
  }
  setPath(name: string, path: string): void {
    this.paths.set(name, path);
  }
  getPreferredSystemLanguages(): string[] {
    return this.languages;
  }
  requestSingleInstanceLock(): boolean {
    return this.firstInstance;
  }
  enableSandbox(): void {
    this.told.push('enableSandbox');
  }
  disableHardwareAcceleration(): void {
    this.told.push('disableHardwareAcceleration');
  }
  whenReady(): Promise<void> {
    this.told.push('whenReady');
    return this.ready.promise;
  }
  relaunch(options?: { args?: string[] }): void {
    this.relaunchedWith = options?.args ?? [];
  }
  quit(): void {
    this.told.push('quit');
    const event = new FakeEvent();
    this.emit('before-quit', event);
    if (!event.prevented) this.told.push('has quit');
  }
  exit(code?: number): void {
    this.exitCode = code ?? 0;
  }
  setAboutPanelOptions(options: AboutPanelOptionsOptions): void {
    this.about = options;
  }
  showAboutPanel(): void {
    this.told.push('showAboutPanel');
  }
}

type PermissionRequest = Parameters<
  Parameters<ElectronApi['session']['defaultSession']['setPermissionRequestHandler']>[0]
>;

export class FakeSession extends EventEmitter {
  permissionRequest: ((...request: PermissionRequest) => void) | null = null;
  permissionCheck: ((contents: unknown, permission: string, origin: string) => boolean) | null = null;
  devicePermission: (() => boolean) | null = null;
  beforeRequest:
    ((details: { url: string }, callback: (answer: { cancel?: boolean }) => void) => void) | null = null;
  readonly webRequest = {
    onBeforeRequest: (listener: NonNullable<FakeSession['beforeRequest']>): void => {
      this.beforeRequest = listener;
    },
  };
  setPermissionRequestHandler(handler: NonNullable<FakeSession['permissionRequest']>): void {
    this.permissionRequest = handler;
  }
  setPermissionCheckHandler(handler: NonNullable<FakeSession['permissionCheck']>): void {
    this.permissionCheck = handler;
  }
  setDevicePermissionHandler(handler: () => boolean): void {
    this.devicePermission = handler;
  }
}

export class FakeIpc extends EventEmitter {
  readonly handlers = new Map<string, (event: IpcEventApi, ...values: unknown[]) => unknown>();
  handle(channel: string, listener: (event: IpcEventApi, ...values: unknown[]) => unknown): void {
    this.handlers.set(channel, listener);
  }
  /** What a page's `invoke` gives. */
  async invoke(event: IpcEventApi, channel: string, ...values: unknown[]): Promise<unknown> {
    const handler = this.handlers.get(channel);
    if (handler === undefined) throw new Error(`no handler for ${channel}`);
    return await handler(event, ...values);
  }
}

export class FakeDialog {
  readonly boxes: MessageBoxOptions[] = [];
  readonly errors: string[] = [];
  /** Which button is pressed, box after box; the box stays open where there is none left. */
  readonly presses: number[] = [];
  readonly chosen: string[][] = [];
  showMessageBox(options: MessageBoxOptions): Promise<{ response: number }> {
    this.boxes.push(options);
    const response = this.presses.shift();
    return response === undefined ? new Promise(() => undefined) : Promise.resolve({ response });
  }
  showOpenDialog(): Promise<{ canceled: boolean; filePaths: string[] }> {
    const filePaths = this.chosen.shift() ?? [];
    return Promise.resolve({ canceled: filePaths.length === 0, filePaths });
  }
  showErrorBox(title: string, content: string): void {
    this.errors.push(`${title}: ${content}`);
  }
}

/** A utility process as Electron's is: it drops its streams' listeners at the exit, and its pid. */
export class FakeUtility extends EventEmitter implements UtilityApi {
  pid: number | undefined;
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly posted: unknown[] = [];
  postMessage(message: unknown): void {
    this.posted.push(message);
  }
  kill(): boolean {
    return true;
  }
  spawn(pid: number): void {
    this.pid = pid;
    this.emit('spawn');
  }
  exit(code: number): void {
    this.pid = undefined;
    this.emit('exit', code);
    this.stdout.removeAllListeners();
    this.stderr.removeAllListeners();
  }
}

export class FakeElectron implements ElectronApi {
  readonly app = new FakeApp();
  readonly defaultSession = new FakeSession();
  readonly session = { defaultSession: this.defaultSession };
  readonly ipcMain = new FakeIpc();
  readonly dialog = new FakeDialog();
  readonly powerMonitor = new EventEmitter();
  readonly windows: FakeWindow[] = [];
  readonly notifications: { title: string; body: string; shown: boolean; emitter: EventEmitter }[] = [];
  readonly schemes: unknown[] = [];
  protocolHandler: ((request: Request) => Response | Promise<Response>) | null = null;
  menu: MenuItemConstructorOptions[] = [];
  readonly external: string[] = [];
  readonly openedPaths: string[] = [];
  readonly shownFiles: string[] = [];
  readonly awake: number[] = [];
  staysAwake = true;
  readonly forks: { file: string; options: ForkOptions; utility: FakeUtility }[] = [];
  displays: { workArea: Rectangle }[] = [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }];

  readonly protocol = {
    registerSchemesAsPrivileged: (schemes: unknown[]): void => void this.schemes.push(...schemes),
    handle: (_scheme: string, handler: (request: Request) => Response | Promise<Response>): void => {
      this.protocolHandler = handler;
    },
  };
  readonly Menu = {
    setApplicationMenu: (template: MenuItemConstructorOptions[]): void => {
      this.menu = template;
    },
  };
  readonly shell = {
    openExternal: (url: string): Promise<void> => {
      this.external.push(url);
      return Promise.resolve();
    },
    openPath: (path: string): Promise<string> => {
      this.openedPaths.push(path);
      return Promise.resolve('');
    },
    showItemInFolder: (path: string): void => void this.shownFiles.push(path),
  };
  readonly screen = {
    getAllDisplays: (): { workArea: Rectangle }[] => this.displays,
    getPrimaryDisplay: (): { workArea: Rectangle } =>
      this.displays[0] ?? { workArea: { x: 0, y: 0, width: 0, height: 0 } },
  };
  readonly powerSaveBlocker = {
    start: (): number => this.awake.push(this.awake.length) - 1,
    stop: (id: number): void => void (this.awake[id] = -1),
    isStarted: (): boolean => this.staysAwake,
  };
  readonly utilityProcess = {
    fork: (file: string, _words: string[], options: ForkOptions): UtilityApi => {
      const utility = new FakeUtility();
      this.forks.push({ file, options, utility });
      return utility;
    },
  };
  newWindow(options: BrowserWindowConstructorOptions): FakeWindow {
    const window = new FakeWindow(options);
    this.windows.push(window);
    this.app.emit('web-contents-created', {}, window.webContents);
    return window;
  }
  newNotification(options: { title: string; body: string }): {
    show(): void;
    on(event: 'click', listener: () => void): unknown;
  } {
    const notification = { ...options, shown: false, emitter: new EventEmitter() };
    this.notifications.push(notification);
    return {
      show: () => {
        notification.shown = true;
      },
      on: (event, listener) => notification.emitter.on(event, listener),
    };
  }

  /** The window, which must have been opened. */
  get window(): FakeWindow {
    const window = this.windows.at(-1);
    if (window === undefined) throw new Error('no window was opened');
    return window;
  }

  /** A message's event as the window's own page sends it, or with another frame. */
  pageEvent(frame: FrameApi | null = { url: `${appAddress}#/run`, parent: null }): IpcEventApi {
    return { sender: this.window.webContents, senderFrame: frame };
  }
}
