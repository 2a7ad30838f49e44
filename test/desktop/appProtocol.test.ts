import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answer, isAppAddress } from '../../main/desktop/appProtocol.ts';
import { readRendererFiles, type RendererFile } from '../../main/headless/rendererFiles.ts';

const secret = 'not for pages';
let folder: string;
let files: ReadonlyMap<string, RendererFile>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'backbench-protocol-'));
  const renderer = join(folder, 'renderer');
  mkdirSync(join(renderer, 'assets'), { recursive: true });
  mkdirSync(join(folder, 'private'));
  writeFileSync(join(folder, 'private', 'secret.js'), secret);
  writeFileSync(join(folder, 'secret.html'), secret);
  writeFileSync(join(renderer, 'index.html'), '<!doctype html>');
  writeFileSync(join(renderer, 'assets', 'a.js'), 'export {}');
  writeFileSync(join(renderer, 'notes.txt'), 'of a type that is not served');
  symlinkSync(join(folder, 'secret.html'), join(renderer, 'link.html'));
  symlinkSync(join(folder, 'private'), join(renderer, 'linked'));
  files = await readRendererFiles(renderer);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const get = (address: string, method = 'GET') => answer(new Request(address, { method }), files);

test('the built pages are served with their type and a strict content security policy', async () => {
  const page = get('app://backbench/index.html');
  expect(page.status).toBe(200);
  expect(page.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('X-Content-Type-Options')).toBe('nosniff');
  const policy = page.headers.get('Content-Security-Policy') ?? '';
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toContain('unsafe-eval');
  expect(policy).toContain("object-src 'none'");
  expect(await get('app://backbench/').text()).toBe('<!doctype html>');
  expect(get('app://backbench/assets/a.js').headers.get('Content-Type')).toContain('javascript');
});

test.each([
  'app://backbench/../secret.html',
  'app://backbench/assets/../../secret.html',
  'app://backbench/%2e%2e/secret.html',
  'app://backbench/..%2fsecret.html',
  'app://backbench/..%5csecret.html',
  'app://backbench/%2e%2e%2f%2e%2e%2fprivate%2fsecret.js',
  'app://backbench/assets%2fa.js',
  'app://backbench/index.html%00.js',
  'app://backbench//etc/passwd',
  'app://backbench/C:/Windows/win.ini',
  'app://backbench/link.html',
  'app://backbench/linked/secret.js',
  'app://backbench/notes.txt',
  'app://backbench/assets',
  'app://elsewhere/index.html',
])('%s leads nowhere', async (address) => {
  const refused = get(address);
  expect(refused.status).toBe(404);
  expect(await refused.text()).toBe('');
});

test('whatever path is asked for, nothing outside the list comes out', async () => {
  const piece = fc.oneof(
    fc.constantFrom('..', '%2e%2e', '.', '%2f', '%5c', '%00', 'renderer', 'private', 'secret.js', 'assets'),
    fc.string({ maxLength: 8 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
      const address = `app://backbench/${pieces.join('/')}`;
      if (!URL.canParse(address)) return;
      expect(await get(address).text()).not.toContain(secret);
    }),
    { numRuns: 500 },
  );
});

test('nothing but reading is answered', () => {
  for (const method of ['POST', 'PUT', 'DELETE']) expect(get('app://backbench/', method).status).toBe(405);
  expect(get('app://backbench/', 'HEAD').body).toBeNull();
});

test('an address is ours by scheme and host, not by how it begins', () => {
  expect(isAppAddress('app://backbench/index.html#/run')).toBe(true);
  for (const address of [
    'app://backbench.evil.example/',
    'app://backbench@evil.example/',
    'https://backbench/',
    'file:///index.html',
    'apps://backbench/',
    'app:backbench',
    '',
  ])
    expect(isAppAddress(address), address).toBe(false);
});
