/** A wall clock that runs ahead of the monotonic one by more than this has slept, or was set. */
const largestJumpMs = 1000;
/** Where both clocks go on through sleep (Windows, macOS), a window that took this much longer than its runs do. */
const stallFactor = 20;
const stallMs = 5000;

/** Notices that the machine slept. Ask it once after every window; each answer covers the time since the last one. */
export class ClockWatch {
  #wallMs = Date.now();
  #monotonicMs = performance.now();

  /** `expectedMs`: what the window's runs take by the median of the runs before; null where that is not known. */
  slept(expectedMs: number | null): boolean {
    const wallMs = Date.now();
    const monotonicMs = performance.now();
    const took = monotonicMs - this.#monotonicMs;
    const jump = Math.abs(wallMs - this.#wallMs - took);
    this.#wallMs = wallMs;
    this.#monotonicMs = monotonicMs;
    return jump > largestJumpMs || (expectedMs !== null && took > stallMs + stallFactor * expectedMs);
  }

  /** Forgets the time since the last answer, where something else than runs filled it. */
  restart(): void {
    this.#wallMs = Date.now();
    this.#monotonicMs = performance.now();
  }
}
