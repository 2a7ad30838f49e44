import { setTimeout as timer } from 'node:timers/promises';

/** The queue's time: tests bring one that they move by hand. */
export interface Clock {
  /** Epoch milliseconds, for what is stored. */
  nowMs(): number;
  /** Milliseconds that no change of the wall clock touches, for durations. */
  monotonicMs(): number;
  /** Resolves after `ms`, or at once when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await timer(ms, undefined, { signal });
    } catch {
      // Aborted: the sleeper looks for itself why.
    }
  },
};
