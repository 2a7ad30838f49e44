// @vitest-environment node
/// <reference types="node" />
import fc from 'fast-check';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  createBrowserBridge,
  pauseBeforeAttempt,
  readServerSentEvents,
  takeToken,
  type ServerSentEvent,
} from '../../../preload/browser.ts';

async function readAll(chunks: readonly Uint8Array<ArrayBuffer>[]): Promise<ServerSentEvent[]> {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const events: ServerSentEvent[] = [];
  for await (const event of readServerSentEvents(stream)) events.push(event);
  return events;
}

describe('the event stream', () => {
  test('is read the same however the network cuts it, also within a character', async () => {
    const anyEvent = fc.record({
      event: fc.constantFrom('progress', 'runChanged'),
      data: fc.json({ maxDepth: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyEvent, { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        fc.constantFrom('\n', '\r\n'),
        async (events, cuts, end) => {
          const text = events
            .map(({ event, data }) => `: note${end}event: ${event}${end}data: ${data}${end}${end}`)
            .join('');
          const bytes = new TextEncoder().encode(`${text}`);
          const chunks: Uint8Array<ArrayBuffer>[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn++) {
            const length = cuts[turn % cuts.length] ?? 1;
            chunks.push(bytes.slice(at, at + length));
            at += length;
          }
          expect(await readAll(chunks)).toEqual(events);
        },
      ),
    );
  });

  test('joins several data lines and drops an event that was cut off', async () => {
    const bytes = new TextEncoder().encode('data: a\ndata: b\n\nevent: progress\ndata: {"cut');
    expect(await readAll([bytes])).toEqual([{ event: 'message', data: 'a\nb' }]);
  });
});

describe('the token', () => {
  function take(href: string, stored: string | null = null) {
    let shown = href;
    const kept = new Map<string, string>(stored === null ? [] : [['backbench.token', stored]]);
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    } as Storage;
    const history = { state: null, replaceState: (_s: unknown, _t: string, url: string) => (shown = url) };
    const token = takeToken({ href } as Location, storage, history as unknown as History);
    return { token, shown, stored: kept.get('backbench.token') };
  }

  test('leaves the address bar on first load, and the page that was linked to stays', () => {
    expect(take('http://127.0.0.1:4000/#token=a-b_c')).toEqual({
      token: 'a-b_c',
      shown: 'http://127.0.0.1:4000/',
      stored: 'a-b_c',
    });
    expect(take('http://127.0.0.1:4000/?token=xyz#/charts?kind=memory')).toEqual({
      token: 'xyz',
      shown: 'http://127.0.0.1:4000/#/charts?kind=memory',
      stored: 'xyz',
    });
    expect(take('http://127.0.0.1:4000/#token=xyz&/charts').shown).toBe('http://127.0.0.1:4000/#/charts');
  });

  test('is remembered for a reload', () => {
    expect(take('http://127.0.0.1:4000/#/charts', 'kept').token).toBe('kept');
  });
});

describe('the bridge over HTTP', () => {
  let server: Server | undefined;
  let streams: ServerResponse[] = [];

  async function start(port = 0): Promise<string> {
    streams = [];
    server = createServer((request, response) => {
      if (request.headers.authorization !== 'Bearer right') return void response.writeHead(401).end('no');
      if (request.url === '/api/events') {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        response.write(': connected\n\n');
        streams.push(response);
        return;
      }
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ ok: true, value: { asked: request.url } }));
    });
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  }

  async function stop(): Promise<void> {
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
    server = undefined;
  }

  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  afterEach(async () => {
    if (server !== undefined) await stop();
  });

  test('carries a call and its answer', async () => {
    const bridge = createBrowserBridge('right', await start());
    expect(await bridge.call('listBackbones', {})).toEqual({
      ok: true,
      value: { asked: '/api/call/listBackbones' },
    });
  });

  test('a wrong token and an absent service are failures with a remedy, not exceptions', async () => {
    const base = await start();
    expect(await createBrowserBridge('wrong', base).call('hardware', {})).toMatchObject({
      ok: false,
      failure: { code: 'unauthorised' },
    });
    await stop();
    expect(await createBrowserBridge('right', base).call('hardware', {})).toMatchObject({
      ok: false,
      failure: { code: 'disconnected' },
    });
  });

  test('events reach those who listen, until they stop', async () => {
    const bridge = createBrowserBridge('right', await start());
    const told: unknown[] = [];
    const silence = bridge.on('progress', (progress) => told.push(progress));
    await until(() => streams.length === 1);
    streams[0]?.write('event: progress\ndata: {"runId":"a"}\n\nevent: runChanged\ndata: {"id":"b"}\n\n');
    await until(() => told.length === 1);
    expect(told).toEqual([{ runId: 'a' }]);
    silence();
    const others: unknown[] = [];
    bridge.on('runChanged', (run) => others.push(run));
    streams[0]?.write('event: progress\ndata: {"runId":"c"}\n\nevent: runChanged\ndata: {"id":"d"}\n\n');
    await until(() => others.length === 1);
    expect(told).toHaveLength(1);
  });

  test('a lost service is told, and it reconnects by itself when the service is back', async () => {
    const base = await start();
    const bridge = createBrowserBridge('right', base);
    const states: boolean[] = [];
    bridge.onConnection((connected) => states.push(connected));
    await until(() => states.at(-1) === true);
    await stop();
    await until(() => states.at(-1) === false);
    await start(Number(new URL(base).port));
    await until(() => states.at(-1) === true);
    expect(states).toEqual([true, false, true]);
  });

  test('attempts to reconnect slow down to one in five seconds', () => {
    expect([0, 1, 2, 3, 4, 5, 60].map(pauseBeforeAttempt)).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
  });
});
