import { z } from 'zod';
import { Configuration } from './configuration.ts';
import { watchedWork } from './longWork.ts';
import { Result } from './measurement.ts';
import { isoTime, Precision, ProviderName } from './vocabulary.ts';

/** A condition in which two results differ: told before anybody is called faster. */
export const ConditionDifference = z.object({
  condition: z.string(),
  baseline: z.string(),
  candidate: z.string(),
});

export type ConditionDifference = z.infer<typeof ConditionDifference>;

export const Comparison = z.object({
  baseline: Result,
  candidate: Result,
  /** Empty where the two are comparable. */
  differences: z.array(ConditionDifference),
  /** Candidate's latency over the baseline's, with its 95 % interval. */
  ratio: z.number(),
  low: z.number(),
  high: z.number(),
  verdict: z.enum(['faster', 'slower', 'no difference found']),
  /** The smallest slowdown, as a ratio, that a comparison of this precision finds nine times in ten. */
  detectableRatio: z.number(),
});
export type Comparison = z.infer<typeof Comparison>;

/** Every latency sample behind a result, a block for each worker process. */
export const ResultSamples = z.object({
  processes: z.array(z.object({ startedAt: z.string(), samplesMs: z.array(z.number()) })),
});
export type ResultSamples = z.infer<typeof ResultSamples>;

/** One kernel as ONNX Runtime ran it, with the bytes that it read and wrote, joined with the MACs of the graph's node. */
export const LayerTime = z.object({
  name: z.string(),
  op: z.string(),
  provider: z.string(),
  durationUs: z.number(),
  macs: z.number().nullable(),
  bytes: z.number().nullable(),
  /** 2 × MACs over the time, and bytes over the time: what a roofline draws. null where the costs are not known. */
  gflopPerSecond: z.number().nullable(),
  gigabytesPerSecond: z.number().nullable(),
});
export type LayerTime = z.infer<typeof LayerTime>;

export const LayerProfile = z.object({
  configuration: Configuration,
  layers: z.array(LayerTime),
  nodeShare: z.number(),
  timeShare: z.number(),
});
export type LayerProfile = z.infer<typeof LayerProfile>;

export const CeilingsRequest = z.object({
  provider: ProviderName.nullable().default(null),
  threads: z.int().min(1).max(1024).nullable().default(null),
  precision: Precision.default('fp32'),
  /** Measure again, though these ceilings are known. */
  refresh: z.boolean().default(false),
  ...watchedWork,
});

/**
 * What the machine reaches at best, measured through ONNX Runtime in worker processes: the roof of a roofline
 * (Williams, Waterman, Patterson, 2009).
 */
export const MachineCeilings = z.object({
  machineId: z.string(),
  provider: ProviderName,
  threads: z.int(),
  precision: Precision,
  /** Of large matrix products, at 2 FLOP a MAC. */
  gflopPerSecond: z.number(),
  /** Of copying tensors much larger than any cache: bytes read and written. */
  gigabytesPerSecond: z.number(),
  /** What was run for each, in words. */
  peakMethod: z.string(),
  memoryMethod: z.string(),
  measuredAt: isoTime,
});
export type MachineCeilings = z.infer<typeof MachineCeilings>;

/** A person's own model file, as it was found when it was added. */
export const OwnModel = z.object({
  name: z.string(),
  path: z.string(),
  params: z.number(),
  macs: z.number(),
  activations: z.number(),
  inputSize: z.int(),
  unknownOperators: z.array(z.string()),
  assumed: z.array(z.string()),
});
export type OwnModel = z.infer<typeof OwnModel>;

export const DataFolder = z.object({
  path: z.string(),
  databaseBytes: z.number(),
  /** Generated model files: they can be deleted at any time and are made anew when needed. */
  modelBytes: z.number(),
  freeBytes: z.number(),
});
export type DataFolder = z.infer<typeof DataFolder>;

export const ProfileRequest = z.object({
  model: z.string(),
  provider: ProviderName.nullable().default(null),
  batch: z.int().min(1).max(1024).default(1),
  precision: Precision.default('fp32'),
  inputSize: z.int().min(32).max(2048).nullable().default(null),
  threads: z.int().min(1).max(1024).nullable().default(null),
  ...watchedWork,
});
