import type { InferenceSession } from 'onnxruntime-node';
import { readPowerSource } from '../hardware/powerState.ts';
import { makeFeeds, type Feeds } from './feeds.ts';
import { MemoryGauge } from './memory.ts';
import { measureOverhead } from './overhead.ts';
import type { OnnxRuntime } from './runtime.ts';
import { timeFirstRun } from './runWindows.ts';
import { sampleLatency } from './sampling.ts';
import { Sensing } from './sensing.ts';
import { loadModel } from './session.ts';
import type { Trial, TrialProgress, TrialTask } from './trial.ts';
import { warmUpUntilSteady } from './warmUp.ts';

const overheadRuns = 200;

/** What a trial tells while it goes on; `slowestRunMs` is the longest single run so far. */
export type Reporter = (progress: TrialProgress, slowestRunMs: number) => void;

/** What every phase of a trial works on. */
export interface Bench {
  readonly session: InferenceSession;
  readonly feeds: Feeds;
  readonly task: TrialTask;
  readonly report: Reporter;
}

/**
 * One trial, start to end, in this process: baseline, load, first run, warm-up until steady, timed windows. Whatever is
 * costly and not the model happens before, between windows, or after. Throws a TrialFailure.
 */
export async function timeModel(runtime: OnnxRuntime, task: TrialTask, report: Reporter): Promise<Trial> {
  const startedAt = new Date().toISOString();
  const overheadMs = await measureOverhead(runtime, overheadRuns);
  const sensing = new Sensing(task);
  const memory = new MemoryGauge();
  await sensing.markBaseline();
  memory.markBaseline();

  report({ phase: 'loading' }, 0);
  const { session, sessionCreationMs } = await loadModel(runtime, task);
  memory.markLoaded();

  report({ phase: 'warm-up', samples: 0, medianMs: null }, 0);
  const bench: Bench = { session, feeds: makeFeeds(runtime, session.inputMetadata, task), task, report };
  const firstRunMs = await timeFirstRun(session, bench.feeds);
  const warmUp = await warmUpUntilSteady(bench, firstRunMs);
  const sampled = await sampleLatency(bench, sensing, warmUp.slowestRunMs);

  return {
    startedAt,
    samplesMs: sampled.samplesMs,
    warmUpRuns: warmUp.runs + 1,
    steadyStateReached: warmUp.steady,
    sessionCreationMs,
    firstRunMs,
    memory: memory.finish(await sensing.gpuMemoryBytes()),
    cpuUtilisation: sampled.cpuUtilisation,
    competingLoad: sampled.competingLoad,
    energyPerInferenceJ: sensing.energyPerInferenceJ(sampled.runs * task.batch),
    overheadMs,
    sensors: sensing.samples,
    slept: sampled.slept,
    powerSource: await readPowerSource(),
    modeFigures: null,
    onnxruntime: runtime.env.versions.node ?? runtime.env.versions.common,
  };
}
