import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { Answer, Bridge, CallInput, CallName, CallOutput, EventName, EventPayload } from './contract.ts';

/**
 * The bridge inside Electron. It runs in a sandboxed preload script, which can load nothing but 'electron': everything
 * imported from the contract here is a type and vanishes. The main process validates every call.
 */
const bridge: Bridge = {
  host: 'electron',
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<Answer<CallOutput<N>>> {
    const answer = ipcRenderer.invoke('backbench:call', name, input) as Promise<Answer<CallOutput<N>>>;
    return answer.catch(() => ({
      ok: false,
      failure: { code: 'disconnected', message: 'The Backbench service does not answer.', remedy: null },
    }));
  },
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void {
    const forward = (_event: unknown, told: EventName, payload: EventPayload<N>): void => {
      if (told === name) listener(payload);
    };
    ipcRenderer.on('backbench:event', forward);
    return () => void ipcRenderer.off('backbench:event', forward);
  },
  onConnection(listener) {
    const forward = (_event: unknown, connected: boolean): void => listener(connected);
    ipcRenderer.on('backbench:connection', forward);
    // The service may have been up before this page was: ask once for the present state.
    void ipcRenderer.invoke('backbench:connected').then(
      (connected: boolean) => listener(connected),
      () => listener(false),
    );
    return () => void ipcRenderer.off('backbench:connection', forward);
  },
  // A File that a script made itself lies nowhere: its path is empty.
  pathOfFile: (file) => webUtils.getPathForFile(file) || null,
  showFile: (path) => ipcRenderer.send('backbench:show-file', path),
};

contextBridge.exposeInMainWorld('backbench', bridge);

/**
 * The few things of the page's document that are used here. This file is type-checked among the Node code, without the
 * browser's types.
 */
interface PageDocument {
  readonly documentElement: {
    readonly lang: string;
    readonly classList: { contains(name: string): boolean };
  };
  getElementById(id: string): { readonly childElementCount: number } | null;
}
interface PageGlobals {
  readonly document: PageDocument;
  readonly location: { hash: string };
  addEventListener(name: 'DOMContentLoaded', listener: () => void): void;
  readonly MutationObserver: new (listener: () => void) => {
    observe(
      target: unknown,
      options: { attributes?: boolean; attributeFilter?: string[]; childList?: boolean },
    ): void;
  };
}
const page = globalThis as typeof globalThis & PageGlobals;

/**
 * The window's own parts (menu, dialogues, the colour before the page is there) follow the page's language and theme, and the main
 * process learns that the page has drawn something. Read off the document, so that the page needs to know nothing of its host.
 */
function tellAppearance(): void {
  const { documentElement } = page.document;
  ipcRenderer.send('backbench:appearance', {
    language: documentElement.lang,
    dark: documentElement.classList.contains('dark'),
    drawn: (page.document.getElementById('app')?.childElementCount ?? 0) > 0,
  });
}

page.addEventListener('DOMContentLoaded', () => {
  const observer = new page.MutationObserver(tellAppearance);
  observer.observe(page.document.documentElement, { attributes: true, attributeFilter: ['lang', 'class'] });
  observer.observe(page.document.getElementById('app'), { childList: true });
  tellAppearance();
});

// The native menu and the notifications lead to a page by its address.
ipcRenderer.on('backbench:go', (_event, address: string) => {
  page.location.hash = address;
});
