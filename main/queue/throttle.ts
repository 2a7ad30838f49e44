import type { Clock } from './clock.ts';

/**
 * Tells a listener about changes of things by their key, each key at most once an interval, the last change always.
 * What is told is read when it is told, so it is never older than that moment.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #deliver: (key: string) => void;
  readonly #lastMs = new Map<string, number>();
  readonly #pending = new Set<string>();
  readonly #stop = new AbortController();
  #waiting = false;

  constructor(clock: Clock, intervalMs: number, deliver: (key: string) => void) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#deliver = deliver;
  }

  /** Something changed about `key`. */
  mark(key: string): void {
    const last = this.#lastMs.get(key);
    if (last === undefined || this.#clock.monotonicMs() - last >= this.#intervalMs) {
      this.#tell(key);
    } else {
      this.#pending.add(key);
      if (!this.#waiting) void this.#wait();
    }
  }

  /** Tells at once what is still to be told; nothing is held back any more. */
  flush(): void {
    for (const key of [...this.#pending]) this.#tell(key);
  }

  close(): void {
    this.flush();
    this.#stop.abort();
  }

  #tell(key: string): void {
    this.#pending.delete(key);
    this.#lastMs.set(key, this.#clock.monotonicMs());
    this.#deliver(key);
  }

  async #wait(): Promise<void> {
    this.#waiting = true;
    while (this.#pending.size > 0 && !this.#stop.signal.aborted) {
      const dueMs = [...this.#pending].map((key) => (this.#lastMs.get(key) ?? 0) + this.#intervalMs);
      // A whole millisecond at least: a rest of rounding would be waited for again and again.
      await this.#clock.sleep(Math.max(1, Math.min(...dueMs) - this.#clock.monotonicMs()), this.#stop.signal);
      for (const key of [...this.#pending]) this.mark(key);
    }
    this.#waiting = false;
  }
}
