import { dirname, relative, resolve, isAbsolute } from 'node:path';
import type { Answer, Failure } from '../../preload/contract.ts';
import type { Service, ServiceEvent } from '../service/service.ts';
import type { ChildLauncher, ChildProcess } from './childLauncher.ts';
import type { Log } from './log.ts';
import type { FromService, ToService } from './serviceMessages.ts';

/** The service as the main process sees it: calls are carried to a process of its own, which is restarted when it dies. */
export interface ServiceLink extends Service {
  readonly connected: boolean;
  /** Told whenever the service is there or gone. */
  onConnection(listener: (connected: boolean) => void): () => void;
  /** Starts again after a refusal. */
  retry(): void;
}

export interface LinkOptions {
  /** The service's entry file; workers that it may ask for lie in the same folder or below its parent. */
  readonly file: string;
  readonly dataDir: string;
  readonly services: ChildLauncher;
  /** Starts the workers and probes that the service asks for. */
  readonly workers: ChildLauncher;
  readonly log: Log;
  /** What a person should know about how the store was opened. */
  readonly onNotices: (notices: readonly Failure[]) => void;
  /** The data folder cannot be used, or the service dies again and again: nothing more happens until `retry`. */
  readonly onRefused: (failure: Failure) => void;
  /** Pause before the n-th restart in a row, in ms. */
  readonly pauseBefore?: (attempt: number) => number;
}

/** After so many lives without one that lasted, a person is asked instead. */
const livesInARow = 5;
/** A life that lasted this long does not count as one of them. */
const lastedMs = 60_000;
/** How long closing may take: the run in flight is ended and the database folded together. */
const closeTimeoutMs = 10_000;

const gone: Failure = {
  code: 'disconnected',
  message: 'The Backbench service has ended and is being started again.',
  remedy: 'Try again in a moment; a run under way goes on by itself.',
};

/**
 * Starts the service in a process of its own and keeps it there.
 *
 * Why not in the main process: better-sqlite3 answers synchronously, the catalog's costs are computed from graphs, and writing a
 * model's weights takes seconds, while Electron's main process routes every key, scroll and frame of the window. A utility process
 * keeps all of that away from the window, and its death costs a moment without answers instead of the app.
 */
export function linkService(options: LinkOptions): ServiceLink {
  return new Link(options);
}

