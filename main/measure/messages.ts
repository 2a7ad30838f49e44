import { z } from 'zod';
import {
  Affinity,
  Assignment,
  Failure,
  LatencyMode,
  PowerSource,
  ProcessFigures,
  ProviderName,
  ProviderOptions,
  Reading,
  SamplingPlan,
} from '../../preload/contract.ts';

/** Everything that is said between a worker process and its parent. Both sides parse what they hear. */

const Task = z.object({
  modelPath: z.string(),
  provider: ProviderName,
  providerOptions: ProviderOptions,
  batch: z.int().positive(),
  inputSize: z.int().positive().optional(),
  threads: z.int().positive(),
  affinity: Affinity.nullable(),
  arena: z.boolean(),
  mode: LatencyMode,
  plan: SamplingPlan,
  seed: z.int(),
});

/** What a worker is told to do, once in its life. */
export const Order = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('trial'), task: Task }),
  /** Runs the model `runs` times under ONNX Runtime's profiler; the profile goes through files in `folder`. */
  z.object({ kind: z.literal('profile'), task: Task, runs: z.int().positive(), folder: z.string() }),
]);
export type Order = z.infer<typeof Order>;

/** What a session of an offline trial is told when all of them are ready. */
export const Go = z.object({ kind: z.literal('go'), durationMs: z.number().positive() });
export type Go = z.infer<typeof Go>;

const nullableNumber = z.number().nullable();

const SensorSample = z.object({
  atMs: z.number(),
  cpuClockMhz: nullableNumber,
  cpuTemperatureC: nullableNumber,
  gpuClockMhz: nullableNumber,
  gpuTemperatureC: nullableNumber,
  powerW: nullableNumber,
  cpuThrottleCount: nullableNumber.optional(),
  gpuThrottling: z.array(z.string()).readonly().nullable().optional(),
});

const Trial = z.object({
  startedAt: z.iso.datetime(),
  samplesMs: z
    .custom<Float64Array>((value) => value instanceof Float64Array)
    .refine((samples) => samples.length > 0 && samples.every((ms) => ms > 0 && Number.isFinite(ms))),
  warmUpRuns: z.int().nonnegative(),
  steadyStateReached: z.boolean(),
  sessionCreationMs: z.number().nonnegative(),
  firstRunMs: z.number().nonnegative(),
  memory: z.object({
    baselineBytes: nullableNumber,
    peakBytes: Reading,
    loadPeakBytes: Reading,
    runPeakBytes: Reading,
    steadyBytes: Reading,
    gpuBytes: Reading,
  }),
  cpuUtilisation: Reading,
  competingLoad: Reading,
  energyPerInferenceJ: Reading,
  overheadMs: z.number().nonnegative(),
  sensors: z.array(SensorSample).readonly(),
  slept: z.boolean(),
  powerSource: PowerSource,
  modeFigures: ProcessFigures.nullable(),
  onnxruntime: z.string(),
});

const Progress = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('loading') }),
  z.object({ phase: z.literal('warm-up'), samples: z.int(), medianMs: nullableNumber }),
  z.object({
    phase: z.literal('sampling'),
    samples: z.int(),
    medianMs: nullableNumber,
    halfWidthMs: nullableNumber,
  }),
]);

/** One node of the graph as ONNX Runtime ran it: fused and renamed by its optimiser. */
export const NodeTime = z.object({
  name: z.string(),
  op: z.string(),
  /** ONNX Runtime's name of it, such as "CPUExecutionProvider". */
  provider: z.string(),
  /** Median over the profiled runs. */
  durationUs: z.number().nonnegative(),
  /** What it read and wrote: activations and weights in, activations out; null where the profile does not tell. */
  bytes: nullableNumber,
});
export type NodeTime = z.infer<typeof NodeTime>;

export const Profile = z.object({
  assignment: Assignment,
  /** Reading and parsing the model's file, of which there is a time in every profile. */
  modelLoadMs: nullableNumber,
  nodes: z.array(NodeTime),
});
export type Profile = z.infer<typeof Profile>;

/** What a worker says. Whatever it says is a sign of life; `alive` is said when it begins to listen. */
export const Report = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('alive') }),
  z.object({
    kind: z.literal('progress'),
    progress: Progress,
    /** The longest the worker has been deaf so far, in one run: what a watchdog must allow for. */
    slowestRunMs: z.number(),
    residentBytes: z.number(),
  }),
  /** Offline: warmed up, and waiting for `Go`. */
  z.object({ kind: z.literal('ready'), typicalRunMs: z.number().positive() }),
  z.object({ kind: z.literal('trial'), trial: Trial }),
  z.object({ kind: z.literal('profile'), profile: Profile }),
  z.object({ kind: z.literal('failure'), failure: Failure, repeatable: z.boolean() }),
]);
export type Report = z.infer<typeof Report>;
