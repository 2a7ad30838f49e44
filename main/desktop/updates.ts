import type { Log } from './log.ts';

export type UpdateState =
  /** This build has no feed: it was not packaged, or packaged without one. */
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'idle' }
  | { readonly kind: 'checking' }
  | { readonly kind: 'none' }
  | { readonly kind: 'fetching'; readonly version: string }
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** What is used of electron-updater. */
export interface UpdaterApi {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  checkForUpdates(): Promise<unknown>;
  downloadUpdate(): Promise<unknown>;
  quitAndInstall(): void;
  on(event: 'update-available' | 'update-downloaded', listener: (info: { version: string }) => void): unknown;
  on(event: 'update-not-available', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export interface Updates {
  readonly state: UpdateState;
  /** Looks for a newer version and fetches it; resolves to false where a run forbids that now. */
  check(): Promise<boolean>;
  /** Ends the app and starts the version that was fetched. */
  install(): void;
}

/**
 * Updates over electron-updater's generic feed. Off until a person turns them on, and never while something is measured: a download
 * would be in the numbers. Nothing is installed without being asked for.
 */
export function openUpdates(options: {
  /** null where this build has no feed. */
  updater: UpdaterApi | null;
  measuring: () => boolean;
  onChange: (state: UpdateState) => void;
  log: Log;
}): Updates {
  const { updater, measuring, onChange, log } = options;
  let state: UpdateState = { kind: updater === null ? 'unavailable' : 'idle' };
  const become = (next: UpdateState): void => {
    state = next;
    onChange(next);
  };
  const fail = (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    log.write('updates', reason);
    become({ kind: 'failed', reason });
  };

  if (updater !== null) {
    updater.autoDownload = false;
    updater.autoInstallOnAppQuit = false;
    updater.on('update-not-available', () => become({ kind: 'none' }));
    updater.on('update-downloaded', ({ version }) => become({ kind: 'ready', version }));
    updater.on('error', fail);
    updater.on('update-available', ({ version }) => {
      // A run may have begun while the feed was asked.
      if (measuring()) return become({ kind: 'idle' });
      become({ kind: 'fetching', version });
      updater.downloadUpdate().catch(fail);
    });
  }

  return {
    get state() {
      return state;
    },
    async check() {
      if (updater === null || state.kind === 'checking' || state.kind === 'fetching') return true;
      if (measuring()) return false;
      become({ kind: 'checking' });
      await updater.checkForUpdates().catch(fail);
      return true;
    },
    install() {
      if (state.kind === 'ready') updater?.quitAndInstall();
    },
  };
}
