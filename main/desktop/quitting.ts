import type { AppApi, CancellableEvent, DialogApi } from './electronApi.ts';
import type { RunWatch } from './runWatch.ts';
import type { ServiceLink } from './serviceLink.ts';
import type { Texts } from './texts/texts.ts';

export interface Quitting {
  /** Whether the app is on its way out: nothing is to be asked or restarted any more. */
  readonly underWay: boolean;
  /** Handles a window's `close` where that ends the app. */
  onWindowClose(event: CancellableEvent): void;
  /** The session ends (log-out, shutdown): there is no time to ask. */
  onSessionEnd(): void;
}

/**
 * Ends the app in order: asks while a run is under way, lets the service keep what was measured and close its database, then quits.
 * However the app is asked to quit, it comes through here.
 */
export function quitInOrder(options: {
  app: AppApi;
  dialog: DialogApi;
  link: ServiceLink;
  runs: RunWatch;
  texts: () => Texts;
}): Quitting {
  const { app, dialog, link, runs, texts } = options;
  let state: 'open' | 'asking' | 'closing' | 'closed' = 'open';

  const closeAndQuit = async (): Promise<void> => {
    state = 'closing';
    await link.close();
    state = 'closed';
    app.quit();
  };
  const ask = async (): Promise<void> => {
    state = 'asking';
    const { message, detail, stay, quit } = texts().quit;
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message,
      detail,
      buttons: [stay, quit],
      defaultId: 0,
      cancelId: 0,
    });
    if (response === 1) await closeAndQuit();
    else state = 'open';
  };
  const begin = (): void => {
    if (state !== 'open') return;
    if (runs.activity !== null) void ask();
    else void closeAndQuit();
  };

  app.on('before-quit', (event) => {
    if (state === 'closed') return;
    event.preventDefault();
    begin();
  });
  return {
    get underWay() {
      return state === 'closing' || state === 'closed';
    },
    onWindowClose(event) {
      if (state === 'closed') return;
      event.preventDefault();
      begin();
    },
    onSessionEnd() {
      if (state === 'open' || state === 'asking') void closeAndQuit();
    },
  };
}
