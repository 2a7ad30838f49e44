/**
 * `npm run bench:overhead [-- --json] [-- MODEL …]`: what the harness adds to a run, on a model that does nothing, a
 * trivial one with a real image as input, and backbones (SqueezeNet 1.1 by default). Harness time is the wall time of
 * `await session.run` less the time that ONNX Runtime's own profiler counts inside the library for the same runs; where
 * a C program was measured on the same library, its ratio stands beside it. And what sampling the sensors and telling
 * the parent cost, as a share of one core: the worker's part timed call by call, the parent's by its own CPU time while
 * a worker measures.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { presets } from '../../../preload/contract.ts';
import { GraphBuilder, type BuiltGraph } from '../../onnx/builder.ts';
import { encodeModel } from '../../onnx/write.ts';
import { buildGraph } from '../../zoo/build.ts';
import { architectureNamed } from '../../zoo/catalog.ts';
import { makeFeeds } from '../feeds.ts';
import { nodeLauncher } from '../launchFork.ts';
import { measureOverhead } from '../overhead.ts';
import { readRunDurationsUs } from '../profile.ts';
import { takeProfile } from '../profileModel.ts';
import { medianOf } from '../quantiles.ts';
import { loadRuntime } from '../runtime.ts';
import { runTrial } from '../runTrial.ts';
import { runWindow, windowMs } from '../runWindows.ts';
import { sensorPeriodMs } from '../sampling.ts';
import { Sensing } from '../sensing.ts';
import { encodeFrame } from '../frames.ts';
import { loadModel } from '../session.ts';
import type { TrialTask } from '../trial.ts';

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
/** Latency over a C program's on the same libonnxruntime, as it was measured when Backbench was designed. */
const designRatios: Readonly<Record<string, number>> = { squeezenet1_1: 1.02, resnet50: 1.003 };

const warmUpRuns = 50;
const timedRuns = 300;
const runtime = await loadRuntime();

interface Row {
  readonly model: string;
  /** Median wall time of one run. */
  readonly latencyMs: number;
  /** Median of what a run takes outside ONNX Runtime. */
  readonly harnessUs: number;
  /** Harness over latency. */
  readonly share: number;
  /** What our loop takes from the end of one run to the start of the next: outputs given back, clock read. */
  readonly betweenRunsUs: number;
}

const rows = [await measureModel('trivial, 1×3×224×224', trivialGraph())];
for (const name of positionals.length === 0 ? ['squeezenet1_1'] : positionals) {
  rows.push(await measureModel(name, buildGraph(architectureNamed(name))));
}
const loopUs = await measureLoop();
const telemetry = await measureTelemetry();
const nothingUs = (await measureOverhead(runtime, 2000)) * 1000;
report();

/** Global pooling of one image: all the input of a backbone, and next to none of the work. */
function trivialGraph(): BuiltGraph {
  const g = new GraphBuilder('trivial');
  return g.finish([['y', g.globalAvgPool(g.image(3, 224, 224))]]);
}

