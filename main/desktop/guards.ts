import { isAppAddress } from './appProtocol.ts';
import type { ContentsApi, SessionApi, ShellApi } from './electronApi.ts';
import { externalAddress } from './externalLinks.ts';
import type { Log } from './log.ts';

/**
 * The one permission that a page of ours gets: putting text on the clipboard after a click, for "copy as CSV". Reading the clipboard,
 * notifications (the app shows its own), devices, sensors and everything else are denied.
 */
const granted = 'clipboard-sanitized-write';

/** Schemes that a page may ask for: our own, and what it makes itself. devtools: exists in a development build only. */
const localSchemes = ['app:', 'blob:', 'data:', 'devtools:'];

/** Closes the session: no permission, no device, no network, no download but of the page's own making. */
export function guardSession(session: SessionApi, log: Log): void {
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    const allowed = permission === granted && details.isMainFrame && isAppAddress(details.requestingUrl);
    if (!allowed) log.write('security', `denied ${permission} to ${details.requestingUrl}`);
    callback(allowed);
  });
  session.setPermissionCheckHandler(
    (_contents, permission, requestingOrigin) => permission === granted && isAppAddress(requestingOrigin),
  );
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, callback) => {
    const cancel = !localSchemes.includes(schemeOf(details.url));
    if (cancel) log.write('security', `blocked a request to ${details.url}`);
    callback({ cancel });
  });
  session.on('will-download', (event, item) => {
    const address = item.getURL();
    if (address.startsWith('blob:') && isAppAddress(address.slice('blob:'.length))) return;
    log.write('security', `blocked a download of ${address}`);
    event.preventDefault();
  });
}

/** Keeps every page, whoever made it, on our own addresses: no navigation away, no new window, no webview. */
export function guardContents(contents: ContentsApi, shell: Pick<ShellApi, 'openExternal'>, log: Log): void {
  const stay = (event: { url: string; preventDefault(): void }): void => {
    if (isAppAddress(event.url)) return;
    log.write('security', `blocked a navigation to ${event.url}`);
    event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    const address = externalAddress(url);
    if (address === null) log.write('security', `blocked a window for ${url}`);
    else void shell.openExternal(address).catch((error: unknown) => log.write('links', String(error)));
    return { action: 'deny' };
  });
}

function schemeOf(address: string): string {
  try {
    return new URL(address).protocol;
  } catch {
    return '';
  }
}
