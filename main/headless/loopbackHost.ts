import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mostBundleBytes } from '../../preload/contract.ts';
import type { Service } from '../service/service.ts';
import { readRendererFiles, securityHeaders } from './rendererFiles.ts';

/** A request body beyond this is refused: no call is larger, but for the one that carries a file. */
const bodyLimitBytes = 1 << 20;
const bundleLimitBytes = Math.ceil((mostBundleBytes * 4) / 3) + bodyLimitBytes;

export interface LoopbackHost {
  /** The page's address, token included. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the built renderer and the contract on 127.0.0.1. Every call needs the token that only the printed address carries;
 * Host and Origin are checked, so that no web page can reach it through DNS rebinding or a cross-site request.
 */
export async function startLoopbackHost(options: {
  service: Service;
  rendererFolder: string;
  /** 0 (the default): any free port. */
  port?: number;
}): Promise<LoopbackHost> {
  const files = await readRendererFiles(options.rendererFolder);
  const token = randomBytes(24).toString('base64url');
  let port = 0;
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
      console.error(error);
    });
  });
  const hosts = () => [`127.0.0.1:${port}`, `localhost:${port}`];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!hosts().includes(request.headers.host ?? '')) return refuse(response, 421, 'unknown host');
    const { origin } = request.headers;
    if (origin !== undefined && !hosts().some((host) => origin === `http://${host}`))
      return refuse(response, 403, 'foreign origin');
    const path = new URL(request.url ?? '/', `http://${hosts()[0]}`).pathname;
    if (!path.startsWith('/api/')) return serveAsset(request, response, path);
    if (!authorised(request, token)) return refuse(response, 401, 'wrong or missing token');
    if (path === '/api/events' && request.method === 'GET')
      return streamEvents(request, response, options.service);
    if (path.startsWith('/api/call/') && request.method === 'POST')
      return answerCall(request, response, path.slice('/api/call/'.length));
    return refuse(response, 404, 'no such address');
  }

  function serveAsset(request: IncomingMessage, response: ServerResponse, path: string): void {
    // Looked up in the list made at start, never on the disk: a path cannot lead anywhere else.
    const file = files.get(path === '/' ? '/index.html' : path);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'only GET');
    if (file === undefined) return refuse(response, 404, 'no such file');
    const immutable = path.startsWith('/assets/');
    response.writeHead(200, {
      'Content-Type': file.type,
      'Content-Length': file.bytes.length,
      'Cache-Control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    response.end(request.method === 'HEAD' ? undefined : file.bytes);
  }

  async function answerCall(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    if (!(request.headers['content-type'] ?? '').startsWith('application/json'))
      return refuse(response, 415, 'only JSON');
    const limitBytes = name === 'importBundle' ? bundleLimitBytes : bodyLimitBytes;
    const body = await readBody(request, limitBytes);
    if (body === undefined) return refuse(response, 413, `this call has at most ${limitBytes} bytes`);
    let input: unknown;
    try {
      input = JSON.parse(body.toString('utf8'));
    } catch {
      return refuse(response, 400, 'the body is no JSON');
    }
    const answer = await options.service.call(name, input);
    response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
    response.end(JSON.stringify(answer));
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  port = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${port}/#token=${token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${reason}\n`);
}

function authorised(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** The request's body, or undefined where it is too large. */
async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limitBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Server-sent events: `event: <name>`, `data: <JSON>`; a comment every 15 s keeps the connection open. */
function streamEvents(request: IncomingMessage, response: ServerResponse, service: Service): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write(': connected\n\n');
  const stop = service.subscribe(({ name, payload }) =>
    response.write(`event: ${name}\ndata: ${JSON.stringify(payload)}\n\n`),
  );
  const beat = setInterval(() => response.write(': alive\n\n'), 15_000);
  request.on('close', () => {
    stop();
    clearInterval(beat);
  });
}
