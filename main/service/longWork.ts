import type { WorkProgress } from '../../preload/contract.ts';
import { FailedCall } from './asFailure.ts';

/** What work that takes long is given: when to end, and whom to tell how far it has come. */
export interface Watch {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** A page draws no more often than a person can follow. */
const tellEveryMs = 100;

/** The calls under way that take long, by the name that whoever asked gave them. */
export class LongWork {
  readonly #tell: (progress: WorkProgress) => void;
  readonly #named = new Map<string, AbortController>();
  readonly #underWay = new Map<Promise<unknown>, AbortController>();

  constructor(tell: (progress: WorkProgress) => void) {
    this.#tell = tell;
  }

  /** Does `task` under a name, or unwatched (null). Rejects with `cancelled` where it was cancelled before it was done. */
  async do<T>(work: string | null, task: (watch: Watch) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const { signal } = controller;
    const doing = task({ signal, onProgress: this.#progressOf(work) });
    this.#underWay.set(doing, controller);
    if (work !== null) this.#named.set(work, controller);
    try {
      return await doing;
    } catch (error) {
      throw signal.aborted ? cancelled() : error;
    } finally {
      this.#underWay.delete(doing);
      if (work !== null) this.#named.delete(work);
    }
  }

  cancel(work: string): void {
    this.#named.get(work)?.abort();
  }

  /** Cancels everything; resolves when all of it has ended. */
  async end(): Promise<void> {
    for (const controller of this.#underWay.values()) controller.abort();
    await Promise.allSettled(this.#underWay.keys());
  }

  #progressOf(work: string | null): Watch['onProgress'] {
    if (work === null) return () => undefined;
    let toldAtMs = -Infinity;
    return (done, total) => {
      const nowMs = performance.now();
      if (nowMs - toldAtMs < tellEveryMs || total <= 0) return;
      toldAtMs = nowMs;
      this.#tell({ work, done: Math.min(done, total), total });
    };
  }
}

function cancelled(): FailedCall {
  return new FailedCall({
    code: 'cancelled',
    message: 'It was cancelled; nothing of it stays.',
    remedy: null,
  });
}
