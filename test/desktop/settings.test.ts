import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSettings } from '../../main/desktop/settings.ts';
import { recordedLog } from './recordedLog.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backbench-settings-'));
  file = join(folder, 'window.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const defaults = {
  window: null,
  language: null,
  dark: false,
  notifyAtEnd: true,
  drawWithoutGpu: false,
  checkForUpdates: false,
};

test('a first start has the defaults: no updates are looked for', () => {
  const settings = openSettings(file, recordedLog());
  expect(settings.current).toEqual(defaults);
  expect(settings.trouble).toBeNull();
});

test('what is changed is there at the next start', () => {
  openSettings(file, recordedLog()).change({ language: 'zh-CN', dark: true });
  expect(openSettings(file, recordedLog()).current).toEqual({ ...defaults, language: 'zh-CN', dark: true });
});

test.each(['', '{', 'null', '[]', '7', '"x"', '\0\0\0', '{}'])(
  'a file that holds %j is put aside, and the defaults begin',
  (text) => {
    writeFileSync(file, text);
    const settings = openSettings(file, recordedLog());
    expect(settings.current).toEqual(defaults);
    expect(settings.trouble).toBe('damaged');
    expect(readFileSync(`${file}.damaged`, 'utf8')).toBe(text);
  },
);

test('one unreadable entry costs only itself', () => {
  writeFileSync(file, JSON.stringify({ version: 1, language: 'xx', dark: true, window: { x: 'left' } }));
  expect(openSettings(file, recordedLog()).current).toEqual({ ...defaults, dark: true });
});

test('a newer Backbench’s file stays exactly as it is', () => {
  const text = JSON.stringify({ version: 2, dark: true, invented: 'later' });
  writeFileSync(file, text);
  const settings = openSettings(file, recordedLog());
  expect(settings.trouble).toBe('newer');
  settings.change({ dark: false });
  expect(settings.current.dark).toBe(false);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('a folder that cannot be written costs the memory, not the app', () => {
  mkdirSync(`${file}.new`);
  const log = recordedLog();
  const settings = openSettings(file, log);
  settings.change({ dark: true });
  expect(settings.current.dark).toBe(true);
  expect(log.lines.join()).toContain('not stored');
});

test('whatever JSON the file holds, settings come of it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      writeFileSync(file, JSON.stringify(value));
      expect(Object.keys(openSettings(file, recordedLog()).current).sort()).toEqual(
        Object.keys(defaults).sort(),
      );
    }),
    { numRuns: 200 },
  );
});
