import type { ProcessFigures, Reading } from '../../preload/contract.ts';

/** What the timed part of one process gave, in whatever mode. */
export interface Sampled {
  readonly samplesMs: Float64Array;
  /** Runs of the timed part, those that were not timed included. */
  readonly runs: number;
  readonly cpuUtilisation: Reading;
  readonly competingLoad: Reading;
  readonly slept: boolean;
  readonly figures: ProcessFigures | null;
}

/** Fewer runs make no trial, however slow they are: memory is still growing in the first ones. */
export const fewestSamples = 3;

const neverSignalled = new Int32Array(new SharedArrayBuffer(4));

/**
 * Rests until `performance.now()` reaches `untilMs`, as a process does that waits for the next frame: blocked, so that the
 * core goes idle and its clock falls. (A timer of the event loop counts whole milliseconds.) It wakes some 50 µs late.
 */
export function restUntil(untilMs: number): void {
  const restMs = untilMs - performance.now();
  if (restMs > 0) Atomics.wait(neverSignalled, 0, 0, restMs);
}
