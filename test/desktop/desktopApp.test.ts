import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runDesktop } from '../../main/desktop/desktopApp.ts';
import type { MenuItemConstructorOptions } from '../../main/desktop/electronApi.ts';
import { writeConvolution } from '../measure/tinyModels.ts';
import { FakeElectron, FakeEvent, type FakeWindow } from './fakeElectron.ts';
import { nodeLaunchers } from './nodeLaunchers.ts';
import type { Answer, CallInput, CallName, CallOutput } from '../../preload/contract.ts';

/** The whole app, with the real service, store and workers behind, and Electron's objects recorded. */
let folder: string;
let renderer: string;
let electron: FakeElectron;
let lives: { kill(): void }[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backbench-desktop-'));
  renderer = join(folder, 'renderer');
  mkdirSync(renderer);
  writeFileSync(join(renderer, 'index.html'), '<!doctype html>');
  electron = new FakeElectron();
  lives = [];
});
afterEach(async () => {
  // Ended and not only killed: the app would start its service again, which would make the removed folder anew.
  const ended = () => electron.app.exitCode !== null || electron.app.told.includes('has quit');
  electron.powerMonitor.emit('shutdown');
  await vi.waitUntil(ended, { timeout: 5000 }).catch(() => undefined);
  for (const life of lives) life.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

const data = () => join(folder, 'data');
const stored = () => join(data(), 'desktop', 'window.json');

async function start(words: string[] = []): Promise<void> {
  const running = runDesktop({
    electron,
    files: {
      serviceHost: join(import.meta.dirname, '..', '..', 'main', 'desktop', 'serviceHost.ts'),
      preload: '/app/preload.cjs',
      renderer,
      icon: '/app/icon.png',
      licences: join(import.meta.dirname, '..', '..', 'LICENSE'),
    },
    words: ['--data-dir', data(), ...words],
    workingDirectory: folder,
    defects: new EventEmitter(),
    loadUpdater: () => Promise.resolve(null),
    launchers: {
      workers: nodeLaunchers.workers,
      services: {
        launch: (...values) => {
          const life = nodeLaunchers.services.launch(...values);
          lives.push(life);
          return life;
        },
      },
    },
  });
  electron.app.ready.resolve();
  await running;
}

/** What the preload script tells once the page has drawn. */
function drawn(language = 'en'): void {
  electron.ipcMain.emit('backbench:appearance', electron.pageEvent(), { language, dark: false, drawn: true });
}

async function ask<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const answer = (await electron.ipcMain.invoke(
    electron.pageEvent(),
    'backbench:call',
    name,
    input,
  )) as Answer<CallOutput<N>>;
  if (!answer.ok) throw new Error(answer.failure.message);
  return answer.value;
}

function item(
  label: string,
  items: MenuItemConstructorOptions[] = electron.menu,
): MenuItemConstructorOptions | null {
  for (const entry of items) {
    if (entry.label === label) return entry;
    const found = Array.isArray(entry.submenu) ? item(label, entry.submenu) : null;
    if (found !== null) return found;
  }
  return null;
}

function press(label: string, checked?: boolean): void {
  const found = item(label);
  if (found?.click === undefined) throw new Error(`no item ${label}`);
  (found.click as (item: { checked: boolean | undefined }) => void)({ checked });
}

const until = (met: () => boolean) => vi.waitUntil(met, { timeout: 30_000, interval: 20 });
const went = (window: FakeWindow) =>
  window.webContents.sent.filter(([channel]) => channel === 'backbench:go').map(([, page]) => page);

const longRun = {
  models: ['squeezenet1_1'],
  batches: [1],
  provider: 'cpu',
  inputSize: 64,
  plan: {
    minProcesses: 1,
    maxProcesses: 1,
    minSamples: 100_000,
    maxSamples: 100_000,
    maxSecondsPerProcess: 600,
    maxWarmUpSeconds: 0,
    relativeHalfWidth: 0.001,
  },
} satisfies CallInput<'startRun'>;

const shortRun = {
  ...longRun,
  plan: { ...longRun.plan, minSamples: 5, maxSamples: 5, maxSecondsPerProcess: 1 },
} satisfies CallInput<'startRun'>;

test('what must come before Electron is ready does: data folder, lock, sandbox, scheme', async () => {
  const running = start();
  expect(electron.app.paths.get('userData')).toBe(join(data(), 'desktop'));
  expect(electron.app.told).toEqual(['enableSandbox', 'whenReady']);
  expect(electron.schemes).toMatchObject([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
  await running;
});

test('the window has every switch of Electron’s security checklist on the safe side', async () => {
  await start();
  expect(electron.window.options.webPreferences).toEqual({
    preload: '/app/preload.cjs',
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
    spellcheck: false,
    devTools: false,
  });
  expect(electron.window.loaded).toEqual(['app://backbench/index.html']);
  const page = await electron.protocolHandler?.(new Request('app://backbench/index.html'));
  expect(page?.headers.get('Content-Security-Policy')).toContain("default-src 'self'");
  expect(electron.window.webContents.navigate('will-navigate', 'https://example.org/')).toBe(true);
  expect(electron.defaultSession.permissionCheck?.({}, 'media', 'app://backbench/')).toBe(false);
});

test('a second start of the same data folder ends at once, and touches nothing', async () => {
  electron.app.firstInstance = false;
  await start();
  expect(electron.app.exitCode).toBe(0);
  expect(electron.windows).toEqual([]);
  expect(lives).toEqual([]);
});

test('a second start hands its file and page to the first, which comes to the front', async () => {
  await start();
  drawn();
  const model = join(folder, 'own model.onnx');
  renameSync(writeConvolution(folder), model);
  electron.window.minimized = true;
  electron.app.emit('second-instance', {}, ['backbench', '--page', '/charts', 'own model.onnx'], folder, {});
  expect(electron.window.told).toEqual(['restore', 'show', 'focus', 'restore', 'show', 'focus']);
  await until(() => went(electron.window).length === 2);
  const [page, opened] = went(electron.window);
  expect(page).toBe('/charts');
  expect(opened).toMatch(/^\/run\?models=own%3Aown\+model-[0-9a-f]{6}$/);
  const [own] = await ask('listOwnModels', {});
  expect(own?.path).toBe(model);
});

test('a file double-clicked before the app is ready opens once it is', async () => {
  const model = join(folder, 'early.onnx');
  renameSync(writeConvolution(folder), model);
  const running = start();
  const event = new FakeEvent();
  electron.app.emit('open-file', event, model);
  expect(event.prevented).toBe(true);
  await running;
  await until(() => electron.window.told.includes('focus'));
  drawn();
  await until(() => went(electron.window).length === 1);
  expect(went(electron.window)[0]).toContain('own%3Aearly');
});

test.each([
  ['broken.onnx', Buffer.from('this is no model')],
  ['empty.onnx', Buffer.alloc(0)],
  ['hostile.onnx', Buffer.alloc(100_000, 0xff)],
  ['broken.backbench', Buffer.from('this is no bundle')],
  ['empty.backbench', Buffer.alloc(0)],
])('%s opened by double click is a sentence, not a crash', async (name, bytes) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  electron.dialog.presses.push(0);
  await start([path]);
  await until(() => electron.dialog.boxes.length === 1);
  expect(electron.dialog.boxes[0]?.message).toBe(`${name} could not be opened.`);
  expect(electron.dialog.boxes[0]?.detail).not.toBe('');
  expect(await ask('listOwnModels', {})).toEqual([]);
});

test('a bundle opened by double click is imported, and its page opens', async () => {
  await start();
  drawn();
  const { runId } = await ask('startRun', shortRun);
  await until(() => electron.notifications.length === 1);
  const { base64 } = await ask('exportBundle', { machineId: null, runId });
  const bundle = join(folder, 'results.backbench');
  writeFileSync(bundle, Buffer.from(base64, 'base64'));
  electron.dialog.presses.push(0);
  electron.app.emit('second-instance', {}, ['backbench', bundle], folder, {});
  await until(() => electron.dialog.boxes.length === 1);
  expect(electron.dialog.boxes[0]).toMatchObject({
    message: 'results.backbench',
    detail: 'New results: 0. Here before: 1.',
  });
  expect(went(electron.window)).toContain('/data');
});

test('a run shows on the taskbar, keeps the system awake, and is announced at its end when nobody looks', async () => {
  await start();
  drawn();
  expect(item('Cancel the run …')?.enabled).toBe(false);
  const { runId } = await ask('startRun', shortRun);
  await until(() => electron.awake.length === 1);
  expect(item('Cancel the run …')?.enabled).toBe(true);
  expect((await ask('hardware', {})).machine.power.keptAwake).toBe(true);
  expect(electron.window.progress).toBeGreaterThanOrEqual(0);
  await until(() => electron.notifications.length === 1);
  expect(electron.awake).toEqual([-1]);
  expect(electron.window.progress).toBe(-1);
  expect(electron.notifications).toMatchObject([
    { title: 'The run is done', body: '1 measured', shown: true },
  ]);
  electron.notifications[0]?.emitter.emit('click');
  expect(went(electron.window)).toEqual([`/runs/${runId}`]);
});

test('no notification where the window is looked at, or where they are turned off', async () => {
  await start();
  drawn();
  electron.window.focused = true;
  const end = async (runId: string) => {
    while ((await ask('getRun', { runId })).state === 'active')
      await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await end((await ask('startRun', shortRun)).runId);
  electron.window.focused = false;
  press('Notify when a run ends', false);
  await end((await ask('startRun', shortRun)).runId);
  await until(() => electron.awake.every((held) => held === -1));
  expect(electron.notifications).toEqual([]);
});

test('quitting in mid-run asks; staying stays, and quitting keeps the run for the next start', async () => {
  await start();
  drawn();
  const { runId } = await ask('startRun', longRun);
  await until(() => electron.awake.length === 1);

  electron.dialog.presses.push(0);
  const close = new FakeEvent();
  electron.window.emit('close', close);
  expect(close.prevented).toBe(true);
  await until(() => electron.dialog.boxes.length === 1);
  expect(electron.dialog.boxes[0]).toMatchObject({
    message: 'A run is under way.',
    defaultId: 0,
    cancelId: 0,
  });
  expect((await ask('getRun', { runId })).state).toBe('active');

  electron.dialog.presses.push(1);
  electron.app.quit();
  await until(() => electron.app.told.includes('has quit'));

  // The next start goes on with it.
  electron = new FakeElectron();
  await start();
  await until(() => electron.awake.length === 1);
  expect((await ask('getRun', { runId })).state).toBe('active');
});

test('without a run the app quits unasked, and the service has closed its store', async () => {
  await start();
  drawn();
  await ask('listRuns', {});
  electron.app.quit();
  await until(() => electron.app.told.includes('has quit'));
  expect(electron.dialog.boxes).toEqual([]);
  // SQLite removes its WAL when the last connection closes in order.
  expect(existsSync(join(data(), 'backbench.sqlite-wal'))).toBe(false);
});

test('a shutdown of the system does not ask', async () => {
  await start();
  drawn();
  await ask('startRun', longRun);
  await until(() => electron.awake.length === 1);
  electron.powerMonitor.emit('shutdown');
  await until(() => electron.app.told.includes('has quit'));
  expect(electron.dialog.boxes).toEqual([]);
});

test('cancelling from the menu asks first', async () => {
  await start();
  drawn();
  const { runId } = await ask('startRun', longRun);
  await until(() => item('Cancel the run …')?.enabled === true);
  electron.dialog.presses.push(1);
  press('Cancel the run …');
  await until(() => electron.awake[0] === -1);
  expect((await ask('getRun', { runId })).state).toBe('cancelled');
});

test('a service that dies is told to the page as a lost connection and as its return', async () => {
  await start();
  drawn();
  await ask('listRuns', {});
  lives[0]?.kill();
  const told = () =>
    electron.window.webContents.sent
      .filter(([channel]) => channel === 'backbench:connection')
      .map(([, state]) => state);
  await until(() => told().at(-1) === true && told().includes(false));
  expect(await ask('listRuns', {})).toEqual([]);
});

test('a data folder that cannot be used is told with its remedy; another one can be chosen', async () => {
  writeFileSync(data(), 'a file where the folder should be');
  electron.dialog.presses.push(2, 1);
  electron.dialog.chosen.push(['/another/folder']);
  await start();
  await until(() => electron.app.exitCode !== null);
  expect(electron.dialog.boxes[0]?.message).toContain(data());
  expect(electron.dialog.boxes[0]?.buttons).toHaveLength(4);
  expect(electron.openedPaths).toHaveLength(1);
  expect(electron.app.relaunchedWith).toEqual(['--data-dir', '/another/folder']);
});

test.each([
  ['damaged', '{{{', 'The window’s settings were damaged and begin anew.'],
  [
    'newer',
    '{"version":99}',
    'The window’s settings were written by a newer Backbench and are left as they are.',
  ],
])('%s settings are told, and the window opens', async (_kind, text, message) => {
  mkdirSync(join(data(), 'desktop'), { recursive: true });
  writeFileSync(stored(), text);
  await start();
  expect(electron.windows).toHaveLength(1);
  expect(electron.dialog.boxes.map((box) => box.message)).toContain(message);
});

test('the window opens where it was left, in the page’s language and colours', async () => {
  await start();
  electron.window.bounds = { x: 50, y: 60, width: 1200, height: 700 };
  electron.ipcMain.emit('backbench:appearance', electron.pageEvent(), {
    language: 'zh-CN',
    dark: true,
    drawn: true,
  });
  expect(electron.menu[0]?.label).toBe('文件');
  electron.window.emit('close', new FakeEvent());
  await until(() => electron.app.told.includes('has quit'));

  electron = new FakeElectron();
  await start();
  expect(electron.window.options).toMatchObject({
    x: 50,
    y: 60,
    width: 1200,
    height: 700,
    backgroundColor: '#12151a',
  });
  expect(electron.menu[0]?.label).toBe('文件');
  expect(JSON.parse(readFileSync(stored(), 'utf8'))).toMatchObject({ version: 1, language: 'zh-CN' });
});

test('a remembered place on a display that has gone does not hide the window', async () => {
  mkdirSync(join(data(), 'desktop'), { recursive: true });
  const window = { x: 5000, y: 300, width: 1200, height: 700, maximized: false };
  writeFileSync(stored(), JSON.stringify({ version: 1, window }));
  await start();
  expect(electron.window.options).toMatchObject({ x: 280, y: 80 });
});

test('a crashed page is loaded again, and a person is asked when it keeps crashing', async () => {
  await start();
  drawn();
  const { webContents } = electron.window;
  const crash = () => webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
  crash();
  crash();
  expect(webContents.reloads).toBe(2);
  electron.dialog.presses.push(0);
  crash();
  await until(() => webContents.reloads === 3);
  expect(electron.dialog.boxes.map((box) => box.message)).toEqual([
    'The window’s page has crashed several times.',
  ]);
});

test('a page that does not load is told, never left blank', async () => {
  await start();
  electron.dialog.presses.push(0);
  electron.window.webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', 'app://backbench/', true);
  await until(() => electron.window.webContents.reloads === 1);
  expect(electron.dialog.boxes[0]?.message).toBe('The window’s page does not start.');
  // A frame's failure, and a load that another one replaced, are nobody's business.
  electron.window.webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', 'app://backbench/x', false);
  electron.window.webContents.emit('did-fail-load', {}, -3, 'ERR_ABORTED', 'app://backbench/', true);
  expect(electron.dialog.boxes).toHaveLength(1);
});

test('a page that loads and draws nothing is told as well', async () => {
  await start();
  vi.useFakeTimers();
  try {
    electron.window.webContents.emit('did-finish-load');
    vi.advanceTimersByTime(21_000);
    expect(electron.dialog.boxes[0]?.message).toBe('The window’s page does not start.');
  } finally {
    vi.useRealTimers();
  }
});

test('a GPU process that keeps dying turns drawing without it on for the next start', async () => {
  await start();
  for (let i = 0; i < 3; i++)
    electron.app.emit('child-process-gone', {}, { type: 'GPU', reason: 'crashed', exitCode: 139 });
  electron.app.quit();
  await until(() => electron.app.told.includes('has quit'));
  electron = new FakeElectron();
  await start();
  expect(electron.app.told).toContain('disableHardwareAcceleration');
});

test('--page opens at an address, and a menu item leads to one', async () => {
  await start(['--page', '/recommend?fps=30']);
  expect(electron.window.loaded).toEqual(['app://backbench/index.html#/recommend?fps=30']);
  drawn();
  press('Charts');
  expect(went(electron.window)).toEqual(['/charts']);
});

test('whoever started the app learns that its window is there', async () => {
  const ready = join(folder, 'ready');
  await start(['--ready-file', ready]);
  expect(existsSync(ready)).toBe(false);
  electron.window.emit('ready-to-show');
  expect(electron.window.told).toContain('show');
  expect(existsSync(ready)).toBe(true);
});

test('--smoke detects, measures one tiny model and ends with 0', async () => {
  await start(['--smoke']);
  drawn();
  await ask('listRuns', {});
  await vi.waitUntil(() => electron.app.exitCode !== null, { timeout: 60_000 });
  const log = readFileSync(join(data(), 'desktop', 'logs', 'backbench.log'), 'utf8');
  expect(log).toMatch(/smoke passed: .+: squeezenet1_1 at 64 px in \d+\.\d\d ms/);
  expect(electron.app.exitCode).toBe(0);
});

test('--smoke in a folder that cannot be used ends with 1', async () => {
  writeFileSync(data(), 'a file where the folder should be');
  await start(['--smoke']);
  await until(() => electron.app.exitCode !== null);
  expect(electron.app.exitCode).toBe(1);
  expect(electron.dialog.boxes).toEqual([]);
});
