/**
 * `npm run bench:overhead [-- --json] [-- MODEL …]`: what the harness adds to a run, on a model that does nothing, a
 * trivial one with a real image as input, and backbones (SqueezeNet 1.1 by default). Harness time is the wall time of
 * `await session.run` less the time that ONNX Runtime's own profiler counts inside the library for the same runs.
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
import { measureOverhead } from '../overhead.ts';
import { readRunDurationsUs } from '../profile.ts';
import { takeProfile } from '../profileModel.ts';
import { medianOf } from '../quantiles.ts';
import { loadRuntime } from '../runtime.ts';
import { runWindow } from '../runWindows.ts';
import { loadModel } from '../session.ts';

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
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
    const task = {
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
    } as const;
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

/** The timed part of our loop around nothing at all, in µs: two clock readings and one await. */
async function measureLoop(): Promise<number> {
  const durationsMs = new Float64Array(20_000);
  await runWindow({ run: () => Promise.resolve({}) }, {}, durationsMs, 0, Infinity);
  return medianOf(durationsMs.subarray(durationsMs.length >> 1)) * 1000;
}

function report(): void {
  if (values.json) {
    console.log(JSON.stringify({ loopUs, nothingUs, models: rows }));
    return;
  }
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => (index === 0 ? cell.padEnd(24) : cell.padStart(16))).join('');
  console.log(line(['model', 'latency ms', 'harness µs/run', 'share', 'between runs µs']));
  for (const { model, latencyMs, harnessUs, share, betweenRunsUs } of rows) {
    console.log(
      line([
        model,
        latencyMs.toFixed(3),
        harnessUs.toFixed(1),
        `${(share * 100).toFixed(2)} %`,
        betweenRunsUs.toFixed(1),
      ]),
    );
  }
  console.log(
    `our loop around nothing: ${loopUs.toFixed(2)} µs; a run of a model that does nothing: ${nothingUs.toFixed(1)} µs`,
  );
}
