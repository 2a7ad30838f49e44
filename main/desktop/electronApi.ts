import type {
  AboutPanelOptionsOptions,
  BrowserWindowConstructorOptions,
  Display,
  ForkOptions,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  OpenDialogOptions,
  Rectangle,
} from 'electron';

export type {
  AboutPanelOptionsOptions,
  BrowserWindowConstructorOptions,
  ForkOptions,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  Rectangle,
};

/**
 * The part of Electron that Backbench uses, and no more. `main.ts` hands over the real thing, which the compiler checks
 * against these shapes; the tests hand over objects that only record what they are told.
 */
export interface ElectronApi {
  readonly app: AppApi;
  readonly protocol: ProtocolApi;
  readonly session: { readonly defaultSession: SessionApi };
  readonly ipcMain: IpcApi;
  readonly dialog: DialogApi;
  readonly Menu: MenuApi;
  readonly shell: ShellApi;
  readonly screen: ScreenApi;
  readonly powerMonitor: PowerMonitorApi;
  readonly powerSaveBlocker: PowerSaveBlockerApi;
  readonly utilityProcess: UtilityProcessApi;
  newWindow(options: BrowserWindowConstructorOptions): WindowApi;
  newNotification(options: { title: string; body: string }): NotificationApi;
}

export interface CancellableEvent {
  preventDefault(): void;
}

export interface GoneDetails {
  readonly reason: string;
  readonly exitCode: number;
}

export interface AppApi {
  readonly isPackaged: boolean;
  getVersion(): string;
  getPath(name: 'userData' | 'logs'): string;
  setPath(name: 'userData', path: string): void;
  getPreferredSystemLanguages(): string[];
  requestSingleInstanceLock(data?: Record<string, unknown>): boolean;
  enableSandbox(): void;
  disableHardwareAcceleration(): void;
  whenReady(): Promise<void>;
  relaunch(options?: { args?: string[] }): void;
  quit(): void;
  exit(code?: number): void;
  setAboutPanelOptions(options: AboutPanelOptionsOptions): void;
  showAboutPanel(): void;
  on(event: 'activate' | 'window-all-closed', listener: () => void): unknown;
  on(event: 'before-quit', listener: (event: CancellableEvent) => void): unknown;
  on(event: 'open-file', listener: (event: CancellableEvent, path: string) => void): unknown;
  on(
    event: 'second-instance',
    listener: (event: unknown, argv: string[], workingDirectory: string, data: unknown) => void,
  ): unknown;
  on(event: 'web-contents-created', listener: (event: unknown, contents: ContentsApi) => void): unknown;
  on(
    event: 'child-process-gone',
    listener: (event: unknown, details: GoneDetails & { type: string }) => void,
  ): unknown;
}

export interface ProtocolApi {
  registerSchemesAsPrivileged(
    schemes: {
      scheme: string;
      privileges: { standard: boolean; secure: boolean; supportFetchAPI: boolean; codeCache: boolean };
    }[],
  ): void;
  handle(scheme: string, handler: (request: Request) => Response | Promise<Response>): void;
}

export interface DownloadItemApi {
  getURL(): string;
}

export interface SessionApi {
  setPermissionRequestHandler(
    handler: (
      contents: unknown,
      permission: string,
      callback: (granted: boolean) => void,
      details: { requestingUrl: string; isMainFrame: boolean },
    ) => void,
  ): void;
  setPermissionCheckHandler(
    handler: (contents: unknown, permission: string, requestingOrigin: string) => boolean,
  ): void;
  setDevicePermissionHandler(handler: () => boolean): void;
  readonly webRequest: {
    onBeforeRequest(
      listener: (details: { url: string }, callback: (answer: { cancel?: boolean }) => void) => void,
    ): void;
  };
  on(event: 'will-download', listener: (event: CancellableEvent, item: DownloadItemApi) => void): unknown;
}

