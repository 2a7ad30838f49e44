import type { Answer, Bridge, CallInput, CallName, CallOutput, EventName, EventPayload } from './contract.ts';

/** One message of a server-sent event stream. */
export interface ServerSentEvent {
  event: string;
  data: string;
}

/**
 * Splits a byte stream into server-sent events (WHATWG HTML, section 9.2). EventSource would do this for us, but it
 * cannot send the Authorization header, and a token in the stream's URL would end up in logs.
 */
export async function* readServerSentEvents(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let pending = '';
  let event = 'message';
  let data: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      pending += decoder.decode(value, { stream: true });
      // A lone \r at the end may be the first half of \r\n: leave it for the next chunk.
      const lines = pending.split(/\r\n|\n|\r(?!$)/);
      pending = lines.pop() ?? '';
      for (const line of lines) {
        if (line === '') {
          if (data.length > 0) yield { event, data: data.join('\n') };
          event = 'message';
          data = [];
          continue;
        }
        const colon = line.indexOf(':');
        const field = colon < 0 ? line : line.slice(0, colon);
        const rest = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
        if (field === 'event') event = rest;
        else if (field === 'data') data.push(rest);
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

const tokenKey = 'backbench.token';

/**
 * Takes the session token from the address on first load (`#token=…` or `?token=…`), keeps it for reloads of this tab
 * and removes it from the address bar, so that a copied link or the browser's history does not carry it.
 */
export function takeToken(location: Location, storage: Storage, history: History): string | null {
  const url = new URL(location.href);
  const inSearch = url.searchParams.get('token');
  const inHash = /^#token=([^&]+)&?/.exec(url.hash);
  const token = inSearch ?? (inHash?.[1] === undefined ? null : decodeURIComponent(inHash[1]));
  if (token === null) return storage.getItem(tokenKey);
  storage.setItem(tokenKey, token);
  url.searchParams.delete('token');
  if (inHash !== null) url.hash = url.hash.slice(inHash[0].length);
  history.replaceState(history.state, '', url.href);
  return token;
}

const firstPauseMs = 250;
const longestPauseMs = 5000;

/** Pause before the next attempt to reconnect: doubles from a quarter of a second up to five seconds. */
export function pauseBeforeAttempt(failedAttempts: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failedAttempts, 16));
}

const lost = {
  code: 'disconnected',
  message: 'The Backbench service does not answer.',
  remedy: 'Start Backbench again; this page reconnects by itself.',
};
const unauthorised = {
  code: 'unauthorised',
  message: 'This page has no valid key to the service.',
  remedy: 'Open the complete address that Backbench printed when it started.',
};

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The bridge over HTTP and server-sent events, for the loopback host. Calls never reject: failures are values. */
export function createBrowserBridge(token: string | null, base = 'api'): Bridge {
  const headers = { Authorization: `Bearer ${token ?? ''}` };
  const eventListeners = new Map<string, Set<(payload: never) => void>>();
  const connectionListeners = new Set<(connected: boolean) => void>();
  let connected: boolean | null = null;

  function tellConnection(now: boolean): void {
    if (connected === now) return;
    connected = now;
    for (const listener of connectionListeners) listener(now);
  }

  async function call<N extends CallName>(name: N, input: CallInput<N>): Promise<Answer<CallOutput<N>>> {
    let response: Response;
    try {
      response = await fetch(`${base}/call/${name}`, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: JSON.stringify(input),
      });
    } catch {
      return { ok: false, failure: lost };
    }
    if (response.status === 401 || response.status === 403) return { ok: false, failure: unauthorised };
    try {
      return (await response.json()) as Answer<CallOutput<N>>;
    } catch {
      return {
        ok: false,
        failure: {
          code: 'bad-answer',
          message: `The service answered ${response.status} without content.`,
          remedy: null,
        },
      };
    }
  }

  async function listen(): Promise<void> {
    for (let failedAttempts = 0; ; failedAttempts++) {
      try {
        const response = await fetch(`${base}/events`, { headers });
        if (response.ok && response.body !== null) {
          failedAttempts = 0;
          tellConnection(true);
          for await (const { event, data } of readServerSentEvents(response.body)) {
            const payload = JSON.parse(data) as never;
            for (const listener of eventListeners.get(event) ?? []) listener(payload);
          }
        }
      } catch {
        // Refused or broken off: the service is away, which the next attempt will tell.
      }
      tellConnection(false);
      await pause(pauseBeforeAttempt(failedAttempts));
    }
  }

  void listen();

  return {
    host: 'browser',
    call,
    on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void {
      const listeners = eventListeners.get(name) ?? new Set();
      eventListeners.set(name, listeners);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onConnection(listener) {
      connectionListeners.add(listener);
      if (connected !== null) listener(connected);
      return () => connectionListeners.delete(listener);
    },
    pathOfFile: () => null,
    showFile: null,
  };
}
