import type { Bench } from './benchSetup.ts';
import { ClockWatch } from './clockWatch.ts';
import { ProcessorLoad } from './processorLoad.ts';
import { medianOf } from './quantiles.ts';
import { seededRandom } from './random.ts';
import { timeRun } from './runWindows.ts';
import type { Sensing } from './sensing.ts';
import { fewestSamples, restUntil, type Sampled } from './timedPart.ts';

/** Told this often, and only while no request waits. */
const reportPeriodMs = 500;
const shortestRestMs = 5;

/**
 * Requests of one batch each come at random times, independent of one another (a Poisson process, as in MLPerf's server
 * scenario), and are answered one at a time in the order in which they came. A latency counts from a request's arrival to
 * its answer, so it holds the wait for earlier ones. A request that finds the model resting arrives when the process
 * wakes for it; its own lateness of some 50 µs is no latency of the model.
 *
 * One stretch without a pause, because a pause would empty the queue: sensors are read before and after.
 */
export async function sampleServer(
  { session, feeds, task, report }: Bench,
  requestsPerSecond: number,
  sensing: Sensing,
  slowestBeforeMs: number,
): Promise<Sampled> {
  const { maxSamples, maxSecondsPerProcess } = task.plan;
  const random = seededRandom(task.seed);
  const latenciesMs = new Float64Array(maxSamples);
  const waitsMs = new Float64Array(maxSamples);
  let serviceMs = 0;
  let count = 0;
  let slowestRunMs = slowestBeforeMs;
  let sleptMs = 0;

  await sensing.begin();
  const load = new ProcessorLoad();
  const clock = new ClockWatch();
  load.openWindow();
  const startedMs = performance.now();
  let reportedMs = startedMs;
  let dueMs = startedMs;
  let endedMs: number;
  for (;;) {
    dueMs += (-Math.log(random()) / requestsPerSecond) * 1000;
    const restMs = dueMs - performance.now();
    if (restMs > shortestRestMs && performance.now() - reportedMs > reportPeriodMs && count > 0) {
      reportedMs = performance.now();
      const medianMs = medianOf(latenciesMs.subarray(0, count));
      report({ phase: 'sampling', samples: count, medianMs, halfWidthMs: null }, slowestRunMs);
    }
    const waited = dueMs <= performance.now();
    restUntil(dueMs);
    const arrivedMs = waited ? dueMs : performance.now();
    const run = await timeRun(session, feeds);
    endedMs = run.endedMs;
    if (clock.slept(count === 0 ? null : Math.max(0, restMs) + serviceMs / count)) {
      // What was timed then is no latency, and nobody waits for a machine that sleeps.
      sleptMs += endedMs - arrivedMs;
      dueMs = endedMs;
      continue;
    }
    latenciesMs[count] = run.endedMs - arrivedMs;
    waitsMs[count] = Math.max(0, run.startedMs - arrivedMs);
    serviceMs += run.endedMs - run.startedMs;
    slowestRunMs = Math.max(slowestRunMs, run.endedMs - run.startedMs);
    count += 1;
    if (count >= maxSamples) break;
    if (count >= fewestSamples && endedMs - startedMs >= maxSecondsPerProcess * 1000) break;
  }
  load.closeWindow();
  const seconds = (endedMs - startedMs - sleptMs) / 1000;
  const result = { cpuUtilisation: load.utilisation(), competingLoad: load.competing() };
  await sensing.look();
  return {
    samplesMs: latenciesMs.slice(0, count),
    runs: count,
    ...result,
    slept: sleptMs > 0,
    figures: {
      kind: 'server',
      waitMs: medianOf(waitsMs.subarray(0, count)),
      busyShare: (requestsPerSecond * serviceMs) / count / 1000,
      imagesPerSecond: (count * task.batch) / seconds,
    },
  };
}
