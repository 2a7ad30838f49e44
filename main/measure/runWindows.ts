import { setImmediate as nextTurn } from 'node:timers/promises';
import type { InferenceSession } from 'onnxruntime-node';
import { reasonOf, repeatable } from './failure.ts';
import type { Feeds } from './feeds.ts';
import { giveBack, requireFinite } from './outputs.ts';

/** How long to run between two looks at the plan and the parent; progress is told once a window, so ten times a second. */
export const windowMs = 100;

/**
 * Times runs back to back until `windowMs` have passed (one run at least) or `durationsMs` is full, writing from index
 * `from` on. Returns the index after the last. Between the two clock readings there is nothing but the run; between two
 * runs there is the return of the outputs' memory, and nothing else: no message, no sensor, no statistics.
 */
export async function runWindow(
  session: Pick<InferenceSession, 'run'>,
  feeds: Feeds,
  durationsMs: Float64Array,
  from: number,
  windowMs: number,
): Promise<number> {
  // What the last report left in the event loop would else run between the first clock reading and the first run.
  await nextTurn();
  const until = performance.now() + windowMs;
  let index = from;
  try {
    for (;;) {
      const started = performance.now();
      const outputs = await session.run(feeds);
      const ended = performance.now();
      durationsMs[index] = ended - started;
      index += 1;
      giveBack(outputs);
      if (ended >= until || index >= durationsMs.length) return index;
    }
  } catch (error) {
    throw runFailure(error);
  }
}

/**
 * One run with the clock readings before and after it, by `performance.now()`; its outputs' memory is given back. Throws
 * a TrialFailure where the model does not run.
 */
export async function timeRun(
  session: Pick<InferenceSession, 'run'>,
  feeds: Feeds,
): Promise<{ startedMs: number; endedMs: number }> {
  try {
    const startedMs = performance.now();
    const outputs = await session.run(feeds);
    const endedMs = performance.now();
    giveBack(outputs);
    return { startedMs, endedMs };
  } catch (error) {
    throw runFailure(error);
  }
}

/** One run that nobody times, with its outputs; give them back. Throws a TrialFailure where the model does not run. */
export async function runOnce(session: InferenceSession, feeds: Feeds): Promise<InferenceSession.ReturnType> {
  try {
    return await session.run(feeds);
  } catch (error) {
    throw runFailure(error);
  }
}

/** The first run of a session, in ms. Throws a TrialFailure where it fails or its outputs are not finite. */
export async function timeFirstRun(session: InferenceSession, feeds: Feeds): Promise<number> {
  const started = performance.now();
  const outputs = await runOnce(session, feeds);
  const took = performance.now() - started;
  requireFinite(outputs);
  giveBack(outputs);
  return took;
}

/** The longest of some durations; 0 of none. */
export function longest(durationsMs: Float64Array): number {
  return durationsMs.reduce((most, duration) => Math.max(most, duration), 0);
}

function runFailure(error: unknown): Error {
  const reason = reasonOf(error);
  if (/allocat|bad_alloc|out of memory|array buffer/i.test(reason)) {
    return repeatable(
      'out-of-memory',
      `The model ran out of memory: ${reason}`,
      'Choose a smaller batch or input size, or close other programs.',
    );
  }
  return repeatable(
    'run-failed',
    `The model loads but does not run: ${reason}`,
    'Check the model in another tool.',
  );
}
