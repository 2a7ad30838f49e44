import { request } from 'node:http';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLoopbackHost, type LoopbackHost } from '../../main/headless/loopbackHost.ts';
import { openService, type OpenedService } from '../../main/service/openService.ts';

let folder: string;
let service: OpenedService;
let host: LoopbackHost;
let port: number;
let token: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backbench-host-'));
  await mkdir(join(folder, 'renderer', 'assets'), { recursive: true });
  await writeFile(join(folder, 'renderer', 'index.html'), '<!doctype html><title>Backbench</title>');
  await writeFile(join(folder, 'renderer', 'assets', 'page.js'), 'export {};');
  await writeFile(join(folder, 'secret.txt'), 'not for the web');
  service = await openService({ dataDir: join(folder, 'data') });
  host = await startLoopbackHost({ service, rendererFolder: join(folder, 'renderer') });
  const url = new URL(host.url);
  port = Number(url.port);
  token = url.hash.replace('#token=', '');
});
afterAll(async () => {
  await host.close();
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A request with a raw path, which fetch would tidy up before it is sent. */
function send(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers: options.headers },
      (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(options.body);
  });
}

const call = (name: string, headers: Record<string, string>, body = '{}') =>
  send(`/api/call/${name}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body,
  });

test('the page comes with a strict content security policy and without a token', async () => {
  const { status, headers, body } = await send('/');
  expect(status).toBe(200);
  expect(headers['content-security-policy']).toContain("script-src 'self'");
  expect(headers['content-security-policy']).not.toContain('unsafe-eval');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(body).not.toContain(token);
});

test('a call with the token is answered over the contract', async () => {
  const { status, body } = await call('listRuns', { Authorization: `Bearer ${token}` });
  expect({ status, answer: JSON.parse(body) as unknown }).toEqual({
    status: 200,
    answer: { ok: true, value: [] },
  });
});

test.each([
  ['no token', {}, 401],
  ['a wrong token', { Authorization: 'Bearer 0000' }, 401],
  ['a foreign origin', { Origin: 'https://example.org' }, 403],
  ['a rebound host name', { Host: 'evil.example:80' }, 421],
])('a call with %s is refused', async (_what, headers, status) => {
  const withToken = status === 401 ? headers : { Authorization: `Bearer ${token}`, ...headers };
  expect((await call('listRuns', withToken as Record<string, string>)).status).toBe(status);
});

test('events need the token as well', async () => {
  expect((await send('/api/events')).status).toBe(401);
});

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/../../secret.txt',
  '/assets/..\\..\\secret.txt',
  '/%00',
  '//etc/passwd',
])('no path leads out of the pages: %s', async (path) => {
  const { status, body } = await send(path);
  expect(status).toBe(404);
  expect(body).not.toContain('not for the web');
});

test('input that breaks the contract is a typed failure that names the field', async () => {
  const { body } = await call(
    'startRun',
    { Authorization: `Bearer ${token}` },
    JSON.stringify({ models: [], batches: [0], provider: 'cpu' }),
  );
  expect(JSON.parse(body)).toMatchObject({
    ok: false,
    failure: { code: 'invalid-input', message: expect.stringContaining('batches') as string },
  });
});

test('an unknown call, a body that is no JSON, and one that is too large are refused', async () => {
  const authorised = { Authorization: `Bearer ${token}` };
  expect(JSON.parse((await call('__proto__', authorised)).body)).toMatchObject({
    ok: false,
    failure: { code: 'unknown-call' },
  });
  expect((await call('listRuns', authorised, '{')).status).toBe(400);
  expect((await call('listRuns', authorised, `"${'x'.repeat(1 << 20)}"`)).status).toBe(413);
  expect((await send('/api/call/listRuns', { method: 'POST', headers: authorised, body: '{}' })).status).toBe(
    415,
  );
});
