import type { Clock } from './clock.ts';

/**
 * Tells about changes of things by their key, each key at most once an interval, the last change always. What is told
 * is read when it is told, so it is never older than that moment.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #lastMs = new Map<string, number>();
  readonly #pending = new Map<string, () => void>();
  readonly #stop = new AbortController();
  #waiting = false;

  constructor(clock: Clock, intervalMs: number) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
  }

  /** Something changed about `key`, which `tell` tells, now or later; it must not fail, as nobody is there to hear of it. */
  mark(key: string, tell: () => void): void {
    if (this.#stop.signal.aborted) return;
    const last = this.#lastMs.get(key);
    if (last === undefined || this.#clock.monotonicMs() - last >= this.#intervalMs) {
      this.#tell(key, tell);
    } else {
      this.#pending.set(key, tell);
      if (!this.#waiting) void this.#wait();
    }
  }

  /** Tells at once what is still to be told, and nothing from then on. */
  close(): void {
    for (const [key, tell] of [...this.#pending]) this.#tell(key, tell);
    this.#stop.abort();
  }

  #tell(key: string, tell: () => void): void {
    this.#pending.delete(key);
    this.#lastMs.set(key, this.#clock.monotonicMs());
    tell();
  }

  async #wait(): Promise<void> {
    this.#waiting = true;
    while (this.#pending.size > 0 && !this.#stop.signal.aborted) {
      const dueMs = [...this.#pending.keys()].map((key) => (this.#lastMs.get(key) ?? 0) + this.#intervalMs);
      // A whole millisecond at least: a rest of rounding would be waited for again and again.
      await this.#clock.sleep(Math.max(1, Math.min(...dueMs) - this.#clock.monotonicMs()), this.#stop.signal);
      for (const [key, tell] of [...this.#pending]) this.mark(key, tell);
    }
    this.#waiting = false;
  }
}
