import { beforeEach, expect, test } from 'vitest';
import { externalAddress } from '../../main/desktop/externalLinks.ts';
import { guardContents, guardSession } from '../../main/desktop/guards.ts';
import { FakeContents, FakeElectron, FakeEvent } from './fakeElectron.ts';
import { recordedLog } from './recordedLog.ts';

const electron = new FakeElectron();
const session = electron.defaultSession;
const log = recordedLog();
guardSession(session, log);
let contents: FakeContents;
beforeEach(() => {
  contents = new FakeContents();
  electron.external.length = 0;
  guardContents(contents, electron.shell, log);
});

function granted(permission: string, requestingUrl: string, isMainFrame = true): boolean {
  let answer: boolean | undefined;
  session.permissionRequest?.({}, permission, (allowed) => (answer = allowed), {
    requestingUrl,
    isMainFrame,
  });
  expect(session.permissionCheck?.({}, permission, requestingUrl) === true || answer === false).toBe(true);
  return answer === true;
}

test.each([
  'notifications',
  'media',
  'geolocation',
  'clipboard-read',
  'openExternal',
  'usb',
  'fileSystem',
  'unknown',
])('the permission %s is denied, to our own page as well', (permission) => {
  expect(granted(permission, 'app://backbench/index.html')).toBe(false);
  expect(session.permissionCheck?.({}, permission, 'app://backbench/')).toBe(false);
});

test('our own page may put text on the clipboard; nobody else, and no frame within it', () => {
  expect(granted('clipboard-sanitized-write', 'app://backbench/index.html')).toBe(true);
  expect(granted('clipboard-sanitized-write', 'https://evil.example/')).toBe(false);
  expect(granted('clipboard-sanitized-write', 'app://backbench/index.html', false)).toBe(false);
});

test('no device is granted', () => expect(session.devicePermission?.()).toBe(false));

test.each([
  ['https://example.org/x.js', true],
  ['http://127.0.0.1:5000/', true],
  ['ws://127.0.0.1/', true],
  ['file:///etc/passwd', true],
  ['nonsense', true],
  ['app://backbench/assets/a.js', false],
  ['blob:app://backbench/1', false],
  ['data:image/png;base64,AA==', false],
])('a request to %s is cancelled: %s', (url, cancelled) => {
  let cancel: boolean | undefined;
  session.beforeRequest?.({ url }, (answer) => (cancel = answer.cancel));
  expect(cancel).toBe(cancelled);
});

test('a page may save what it made itself, and nothing from elsewhere', () => {
  const download = (url: string): boolean => {
    const event = new FakeEvent();
    session.emit('will-download', event, { getURL: () => url });
    return !event.prevented;
  };
  expect(download('blob:app://backbench/5d0b')).toBe(true);
  expect(download('blob:https://evil.example/5d0b')).toBe(false);
  expect(download('https://evil.example/x.exe')).toBe(false);
  expect(download('data:text/html,x')).toBe(false);
});

test.each(['will-navigate', 'will-redirect', 'will-frame-navigate'] as const)(
  '%s stays within the app',
  (event) => {
    expect(contents.navigate(event, 'https://example.org/')).toBe(true);
    expect(contents.navigate(event, 'file:///etc/passwd')).toBe(true);
    expect(contents.navigate(event, 'javascript:alert(1)')).toBe(true);
    expect(contents.navigate(event, 'app://backbench/index.html#/run')).toBe(false);
  },
);

test('no window opens; a link of the list goes to the system’s browser, any other nowhere', () => {
  expect(contents.openWindow({ url: 'https://arxiv.org/abs/1810.00736' })).toEqual({ action: 'deny' });
  expect(contents.openWindow({ url: 'https://evil.example/' })).toEqual({ action: 'deny' });
  expect(contents.openWindow({ url: 'app://backbench/' })).toEqual({ action: 'deny' });
  expect(electron.external).toEqual(['https://arxiv.org/abs/1810.00736']);
});

test('a webview is never attached', () => {
  const event = new FakeEvent();
  contents.emit('will-attach-webview', event);
  expect(event.prevented).toBe(true);
});

test.each([
  'http://arxiv.org/',
  'https://arxiv.org.evil.example/',
  'https://evil.example/?https://arxiv.org/',
  'https://user:word@arxiv.org/',
  'https://arxiv.org:8443/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'ms-settings:',
  '',
])('the link %s is handed to nobody', (address) => expect(externalAddress(address)).toBeNull());

test('a browser that cannot be started is a line in the log', async () => {
  const failing = new FakeContents();
  guardContents(failing, { openExternal: () => Promise.reject(new Error('no browser')) }, log);
  failing.openWindow({ url: 'https://github.com/' });
  await new Promise((resolve) => setImmediate(resolve));
  expect(log.lines.at(-1)).toContain('no browser');
});