async function measureModel(model: string, graph: BuiltGraph): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'backbench-overhead-'));
  try {
    const modelPath = join(folder, 'model.onnx');
    await writeFile(modelPath, encodeModel(graph, { seed: 1, producer: 'backbench' }));
    const task = taskFor(modelPath);
    const { session } = await loadModel(runtime, task);
    const feeds = makeFeeds(runtime, session.inputMetadata, task);
    const durationsMs = new Float64Array(timedRuns);
    await runWindow(session, feeds, new Float64Array(warmUpRuns), 0, Infinity);
    const started = performance.now();
    await runWindow(session, feeds, durationsMs, 0, Infinity);
    const wallMs = performance.now() - started;
    await session.release();

    // Profiled apart, so that its cost is not in the latency; it adds to both clocks alike.
    const profileFolder = await mkdtemp(join(folder, 'profile-'));
    const { session: profiled } = await loadModel(runtime, task, join(profileFolder, 'run'));
    const profiledMs = new Float64Array(warmUpRuns + timedRuns);
    await runWindow(profiled, feeds, profiledMs, 0, Infinity);
    profiled.endProfiling();
    const insideUs = readRunDurationsUs(await takeProfile(profileFolder));
    await profiled.release();
    const harnessUs = medianOf(
      insideUs.slice(warmUpRuns).map((us, run) => (profiledMs[warmUpRuns + run] ?? Number.NaN) * 1000 - us),
    );

    const latencyMs = medianOf(durationsMs);
    const timedMs = durationsMs.reduce((sum, ms) => sum + ms, 0);
    return {
      model,
      latencyMs,
      harnessUs,
      share: harnessUs / (latencyMs * 1000),
      betweenRunsUs: ((wallMs - timedMs) / timedRuns) * 1000,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function taskFor(modelPath: string): TrialTask {
  return {
    modelPath,
    provider: 'cpu',
    providerOptions: {},
    batch: 1,
    threads: Math.max(1, availableParallelism() >> 1),
    affinity: null,
    arena: true,
    mode: { kind: 'single-stream' },
    plan: presets.standard,
    seed: 1,
  };
}

/** The timed part of our loop around nothing at all, in µs: two clock readings and one await. */
async function measureLoop(): Promise<number> {
  const durationsMs = new Float64Array(20_000);
  await runWindow({ run: () => Promise.resolve({}) }, {}, durationsMs, 0, Infinity);
  return medianOf(durationsMs.subarray(durationsMs.length >> 1)) * 1000;
}

interface Telemetry {
  /** One look at the clock, temperature and energy of the processor, and one report to the parent, in µs of CPU time. */
  readonly lookUs: number;
  readonly reportUs: number;
  /** Both as often as they happen, in a worker: share of one core. */
  readonly workerShare: number;
  /** CPU time of the parent during the timed part: share of one core. */
  readonly parentShare: number;
}

async function measureTelemetry(): Promise<Telemetry> {
  const sensing = new Sensing({ provider: 'cpu', providerOptions: {} });
  await sensing.begin();
  const lookUs = await cpuUsPerCall(200, () => sensing.look());
  const progress = { phase: 'sampling', samples: 300, medianMs: 5.1, halfWidthMs: 0.02 };
  const message = { kind: 'progress', progress, slowestRunMs: 7, residentBytes: 1e8 };
  const reportUs = await cpuUsPerCall(20_000, () => Promise.resolve(encodeFrame(message)));
  const perSecond = lookUs * (1000 / sensorPeriodMs) + reportUs * (1000 / windowMs);

  const folder = await mkdtemp(join(tmpdir(), 'backbench-overhead-'));
  try {
    const modelPath = join(folder, 'model.onnx');
    await writeFile(modelPath, encodeModel(trivialGraph(), { seed: 1, producer: 'backbench' }));
    const plan = { ...presets.rigorous, minSamples: 100_000, maxSamples: 100_000, maxSecondsPerProcess: 5 };
    // From the first word of the timed part to the last: starting a process and taking its result in come once.
    const told: { readonly atMs: number; readonly cpuUs: number }[] = [];
    const outcome = await runTrial(
      nodeLauncher,
      { ...taskFor(modelPath), plan },
      {
        onProgress: ({ phase }) => {
          const { user, system } = process.cpuUsage();
          if (phase === 'sampling') told.push({ atMs: performance.now(), cpuUs: user + system });
        },
      },
    );
    if (!outcome.ok) throw new Error(outcome.failure.message);
    const [first, last] = [told[0], told.at(-1)];
    const parentShare =
      first === undefined || last === undefined
        ? Number.NaN
        : (last.cpuUs - first.cpuUs) / 1000 / (last.atMs - first.atMs);
    return { lookUs, reportUs, workerShare: perSecond / 1e6, parentShare };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function cpuUsPerCall(calls: number, call: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < calls; i++) await call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

function report(): void {
  if (values.json) {
    console.log(JSON.stringify({ loopUs, nothingUs, telemetry, models: rows }));
    return;
  }
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => (index === 0 ? cell.padEnd(24) : cell.padStart(16))).join('');
  console.log(line(['model', 'latency ms', 'harness µs/run', 'ratio', 'ratio by design', 'between runs µs']));
  for (const { model, latencyMs, harnessUs, share, betweenRunsUs } of rows) {
    console.log(
      line([
        model,
        latencyMs.toFixed(3),
        harnessUs.toFixed(1),
        (1 / (1 - share)).toFixed(4),
        designRatios[model]?.toString() ?? '–',
        betweenRunsUs.toFixed(1),
      ]),
    );
  }
  console.log(
    `our loop around nothing: ${loopUs.toFixed(2)} µs; a run of a model that does nothing: ${nothingUs.toFixed(1)} µs`,
  );
  const percent = (share: number): string => `${(share * 100).toFixed(3)} % of a core`;
  const { lookUs, reportUs, workerShare, parentShare } = telemetry;
  console.log(
    `telemetry: ${lookUs.toFixed(0)} µs a look at the sensors, each ${sensorPeriodMs} ms; ${reportUs.toFixed(1)} µs a report, each ${windowMs} ms: ${percent(workerShare)} in the worker; ${percent(parentShare)} in the parent during the timed part`,
  );
}
