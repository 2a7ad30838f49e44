import type { Bench } from './benchSetup.ts';
import { ClockWatch } from './clockWatch.ts';
import { ProcessorLoad } from './processorLoad.ts';
import { medianOf } from './quantiles.ts';
import { longest, runOnce, runWindow, windowMs } from './runWindows.ts';
import { giveBack } from './outputs.ts';
import type { Sensing } from './sensing.ts';
import { fewestSamples, type Sampled } from './timedPart.ts';

/** All sessions must run for the same time, so the plan's most samples do not end one of them early; this many might. */
const mostSamples = 100_000;

/**
 * This session's part of an offline trial: back to back, for as long as all the others do. One run before and one run
 * after the timed part are not timed: they keep the machine loaded while the other sessions begin and end.
 */
export async function sampleOffline(
  { session, feeds, task, report, meetOthers }: Bench,
  sensing: Sensing,
  slowestBeforeMs: number,
  typicalRunMs: number,
): Promise<Sampled> {
  const samplesMs = new Float64Array(mostSamples);
  let count = 0;
  let slowestRunMs = slowestBeforeMs;
  let slept = false;

  await sensing.begin();
  const durationMs = await meetOthers(typicalRunMs);
  giveBack(await runOnce(session, feeds));
  const load = new ProcessorLoad();
  const clock = new ClockWatch();
  let timedMs = 0;
  for (;;) {
    const startedMs = performance.now();
    load.openWindow();
    const end = await runWindow(session, feeds, samplesMs, count, windowMs);
    load.closeWindow();
    const tookMs = performance.now() - startedMs;
    if (clock.slept(count === 0 ? null : medianOf(samplesMs.subarray(0, count)) * (end - count))) {
      // What was timed then is no latency: the window is left out, and the trial says so.
      slept = true;
      continue;
    }
    timedMs += tookMs;
    slowestRunMs = Math.max(slowestRunMs, longest(samplesMs.subarray(count, end)));
    count = end;
    const medianMs = medianOf(samplesMs.subarray(0, count));
    report({ phase: 'sampling', samples: count, medianMs, halfWidthMs: null }, slowestRunMs);
    if (count >= mostSamples || (count >= fewestSamples && timedMs >= durationMs)) break;
  }
  giveBack(await runOnce(session, feeds));
  const result = { cpuUtilisation: load.utilisation(), competingLoad: load.competing() };
  await sensing.look();
  return {
    samplesMs: samplesMs.slice(0, count),
    runs: count + 2,
    ...result,
    slept,
    figures: {
      kind: 'offline',
      imagesPerSecond: (count * task.batch) / (timedMs / 1000),
    },
  };
}
