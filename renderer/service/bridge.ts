import type { Bridge } from '../../preload/contract.ts';
import { createBrowserBridge, takeToken } from '../../preload/browser.ts';

declare global {
  interface Window {
    /** Put there by preload/electron.ts; absent in a browser. */
    backbench?: Bridge;
  }
}

/** The one way to the service. Loaded before the router, which must not see the token in the address. */
export const bridge: Bridge =
  window.backbench ?? createBrowserBridge(takeToken(window.location, window.sessionStorage, window.history));
