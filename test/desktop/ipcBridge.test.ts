import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { bridgePages, type Appearance, type IpcBridge } from '../../main/desktop/ipcBridge.ts';
import type { ServiceLink } from '../../main/desktop/serviceLink.ts';
import type { ServiceEvent } from '../../main/service/service.ts';
import { FakeContents, FakeElectron } from './fakeElectron.ts';
import { recordedLog } from './recordedLog.ts';

let electron: FakeElectron;
let bridge: IpcBridge;
let asked: [string, unknown][];
let tell: (event: ServiceEvent) => void;
let connect: (connected: boolean) => void;
let appearances: Appearance[];
const log = recordedLog();

beforeEach(() => {
  electron = new FakeElectron();
  electron.newWindow({});
  asked = [];
  appearances = [];
  const link: ServiceLink = {
    connected: true,
    call: (name, input) => {
      asked.push([name, input]);
      return Promise.resolve({ ok: true, value: 'answer' });
    },
    subscribe: (listener) => {
      tell = listener;
      return () => undefined;
    },
    onConnection: (listener) => {
      connect = listener;
      return () => undefined;
    },
    retry: () => undefined,
    close: () => Promise.resolve(),
  };
  bridge = bridgePages({
    ipc: electron.ipcMain,
    link,
    shell: electron.shell,
    page: () => electron.window.webContents,
    onAppearance: (appearance) => appearances.push(appearance),
    log,
  });
});

const call = (name: unknown, input: unknown, event = electron.pageEvent()) =>
  electron.ipcMain.invoke(event, 'backbench:call', name, input);

test('a call of the page reaches the service, with the contract’s defaults, and its answer the page', async () => {
  expect(await call('listRuns', {})).toEqual({ ok: true, value: 'answer' });
  expect(asked).toEqual([['listRuns', { limit: 50 }]]);
  expect(bridge.answered).toBe(1);
});

test.each([
  [
    'another window',
    () => ({ sender: new FakeContents(), senderFrame: { url: 'app://backbench/', parent: null } }),
  ],
  ['a frame within the page', () => electron.pageEvent({ url: 'app://backbench/', parent: {} })],
  ['a page of the web', () => electron.pageEvent({ url: 'https://evil.example/', parent: null })],
  [
    'an address that only looks like ours',
    () => electron.pageEvent({ url: 'app://backbench.evil/', parent: null }),
  ],
  ['a blank page', () => electron.pageEvent({ url: 'about:blank', parent: null })],
  ['a frame that is gone', () => electron.pageEvent(null)],
])('%s is refused on every channel', async (_who, eventOf) => {
  const event = eventOf();
  await expect(call('listRuns', {}, event)).rejects.toThrow('refused');
  await expect(electron.ipcMain.invoke(event, 'backbench:connected')).rejects.toThrow('refused');
  electron.ipcMain.emit('backbench:appearance', event, { language: 'en', dark: true, drawn: true });
  electron.ipcMain.emit('backbench:show-file', event, '/models/a.onnx');
  expect(asked).toEqual([]);
  expect(appearances).toEqual([]);
  expect(electron.shownFiles).toEqual([]);
});

test('a model file of this machine is shown in its folder, and nothing else', () => {
  const others = [
    'a.onnx',
    '/etc/passwd',
    '//host/share/a.onnx',
    '\\\\host\\share\\a.onnx',
    '',
    7,
    null,
    undefined,
  ];
  for (const path of others) electron.ipcMain.emit('backbench:show-file', electron.pageEvent(), path);
  expect(electron.shownFiles).toEqual([]);
  const path = join(import.meta.dirname, 'a.onnx');
  electron.ipcMain.emit('backbench:show-file', electron.pageEvent(), path);
  expect(electron.shownFiles).toEqual([path]);
});

test.each(['nonsense', '__proto__', 'constructor', 'toString', '', 7, null, undefined, {}, ['listRuns']])(
  'a call named %j is not in the contract',
  async (name) => {
    expect(await call(name, {})).toMatchObject({ ok: false, failure: { code: 'unknown-call' } });
    expect(asked).toEqual([]);
  },
);

test.each([
  ['getRun', {}],
  ['getRun', { runId: 7 }],
  ['getRun', null],
  ['listRuns', { limit: -1 }],
  ['startRun', { models: [], batches: [1], provider: 'cpu' }],
  ['startRun', { models: ['x'], batches: [1], provider: 'rm -rf' }],
])('%s with %j never reaches the service', async (name, input) => {
  expect(await call(name, input)).toMatchObject({ ok: false, failure: { code: 'invalid-input' } });
  expect(asked).toEqual([]);
});

test('what is not in the schema is dropped on the way', async () => {
  await call('getRun', { runId: 'a', more: 'b' });
  expect(asked).toEqual([['getRun', { runId: 'a' }]]);
});

test('a message with more than a call needs is refused', async () => {
  const answer = await electron.ipcMain.invoke(
    electron.pageEvent(),
    'backbench:call',
    'listRuns',
    {},
    'more',
  );
  expect(answer).toMatchObject({ ok: false });
});

test('events and the state of the connection are told to the page', async () => {
  connect(false);
  tell({ name: 'progress', payload: { runId: 'r' } as never });
  expect(electron.window.webContents.sent).toEqual([
    ['backbench:connection', false],
    ['backbench:event', 'progress', { runId: 'r' }],
  ]);
  expect(await electron.ipcMain.invoke(electron.pageEvent(), 'backbench:connected')).toBe(true);
});

test('a page’s appearance is parsed; an unknown language falls back, nonsense is dropped', () => {
  const event = electron.pageEvent();
  electron.ipcMain.emit('backbench:appearance', event, { language: 'zh-CN', dark: true, drawn: false });
  electron.ipcMain.emit('backbench:appearance', event, { language: 'xx', dark: false, drawn: true });
  electron.ipcMain.emit('backbench:appearance', event, { language: 'en', dark: 'yes' });
  electron.ipcMain.emit('backbench:appearance', event);
  expect(appearances).toEqual([
    { language: 'zh-CN', dark: true, drawn: false },
    { language: 'en', dark: false, drawn: true },
  ]);
});
