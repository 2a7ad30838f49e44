import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge, CallInput, CallName, EventName, EventPayload } from './contract.ts';

/**
 * The bridge inside Electron. It runs in a sandboxed preload script, which can load nothing but 'electron': everything
 * imported from the contract here is a type and vanishes. The main process validates every call.
 */
const bridge: Bridge = {
  host: 'electron',
  call<N extends CallName>(name: N, input: CallInput<N>) {
    return ipcRenderer.invoke('backbench:call', name, input) as ReturnType<Bridge['call']> as never;
  },
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void {
    const forward = (_event: unknown, told: EventName, payload: EventPayload<N>): void => {
      if (told === name) listener(payload);
    };
    ipcRenderer.on('backbench:event', forward);
    return () => ipcRenderer.off('backbench:event', forward);
  },
  onConnection(listener) {
    const forward = (_event: unknown, connected: boolean): void => listener(connected);
    ipcRenderer.on('backbench:connection', forward);
    // The service may have been up before this page was: ask once for the present state.
    void ipcRenderer.invoke('backbench:connected').then((connected: boolean) => listener(connected));
    return () => ipcRenderer.off('backbench:connection', forward);
  },
};

contextBridge.exposeInMainWorld('backbench', bridge);