export interface FrameApi {
  readonly url: string;
  readonly parent: unknown;
}

export interface IpcEventApi {
  readonly sender: unknown;
  /** null where the frame has gone away meanwhile. */
  readonly senderFrame: FrameApi | null;
}

export interface IpcApi {
  handle(channel: string, listener: (event: IpcEventApi, ...values: unknown[]) => unknown): void;
  on(channel: string, listener: (event: IpcEventApi, ...values: unknown[]) => void): unknown;
}

export interface NavigationEvent extends CancellableEvent {
  readonly url: string;
}

export interface ContentsApi {
  send(channel: string, ...values: unknown[]): void;
  reload(): void;
  isDestroyed(): boolean;
  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void;
  on(event: 'will-navigate' | 'will-redirect', listener: (event: NavigationEvent) => void): unknown;
  on(event: 'will-frame-navigate', listener: (event: NavigationEvent) => void): unknown;
  on(event: 'will-attach-webview', listener: (event: CancellableEvent) => void): unknown;
  on(event: 'render-process-gone', listener: (event: unknown, details: GoneDetails) => void): unknown;
  on(
    event: 'did-fail-load',
    listener: (
      event: unknown,
      errorCode: number,
      errorDescription: string,
      url: string,
      isMainFrame: boolean,
    ) => void,
  ): unknown;
  on(event: 'did-finish-load', listener: () => void): unknown;
}

export interface WindowApi {
  readonly webContents: ContentsApi;
  loadURL(url: string): Promise<void>;
  show(): void;
  focus(): void;
  restore(): void;
  maximize(): void;
  destroy(): void;
  isDestroyed(): boolean;
  isFocused(): boolean;
  isMinimized(): boolean;
  isMaximized(): boolean;
  isFullScreen(): boolean;
  getNormalBounds(): Rectangle;
  setProgressBar(progress: number): void;
  on(
    event: 'closed' | 'resize' | 'move' | 'maximize' | 'unmaximize' | 'ready-to-show',
    listener: () => void,
  ): unknown;
  on(event: 'unresponsive' | 'responsive', listener: () => void): unknown;
  on(event: 'close', listener: (event: CancellableEvent) => void): unknown;
  on(event: 'session-end', listener: () => void): unknown;
}

export interface DialogApi {
  showMessageBox(options: MessageBoxOptions): Promise<{ response: number }>;
  showOpenDialog(options: OpenDialogOptions): Promise<{ canceled: boolean; filePaths: string[] }>;
  showErrorBox(title: string, content: string): void;
}

export interface MenuApi {
  setApplicationMenu(template: MenuItemConstructorOptions[]): void;
}

export interface ShellApi {
  openExternal(url: string): Promise<void>;
  openPath(path: string): Promise<string>;
  showItemInFolder(path: string): void;
}

export interface ScreenApi {
  getAllDisplays(): Pick<Display, 'workArea'>[];
  getPrimaryDisplay(): Pick<Display, 'workArea'>;
}

export interface PowerMonitorApi {
  on(event: 'suspend' | 'resume' | 'shutdown', listener: () => void): unknown;
}

export interface PowerSaveBlockerApi {
  start(type: 'prevent-app-suspension'): number;
  stop(id: number): unknown;
  isStarted(id: number): boolean;
}

export interface UtilityProcessApi {
  fork(file: string, values: string[], options: ForkOptions): UtilityApi;
}

export interface UtilityApi {
  readonly pid: number | undefined;
  readonly stdout: NodeJS.ReadableStream | null;
  readonly stderr: NodeJS.ReadableStream | null;
  postMessage(message: unknown): void;
  kill(): boolean;
  on(event: 'spawn', listener: () => void): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  on(event: 'error', listener: (type: 'FatalError', location: string, report: string) => void): unknown;
}

export interface NotificationApi {
  show(): void;
  on(event: 'click', listener: () => void): unknown;
}
