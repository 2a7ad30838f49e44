import type { Bench } from './benchSetup.ts';
import { ClockWatch } from './clockWatch.ts';
import { medianInterval } from './medianInterval.ts';
import { ProcessorLoad } from './processorLoad.ts';
import { medianOf, sorted } from './quantiles.ts';
import { timeRun } from './runWindows.ts';
import { isEnough, sensorPeriodMs } from './sampling.ts';
import type { Sensing } from './sensing.ts';
import { fewestSamples, restUntil, type Sampled } from './timedPart.ts';

/** The frames go on for this long at least: clocks and schedulers take seconds to find a light load's state. */
const shortestMs = 2000;
/** How long the machine rests before the run after idle. */
const idleSeconds = 5;

/**
 * One run for each frame of a camera, at even times; in between the process sleeps, and the machine lowers its clocks. A
 * latency counts from the moment at which the process wakes for the frame. Frames that come while the one before is still
 * worked on are dropped, as a live view drops them, and counted. At the end the machine rests, and one more run is timed.
 */
export async function samplePaced(
  { session, feeds, task, report }: Bench,
  framesPerSecond: number,
  sensing: Sensing,
  slowestBeforeMs: number,
): Promise<Sampled> {
  const { plan } = task;
  const periodMs = 1000 / framesPerSecond;
  const samplesMs = new Float64Array(plan.maxSamples);
  let count = 0;
  let runs = 0;
  let dropped = 0;
  let slept = false;
  let slowestRunMs = slowestBeforeMs;

  await sensing.begin();
  const load = new ProcessorLoad();
  const clock = new ClockWatch();
  let lookedMs = performance.now();
  let dueMs = lookedMs;
  /** The frame after a look at the sensors finds caches that they swept: it is run, and not timed. */
  let timed = false;
  load.openWindow();
  for (;;) {
    dueMs += periodMs;
    restUntil(dueMs);
    const { startedMs, endedMs } = await timeRun(session, feeds);
    runs += 1;
    while (dueMs + periodMs < endedMs) {
      dueMs += periodMs;
      if (timed) dropped += 1;
    }
    if (timed && clock.slept(periodMs + endedMs - startedMs)) {
      slept = true;
      continue;
    }
    if (!timed) {
      timed = true;
      clock.restart();
      continue;
    }
    samplesMs[count] = endedMs - startedMs;
    slowestRunMs = Math.max(slowestRunMs, endedMs - startedMs);
    count += 1;
    if (performance.now() - lookedMs < sensorPeriodMs && count < plan.maxSamples) continue;

    load.closeWindow();
    const ordered = sorted(samplesMs.subarray(0, count));
    const medianMs = medianOf(ordered);
    const interval = medianInterval(ordered, 0.95);
    const halfWidthMs = interval === null ? null : (interval.high - interval.low) / 2;
    report({ phase: 'sampling', samples: count, medianMs, halfWidthMs }, slowestRunMs);
    const standing = { count, timedMs: load.timedMs, medianMs, halfWidthMs };
    if (count >= fewestSamples && isEnough(plan, standing, shortestMs)) break;
    await sensing.look();
    lookedMs = performance.now();
    dueMs = lookedMs;
    timed = false;
    load.openWindow();
  }
  const imagesPerSecond = (count * task.batch) / (load.timedMs / 1000);
  const result = { cpuUtilisation: load.utilisation(), competingLoad: load.competing() };
  await sensing.look();

  const restSeconds = Math.min(idleSeconds, plan.maxSecondsPerProcess);
  restUntil(performance.now() + restSeconds * 1000);
  const afterIdle = await timeRun(session, feeds);
  return {
    samplesMs: samplesMs.slice(0, count),
    runs,
    ...result,
    slept,
    figures: {
      kind: 'paced',
      firstAfterIdleMs: afterIdle.endedMs - afterIdle.startedMs,
      idleSeconds: restSeconds,
      droppedShare: dropped / (dropped + count),
      imagesPerSecond,
    },
  };
}
