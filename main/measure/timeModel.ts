import { readPowerSource } from '../hardware/powerState.ts';
import type { Bench, Reporter } from './benchSetup.ts';
import { makeFeeds } from './feeds.ts';
import { MemoryGauge } from './memory.ts';
import { sampleOffline } from './offlineSampling.ts';
import { measureOverhead } from './overhead.ts';
import { samplePaced } from './pacedSampling.ts';
import type { OnnxRuntime } from './runtime.ts';
import { timeFirstRun } from './runWindows.ts';
import { sampleLatency } from './sampling.ts';
import { Sensing } from './sensing.ts';
import { sampleServer } from './serverSampling.ts';
import { loadModel } from './session.ts';
import type { Sampled } from './timedPart.ts';
import type { Trial, TrialTask } from './trial.ts';
import { warmUpUntilSteady, type WarmUp } from './warmUp.ts';

const overheadRuns = 200;

/**
 * One trial, start to end, in this process: baseline, load, first run, warm-up until steady, timed windows. Whatever is
 * costly and not the model happens before, between windows, or after. Throws a TrialFailure.
 */
export async function timeModel(
  runtime: OnnxRuntime,
  task: TrialTask,
  report: Reporter,
  meetOthers: Bench['meetOthers'],
): Promise<Trial> {
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
  const feeds = makeFeeds(runtime, session.inputMetadata, task);
  const bench: Bench = { session, feeds, task, report, meetOthers };
  const firstRunMs = await timeFirstRun(session, feeds);
  const warmUp = await warmUpUntilSteady(bench, firstRunMs);
  const sampled = await sample(bench, sensing, warmUp);

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
    modeFigures: sampled.figures,
    onnxruntime: runtime.env.versions.node ?? runtime.env.versions.common,
  };
}

function sample(bench: Bench, sensing: Sensing, warmUp: WarmUp): Promise<Sampled> {
  const { mode } = bench.task;
  switch (mode.kind) {
    case 'single-stream':
      return sampleLatency(bench, sensing, warmUp.slowestRunMs);
    case 'offline':
      return sampleOffline(bench, sensing, warmUp.slowestRunMs, warmUp.typicalRunMs);
    case 'server':
      return sampleServer(bench, mode.requestsPerSecond, sensing, warmUp.slowestRunMs);
    case 'paced':
      return samplePaced(bench, mode.framesPerSecond, sensing, warmUp.slowestRunMs);
  }
}
