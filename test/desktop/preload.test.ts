import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bridge } from '../../preload/contract.ts';
import { buildPreload } from '../../main/desktop/packaging/buildPreload.ts';

/** What the built script asked of Electron, and what it exposed to the page. */
interface Loaded {
  readonly required: string[];
  readonly exposed: Map<string, unknown>;
  readonly invoked: unknown[][];
  readonly listeners: Map<string, ((...args: unknown[]) => void)[]>;
}

let folder: string;
let code: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'backbench-preload-'));
  await buildPreload(join(import.meta.dirname, '..', '..'), folder);
  code = readFileSync(join(folder, 'preload.cjs'), 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the script as a sandboxed renderer does: with a `require` that knows Electron alone, and no Node around it. */
function load({ answers = true } = {}): Loaded {
  const loaded: Loaded = { required: [], exposed: new Map(), invoked: [], listeners: new Map() };
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name: string, api: unknown) => loaded.exposed.set(name, api),
    },
    ipcRenderer: {
      invoke: (...args: unknown[]) => {
        loaded.invoked.push(args);
        return answers ? Promise.resolve({ ok: true, value: null }) : Promise.reject(new Error('no handler'));
      },
      on: (channel: string, listener: (...args: unknown[]) => void) => {
        loaded.listeners.set(channel, [...(loaded.listeners.get(channel) ?? []), listener]);
      },
      off: (channel: string, listener: (...args: unknown[]) => void) => {
        const left = (loaded.listeners.get(channel) ?? []).filter((other) => other !== listener);
        loaded.listeners.set(channel, left);
      },
      send: () => undefined,
    },
    webUtils: { getPathForFile: () => '/somewhere/model.onnx' },
  };
  const module = { exports: {} };
  runInNewContext(code, {
    module,
    exports: module.exports,
    require: (name: string) => {
      loaded.required.push(name);
      if (name !== 'electron') throw new Error(`a sandboxed preload cannot load ${name}`);
      return electron;
    },
    addEventListener: () => undefined,
  });
  return loaded;
}

test('is one file that asks for electron and nothing else', () => {
  expect(readdirSync(folder)).toEqual(['preload.cjs']);
  expect(new Set(load().required)).toEqual(new Set(['electron']));
  expect(code).not.toMatch(/\bimport\s*\(|^import\s|\bprocess\.|\beval\(|new Function/m);
});

/** A name too many is a hole, one too few a page that stands still. */
const bridgeNames = [
  'call',
  'host',
  'on',
  'onConnection',
  'pathOfFile',
  'showFile',
] satisfies (keyof Bridge)[];

test('exposes exactly the bridge of the contract', () => {
  const { exposed } = load();
  expect(Object.keys(exposed.get('backbench') as object).sort()).toEqual(bridgeNames);
  expect([...exposed.keys()]).toEqual(['backbench']);
});

test('hands calls on, and tells the page neither Electron’s event nor anything of it', async () => {
  const { exposed, invoked, listeners } = load();
  const bridge = exposed.get('backbench') as Bridge;
  await bridge.call('listRuns', {});
  expect(invoked).toContainEqual(['backbench:call', 'listRuns', {}]);
  const told: unknown[][] = [];
  const stop = bridge.on('runChanged', (...args) => told.push(args));
  const sender = { send: () => 'an Electron object' };
  const send = (channel: string, ...args: unknown[]) =>
    listeners.get(channel)?.forEach((listener) => listener({ sender }, ...args));
  send('backbench:event', 'runChanged', { id: 'r' });
  send('backbench:event', 'storeTrouble', null);
  stop();
  send('backbench:event', 'runChanged', { id: 'later' });
  expect(told).toEqual([[{ id: 'r' }]]);
});

test('a main process that does not answer is a failure of the contract, not an exception', async () => {
  const bridge = load({ answers: false }).exposed.get('backbench') as Bridge;
  expect(await bridge.call('listRuns', {})).toMatchObject({ ok: false, failure: { code: 'disconnected' } });
});