class Link implements ServiceLink {
  readonly #options: LinkOptions;
  readonly #eventListeners = new Set<(event: ServiceEvent) => void>();
  readonly #connectionListeners = new Set<(connected: boolean) => void>();
  readonly #pending = new Map<number, (answer: Answer<unknown>) => void>();
  #life: Life | null = null;
  #connected = false;
  #lastId = 0;
  #shortLives = 0;
  #restart: NodeJS.Timeout | undefined;
  /** Why there is no service and none is being started. */
  #refusal: Failure | null = null;
  #closing: Promise<void> | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#start();
  }

  get connected(): boolean {
    return this.#connected;
  }

  onConnection(listener: (connected: boolean) => void): () => void {
    this.#connectionListeners.add(listener);
    return () => this.#connectionListeners.delete(listener);
  }

  subscribe(listener: (event: ServiceEvent) => void): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  call(name: string, input: unknown): Promise<Answer<unknown>> {
    const life = this.#life;
    if (life === null) return Promise.resolve({ ok: false, failure: this.#refusal ?? gone });
    const id = ++this.#lastId;
    return new Promise((answer) => {
      this.#pending.set(id, answer);
      life.say({ kind: 'call', id, name, input });
    });
  }

  retry(): void {
    if (this.#refusal === null || this.#closing !== undefined) return;
    this.#refusal = null;
    this.#shortLives = 0;
    this.#start();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#restart);
    const life = this.#life;
    if (life === null) return;
    life.say({ kind: 'close' });
    const timer = setTimeout(() => {
      this.#options.log.write('service', 'did not close in time and was ended');
      life.kill();
    }, closeTimeoutMs);
    await life.ended;
    clearTimeout(timer);
  }

  #start(): void {
    const { log } = this.#options;
    const startedAt = performance.now();
    const life = new Life(this.#options, (message) => this.#hear(message));
    this.#life = life;
    life.say({ kind: 'open', dataDir: this.#options.dataDir });
    void life.ended.then((how) => {
      // One that was refused has been let go of before its end.
      if (this.#life !== life) return;
      this.#letGo(gone);
      if (this.#closing !== undefined) return;
      log.write('service', `ended unasked: ${how}`);
      this.#shortLives = performance.now() - startedAt >= lastedMs ? 1 : this.#shortLives + 1;
      if (this.#shortLives >= livesInARow) {
        this.#refuse({
          code: 'service-crashed',
          message: `The Backbench service ended ${livesInARow} times in a row (${how}).`,
          remedy: 'Look at the log, and try again or with another data folder.',
        });
        return;
      }
      const pauseMs = (this.#options.pauseBefore ?? defaultPause)(this.#shortLives);
      this.#restart = setTimeout(() => this.#start(), pauseMs);
    });
  }

  /** Nothing more is expected of this life; whoever waits for an answer gets the reason. */
  #letGo(failure: Failure): void {
    this.#life = null;
    this.#setConnected(false);
    const unanswered = [...this.#pending.values()];
    this.#pending.clear();
    for (const answer of unanswered) answer({ ok: false, failure });
  }

  #hear(message: FromService): void {
    switch (message.kind) {
      case 'opened':
        this.#setConnected(true);
        if (message.notices.length > 0) this.#options.onNotices(message.notices);
        return;
      case 'refused':
        this.#refuse(message.failure);
        return;
      case 'answer':
        this.#pending.get(message.id)?.(message.answer);
        this.#pending.delete(message.id);
        return;
      case 'event':
        for (const listener of this.#eventListeners) listener(message.event);
        return;
      case 'launch':
      case 'post':
      case 'kill':
      case 'closed':
        // A life handles these by itself.
        return;
    }
  }

  #refuse(failure: Failure): void {
    this.#refusal = failure;
    this.#options.log.write('service', `refused: ${failure.message}`);
    this.#letGo(failure);
    this.#options.onRefused(failure);
  }

  #setConnected(connected: boolean): void {
    if (this.#connected === connected) return;
    this.#connected = connected;
    for (const listener of this.#connectionListeners) listener(connected);
  }
}

function defaultPause(attempt: number): number {
  return Math.min(5000, 125 * 2 ** attempt);
}

/** One life of the service's process, with the workers that it asked for: they end with it. */
class Life {
  readonly #process: ChildProcess;
  readonly #workers = new Map<number, ChildProcess>();
  readonly #options: LinkOptions;
  /** How it ended, in words for the log. */
  readonly ended: Promise<string>;

  constructor(options: LinkOptions, hear: (message: FromService) => void) {
    this.#options = options;
    this.#process = options.services.launch(options.file, {});
    this.#process.onErrorOutput?.((text) => options.log.write('service', text.trimEnd()));
    this.#process.onMessage((raw) => {
      const message = raw as FromService;
      if (message.kind === 'launch') this.#launch(message.id, message.file, message.env);
      else if (message.kind === 'post') this.#workers.get(message.id)?.post(message.message);
      else if (message.kind === 'kill') this.#workers.get(message.id)?.kill();
      else hear(message);
    });
    this.ended = new Promise((resolve) => {
      this.#process.onExit((code, signal) => {
        for (const worker of this.#workers.values()) worker.kill();
        this.#workers.clear();
        resolve(signal ?? `exit code ${code}`);
      });
    });
  }

  say(message: ToService): void {
    this.#process.post(message);
  }

  kill(): void {
    this.#process.kill();
  }

  #launch(id: number, file: string, env: Readonly<Record<string, string>>): void {
    if (!isInside(dirname(dirname(this.#options.file)), file)) {
      this.#options.log.write('service', `asked for a process outside the app: ${file}`);
      this.say({ kind: 'child', id, news: { kind: 'exit', code: null, signal: null, output: 'refused' } });
      return;
    }
    const worker = this.#options.workers.launch(file, env);
    this.#workers.set(id, worker);
    worker.onMessage((message) => this.say({ kind: 'child', id, news: { kind: 'message', message } }));
    worker.onErrorOutput?.((text) => this.say({ kind: 'child', id, news: { kind: 'error-output', text } }));
    const tellStart = (pid: number): void => this.say({ kind: 'child', id, news: { kind: 'started', pid } });
    if (worker.pid !== undefined) tellStart(worker.pid);
    else worker.onStarted?.(tellStart);
    worker.onExit((code, signal) => {
      this.#workers.delete(id);
      const output = worker.outputTail();
      this.say({ kind: 'child', id, news: { kind: 'exit', code, signal, output } });
    });
  }
}

/** Whether a file lies below a folder, both taken as they are written. */
function isInside(folder: string, file: string): boolean {
  const path = relative(folder, resolve(file));
  return path !== '' && !path.startsWith('..') && !isAbsolute(path);
}
