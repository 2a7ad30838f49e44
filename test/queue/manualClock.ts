import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../main/queue/clock.ts';

interface Sleeper {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  readonly #epochMs: number;
  #elapsedMs: number;
  #sleepers: Sleeper[] = [];

  constructor(epochMs = Date.UTC(2026, 10, 1), elapsedMs = 0) {
    this.#epochMs = epochMs;
    this.#elapsedMs = elapsedMs;
  }

  nowMs(): number {
    return this.#epochMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = {
        wakeAtMs: this.#elapsedMs + Math.max(0, ms),
        wake: () => {
          this.#sleepers = this.#sleepers.filter((each) => each !== sleeper);
          resolve();
        },
      };
      this.#sleepers.push(sleeper);
      signal.addEventListener('abort', sleeper.wake, { once: true });
    });
  }

  /** Goes on from sleeper to sleeper until `done`, or so much time has passed. */
  async run(done: () => boolean, atMostMs = 24 * 3_600_000): Promise<void> {
    const endMs = this.#elapsedMs + atMostMs;
    for (;;) {
      await settle();
      if (done()) return;
      const next = this.#sleepers.reduce<Sleeper | null>(
        (first, each) => (first === null || each.wakeAtMs < first.wakeAtMs ? each : first),
        null,
      );
      if (next === null || next.wakeAtMs > endMs) {
        this.#elapsedMs = endMs;
        return;
      }
      this.#elapsedMs = Math.max(this.#elapsedMs, next.wakeAtMs);
      next.wake();
    }
  }

  /** Lets so much time pass. */
  async advance(ms: number): Promise<void> {
    await this.run(() => false, ms);
  }

  /** Nobody who sleeps now will ever wake: what `kill -9` does to a process. Returns the clock of the next process. */
  kill(): ManualClock {
    this.#sleepers = [];
    this.sleep = () => new Promise<void>(() => undefined);
    return new ManualClock(this.#epochMs, this.#elapsedMs);
  }
}

/** Lets everything that waits for nothing but its turn go on. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) await nextTurn();
}
