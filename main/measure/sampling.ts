import type { SamplingPlan } from '../../preload/contract.ts';
import type { Bench } from './benchSetup.ts';
import { ClockWatch } from './clockWatch.ts';
import { medianInterval } from './medianInterval.ts';
import { giveBack } from './outputs.ts';
import { ProcessorLoad } from './processorLoad.ts';
import { median } from './quantiles.ts';
import { longest, runOnce, runWindow, windowMs } from './runWindows.ts';
import type { Sensing } from './sensing.ts';
import { fewestSamples, type Sampled } from './timedPart.ts';

/** Between two looks at the sensors. */
export const sensorPeriodMs = 1000;
/** The timed part lasts this long at least, or a tiny model would be measured on one mood of the machine. */
const shortestMs = 500;

/** Single stream: windows of timed runs, back to back, until this process has said what it can: see `isEnough`. */
export async function sampleLatency(
  { session, feeds, task, report }: Bench,
  sensing: Sensing,
  slowestBeforeMs: number,
): Promise<Sampled> {
  const { plan } = task;
  const samplesMs = new Float64Array(plan.maxSamples);
  const scratch = new Float64Array(plan.maxSamples);
  let count = 0;
  let runs = 0;
  let slowestRunMs = slowestBeforeMs;
  let slept = false;
  let medianMs: number | null = null;
  // After a pause the first run finds cold caches and a lower clock: it is run, but not timed.
  const lookAtSensors = async (look: () => Promise<void>): Promise<number> => {
    await look();
    giveBack(await runOnce(session, feeds));
    runs += 1;
    return performance.now();
  };

  let lookedMs = await lookAtSensors(() => sensing.begin());
  const load = new ProcessorLoad();
  const clock = new ClockWatch();
  for (;;) {
    const leftMs = Math.max(0, plan.maxSecondsPerProcess * 1000 - load.timedMs);
    load.openWindow();
    const end = await runWindow(session, feeds, samplesMs, count, Math.min(windowMs, leftMs));
    load.closeWindow();
    runs += end - count;
    if (clock.slept(medianMs === null ? null : medianMs * (end - count))) {
      // What was timed then is no latency: the window is left out, and the trial says so.
      slept = true;
      continue;
    }
    slowestRunMs = Math.max(slowestRunMs, longest(samplesMs.subarray(count, end)));
    count = end;

    scratch.set(samplesMs.subarray(0, count));
    const ordered = scratch.subarray(0, count).sort();
    medianMs = median(ordered);
    const interval = medianInterval(ordered, 0.95);
    const halfWidthMs = interval === null ? null : (interval.high - interval.low) / 2;
    report({ phase: 'sampling', samples: count, medianMs, halfWidthMs }, slowestRunMs);
    if (isEnough(plan, { count, timedMs: load.timedMs, medianMs, halfWidthMs }, shortestMs)) break;
    if (performance.now() - lookedMs >= sensorPeriodMs) {
      lookedMs = await lookAtSensors(() => sensing.look());
      clock.restart();
    }
  }
  const result = { cpuUtilisation: load.utilisation(), competingLoad: load.competing() };
  await sensing.look();
  return { samplesMs: samplesMs.slice(0, count), runs, ...result, slept, figures: null };
}

interface Standing {
  readonly count: number;
  readonly timedMs: number;
  readonly medianMs: number;
  readonly halfWidthMs: number | null;
}

/**
 * Whether one process has run enough: at a cap of the plan, or when its own median is known to half of the width that is
 * asked of the grand median. Beyond that only other processes add to what is known.
 */
export function isEnough(
  plan: SamplingPlan,
  { count, timedMs, medianMs, halfWidthMs }: Standing,
  shortestMs: number,
): boolean {
  if (count >= plan.maxSamples) return true;
  if (count < fewestSamples) return false;
  if (timedMs >= plan.maxSecondsPerProcess * 1000) return true;
  if (count < plan.minSamples || timedMs < shortestMs || halfWidthMs === null) return false;
  return halfWidthMs <= (plan.relativeHalfWidth / 2) * medianMs;
}
