import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backbench } from './backbench.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backbench-report-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const question = [
  'recommend',
  '--device',
  'bianco2018-titan-x-pascal',
  '--max-memory',
  '0.7GB',
  '--min-fps',
  '15',
];

test('a page report stands alone: no script, nothing fetched, its charts inside', async () => {
  const file = join(folder, 'answer.html');
  const { code } = await backbench([...question, '--report', file], { dataDir: join(folder, 'data') });
  const html = await readFile(file, 'utf8');
  expect(code).toBe(0);
  expect(html).toContain('DPN-68');
  expect(html).toContain('<svg');
  expect(html).not.toMatch(/<script|<link|<img|src=|@import|url\(/i);
});

test.each([
  ['answer.md', /\| 1 \| DPN-68 \|/],
  ['answer.csv', /DPN-68/],
  ['answer.json', /"model": ?"DPN-68"/],
])('%s holds the ranking', async (name, ranking) => {
  const file = join(folder, name);
  await backbench([...question, '--report', file], { dataDir: join(folder, 'data') });
  expect(await readFile(file, 'utf8')).toMatch(ranking);
});

test('a folder that does not exist is a sentence, and nothing half-written stays', async () => {
  const file = join(folder, 'missing', 'answer.html');
  const { code, stderr } = await backbench([...question, '--report', file], {
    dataDir: join(folder, 'data'),
  });
  expect(code).toBe(1);
  expect(stderr).toContain(file);
  expect(existsSync(file)).toBe(false);
  expect((await readdir(folder)).filter((name) => name !== 'data')).toEqual([]);
});
