import type { ChildLauncher, ChildProcess } from './childLauncher.ts';
import type { ChildNews, FromService } from './serviceMessages.ts';

/**
 * Starts workers from within the service's process. Only Electron's main process can start a utility process, and the
 * packaged binary cannot be started as plain Node (that fuse is off): so the main process is asked to, and carries the
 * few messages a second between the two.
 */
export class RemoteChildren implements ChildLauncher {
  readonly #say: (message: FromService) => void;
  readonly #children = new Map<number, RemoteChild>();
  #lastId = 0;

  constructor(say: (message: FromService) => void) {
    this.#say = say;
  }

  launch(file: string, env: Readonly<Record<string, string>>): ChildProcess {
    const id = ++this.#lastId;
    const child = new RemoteChild(id, this.#say);
    this.#children.set(id, child);
    this.#say({ kind: 'launch', id, file, env });
    return child;
  }

  /** Hands on what the main process tells of a child; of one that has ended there is nothing more to tell. */
  hear(id: number, news: ChildNews): void {
    const child = this.#children.get(id);
    if (news.kind === 'exit') this.#children.delete(id);
    child?.hear(news);
  }
}

class RemoteChild implements ChildProcess {
  readonly #id: number;
  readonly #say: (message: FromService) => void;
  readonly #messageListeners: ((message: unknown) => void)[] = [];
  readonly #exitListeners: ((code: number | null, signal: string | null) => void)[] = [];
  readonly #errorOutputListeners: ((text: string) => void)[] = [];
  #pid: number | undefined;
  #output = '';

  constructor(id: number, say: (message: FromService) => void) {
    this.#id = id;
    this.#say = say;
  }

  get pid(): number | undefined {
    return this.#pid;
  }

  post(message: unknown): void {
    this.#say({ kind: 'post', id: this.#id, message });
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#messageListeners.push(listener);
  }

  onExit(listener: (code: number | null, signal: string | null) => void): void {
    this.#exitListeners.push(listener);
  }

  onErrorOutput(listener: (text: string) => void): void {
    this.#errorOutputListeners.push(listener);
  }

  kill(): void {
    this.#say({ kind: 'kill', id: this.#id });
  }

  outputTail(): string {
    return this.#output;
  }

  hear(news: ChildNews): void {
    switch (news.kind) {
      case 'started':
        this.#pid = news.pid;
        return;
      case 'message':
        for (const listener of this.#messageListeners) listener(news.message);
        return;
      case 'error-output':
        for (const listener of this.#errorOutputListeners) listener(news.text);
        return;
      case 'exit':
        this.#pid = undefined;
        this.#output = news.output;
        for (const listener of this.#exitListeners) listener(news.code, news.signal);
        return;
    }
  }
}
