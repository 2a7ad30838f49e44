import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { presets, type Precision, type ProviderName } from '../../preload/contract.ts';
import { GraphBuilder, type BuiltGraph, type Value } from '../onnx/builder.ts';
import { centred } from '../onnx/moments.ts';
import { toFloat16 } from '../onnx/passes/float16.ts';
import { quantize } from '../onnx/passes/quantize.ts';
import { writeModel } from '../onnx/write.ts';
import { runTrial } from './runTrial.ts';
import type { Supervision } from './supervise.ts';
import type { TrialOutcome, TrialTask, WorkerLauncher } from './trial.ts';

/** Products or passes in one run: enough that what surrounds them does not count. */
const chainLength = 8;
/** Sides of the square matrices; the next is tried while a run of the last took less than this. */
const sides = [256, 512, 1024, 2048, 4096];
const longEnoughMs = 100;
/** A tensor of this size, or of four times the largest cache, does not stay in a cache. */
const smallestTensorBytes = 64 * 2 ** 20;
const largestTensorBytes = 256 * 2 ** 20;

/** Least samples, seconds and warm-up: the best run counts, and it comes soon. */
const plan = { ...presets.quick, minSamples: 5, maxSecondsPerProcess: 1.5, maxWarmUpSeconds: 1 };

export interface CeilingsAsked {
  readonly provider: ProviderName;
  readonly threads: number;
  readonly precision: Precision;
  /** The machine's largest cache; null where it is not known. */
  readonly cacheBytes: number | null;
}

export interface Ceilings {
  readonly gflopPerSecond: number;
  readonly gigabytesPerSecond: number;
  readonly peakMethod: string;
  readonly memoryMethod: string;
}

export type CeilingsOutcome =
  ({ readonly ok: true } & Ceilings) | Exclude<TrialOutcome, { readonly ok: true }>;

/**
 * The machine's ceilings through ONNX Runtime, each model in worker processes of its own: products of ever larger matrices,
 * and passes over a tensor that no cache holds. The fastest run counts: a ceiling is what nothing disturbed.
 */
export async function measureCeilings(
  launcher: WorkerLauncher,
  { provider, threads, precision, cacheBytes }: CeilingsAsked,
  supervision: Supervision = {},
): Promise<CeilingsOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'backbench-ceilings-'));
  const fastestMs = async (graph: BuiltGraph): Promise<{ ok: true; ms: number } | Failed> => {
    const modelPath = join(folder, 'model.onnx');
    await writeModel(graph, modelPath, { seed: 1, producer: 'backbench' });
    const setting = { provider, threads, providerOptions: {}, affinity: null, arena: true } as const;
    const mode = { kind: 'single-stream' } as const;
    const task: TrialTask = { modelPath, ...setting, batch: 1, mode, plan, seed: 1 };
    const outcome = await runTrial(launcher, task, supervision);
    if (!outcome.ok) return outcome;
    return { ok: true, ms: outcome.trial.samplesMs.reduce((least, ms) => Math.min(least, ms), Infinity) };
  };
  try {
    let peak = { gflopPerSecond: 0, side: 0 };
    for (const side of sides) {
      const outcome = await fastestMs(inPrecision(matrixProducts(side), precision));
      if (!outcome.ok) return outcome;
      const gflopPerSecond = (chainLength * 2 * side ** 3) / outcome.ms / 1e6;
      if (gflopPerSecond > peak.gflopPerSecond) peak = { gflopPerSecond, side };
      if (outcome.ms > longEnoughMs) break;
    }
    const bytes = Math.min(largestTensorBytes, Math.max(smallestTensorBytes, 4 * (cacheBytes ?? 0)));
    const passes = await fastestMs(tensorPasses(bytes));
    if (!passes.ok) return passes;
    return {
      ok: true,
      gflopPerSecond: peak.gflopPerSecond,
      // Each pass reads the tensor and writes it; the first, which makes it, only writes.
      gigabytesPerSecond: ((2 * chainLength + 1) * bytes) / passes.ms / 1e6,
      peakMethod: `products of ${peak.side} × ${peak.side} matrices, ${chainLength} in a row, the fastest run`,
      memoryMethod: `additions to a tensor of ${Math.round(bytes / 2 ** 20)} MB, ${chainLength} in a row, read and written, the fastest run`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Failed = Exclude<TrialOutcome, { readonly ok: true }>;

function inPrecision(graph: BuiltGraph, precision: Precision): BuiltGraph {
  switch (precision) {
    case 'fp32':
      return graph;
    case 'fp16':
      return toFloat16(graph);
    case 'int8':
      return quantize(graph);
  }
}

/** Next to nothing goes in and comes out: both are made and used up inside, so that copying them is not measured. */
function matrixProducts(side: number): BuiltGraph {
  const g = new GraphBuilder('matrix-products');
  let x = spread(g, [1, 1, side, side]);
  for (let i = 0; i < chainLength; i++) {
    x = g.matmul(x, g.parameter('weight', [side, side], { std: 1 / Math.sqrt(side) }), 1);
  }
  return g.finish([['y', oneElement(g, x)]]);
}

function tensorPasses(bytes: number): BuiltGraph {
  const g = new GraphBuilder('tensor-passes');
  const rows = 1024;
  let x = spread(g, [1, 1, rows, Math.round(bytes / 4 / rows)]);
  const one = g.scalar(1);
  for (let i = 0; i < chainLength; i++) x = g.add(x, one);
  return g.finish([['y', oneElement(g, x)]]);
}

/** The one element of the input, everywhere: a tensor that cannot be computed ahead, without reading one. */
function spread(g: GraphBuilder, shape: readonly number[]): Value {
  return g.node('Expand', [g.image(1, 1, 1), g.constant(shape, [shape.length], 'int64')], {}, centred(1));
}

function oneElement(g: GraphBuilder, x: Value): Value {
  return g.slice(g.slice(x, 2, 0, 1), 3, 0, 1);
}
