import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLog } from '../../main/desktop/log.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'backbench-log-')), 'logs');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

test('each line carries its time and source', () => {
  openLog(folder, { now: () => new Date(0) }).write('service', 'one\ntwo');
  expect(readFileSync(join(folder, 'backbench.log'), 'utf8')).toBe(
    '1970-01-01T00:00:00.000Z service: one\n1970-01-01T00:00:00.000Z service: two\n',
  );
});

test('however much is written, six files of bounded size remain, and the newest line is in the first', () => {
  const log = openLog(folder, { limitBytes: 1000 });
  for (let i = 0; i < 500; i++) log.write('test', `line ${i} ${'x'.repeat(60)}`);
  expect(readdirSync(folder).sort()).toEqual([
    'backbench.1.log',
    'backbench.2.log',
    'backbench.3.log',
    'backbench.4.log',
    'backbench.5.log',
    'backbench.log',
  ]);
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).size).toBeLessThan(1200);
  expect(readFileSync(join(folder, 'backbench.log'), 'utf8')).toContain('line 499 ');
});

test('a log that cannot be written disturbs nobody', () => {
  writeFileSync(folder, 'a file in the folder’s place');
  openLog(folder).write('test', 'lost');
  expect(existsSync(join(folder, 'backbench.log'))).toBe(false);
});
