import type { Bench } from './benchSetup.ts';
import { medianOf } from './quantiles.ts';
import { longest, runWindow, windowMs } from './runWindows.ts';
import { fewestSteadyRuns, isSteady } from './steadyState.ts';

/** A warm-up lasts this long at least: clocks take tens of milliseconds to rise, and tiny models run in microseconds. */
const shortestMs = 250;
const mostRuns = 100_000;

export interface WarmUp {
  /** Runs after the first one. */
  readonly runs: number;
  /** Whether the latency had settled; false where the plan's limit ended it, or too few runs fitted to tell. */
  readonly steady: boolean;
  /** The first run included. */
  readonly slowestRunMs: number;
  /** Median of the last window; the first run where there was none. */
  readonly typicalRunMs: number;
}

/** Runs the model until its latency has settled, or for as long as the plan allows. */
export async function warmUpUntilSteady(
  { session, feeds, task, report }: Bench,
  firstRunMs: number,
): Promise<WarmUp> {
  const { maxWarmUpSeconds, relativeHalfWidth } = task.plan;
  const durationsMs = new Float64Array(mostRuns);
  const limitMs = maxWarmUpSeconds * 1000;
  const started = performance.now();
  let runs = 0;
  let nextTest = fewestSteadyRuns;
  let slowestRunMs = firstRunMs;
  let typicalMs = firstRunMs;
  for (;;) {
    const elapsedMs = performance.now() - started;
    // A run that would outlast the limit is not begun.
    if (elapsedMs + typicalMs > limitMs || runs === mostRuns)
      return { runs, steady: false, slowestRunMs, typicalRunMs: typicalMs };
    const end = await runWindow(session, feeds, durationsMs, runs, Math.min(windowMs, limitMs - elapsedMs));
    const latest = durationsMs.subarray(runs, end);
    runs = end;
    typicalMs = medianOf(latest);
    slowestRunMs = Math.max(slowestRunMs, longest(latest));
    report({ phase: 'warm-up', samples: runs, medianMs: typicalMs }, slowestRunMs);
    if (runs < nextTest || performance.now() - started < Math.min(shortestMs, limitMs)) continue;
    if (isSteady(durationsMs.subarray(0, runs), relativeHalfWidth))
      return { runs, steady: true, slowestRunMs, typicalRunMs: typicalMs };
    // Testing after every window would sooner or later meet a stretch that is steady by luck.
    nextTest = Math.ceil(runs * 1.25);
  }
}
