import { z } from 'zod';
import { BackboneUse, Failure, isoTime, Precision, ProviderName, Reading } from './vocabulary.ts';

/** What is measured: everything here is part of a result's key. */
export const Configuration = z.object({
  /** A backbone's name in the catalog, or the id of a person's own model. */
  model: z.string(),
  use: BackboneUse,
  precision: Precision,
  inputSize: z.int(),
  batch: z.int(),
  provider: ProviderName,
  /** Intra-op threads. */
  threads: z.int(),
});
export type Configuration = z.infer<typeof Configuration>;

/** How long and how often to sample. A preset is a named set of these. */
export const SamplingPlan = z.object({
  /** Fresh worker processes for each configuration, at least and at most. */
  minProcesses: z.int().min(1).max(50),
  maxProcesses: z.int().min(1).max(50),
  /** Timed runs in each process, at least and at most. */
  minSamples: z.int().min(5).max(100_000),
  maxSamples: z.int().min(5).max(100_000),
  /** Wall-time cap of the timed part of one process. */
  maxSecondsPerProcess: z.number().min(0.1).max(3600),
  /** Wall-time cap of the warm-up of one process. */
  maxWarmUpSeconds: z.number().min(0).max(600),
  /** Stop when the 95 % interval of the median is within ± this share of it. */
  relativeHalfWidth: z.number().min(0.001).max(1),
});
export type SamplingPlan = z.infer<typeof SamplingPlan>;

export const presetNames = ['quick', 'standard', 'rigorous'] as const;
export const PresetName = z.enum(presetNames);
export type PresetName = z.infer<typeof PresetName>;

export const presets: Readonly<Record<PresetName, SamplingPlan>> = {
  quick: {
    minProcesses: 1,
    maxProcesses: 2,
    minSamples: 10,
    maxSamples: 300,
    maxSecondsPerProcess: 4,
    maxWarmUpSeconds: 3,
    relativeHalfWidth: 0.05,
  },
  standard: {
    minProcesses: 5,
    maxProcesses: 10,
    minSamples: 20,
    maxSamples: 1000,
    maxSecondsPerProcess: 8,
    maxWarmUpSeconds: 6,
    relativeHalfWidth: 0.02,
  },
  rigorous: {
    minProcesses: 5,
    maxProcesses: 20,
    minSamples: 50,
    maxSamples: 5000,
    maxSecondsPerProcess: 30,
    maxWarmUpSeconds: 20,
    relativeHalfWidth: 0.01,
  },
};

export const flagCodes = [
  'not-converged',
  'bimodal',
  'drift',
  'throttled',
  'competing-load',
  'fell-back',
  'slept',
  'few-processes',
  'unrepeated',
] as const;
/** Something that a reader must know before trusting the figure. */
export const Flag = z.object({ code: z.enum(flagCodes), message: z.string() });
export type Flag = z.infer<typeof Flag>;

/** Statistics of the latency of one run of a batch, in ms. */
export const LatencySummary = z.object({
  median: z.number(),
  /** 95 % interval of the (grand) median. */
  low: z.number(),
  high: z.number(),
  mean: z.number(),
  sd: z.number(),
  min: z.number(),
  p90: z.number(),
  p95: z.number(),
  /** null under 100 samples. */
  p99: z.number().nullable(),
  /** null under 1,000 samples. */
  p999: z.number().nullable(),
  samples: z.int(),
  processes: z.int(),
  converged: z.boolean(),
});
export type LatencySummary = z.infer<typeof LatencySummary>;

export const MemorySummary = z.object({
  /** The worker's high-water mark less its baseline before the session existed, over the whole life. */
  peakBytes: Reading,
  /** The same while the model was loaded, and while it ran. */
  loadPeakBytes: Reading,
  runPeakBytes: Reading,
  /** Resident set after the timed runs, less the baseline. */
  steadyBytes: Reading,
  gpuBytes: Reading,
});
export type MemorySummary = z.infer<typeof MemorySummary>;

/** How much of the graph really ran on the provider that was asked for. */
export const Assignment = z.object({
  nodeShare: z.number(),
  timeShare: z.number(),
  providers: z.record(z.string(), z.int()),
});
export type Assignment = z.infer<typeof Assignment>;

export const Result = z.object({
  id: z.string(),
  runId: z.string(),
  machineId: z.string(),
  configuration: Configuration,
  latencyMs: LatencySummary,
  /** Median latency over the batch size. */
  perImageMs: z.number(),
  throughputPerSecond: z.number(),
  sessionCreationMs: z.number(),
  firstRunMs: z.number(),
  memory: MemorySummary,
  modelFileBytes: z.number(),
  cpuUtilisation: Reading,
  energyPerInferenceJ: Reading,
  assignment: Assignment.nullable(),
  flags: z.array(Flag),
  measuredAt: isoTime,
});
export type Result = z.infer<typeof Result>;

export const jobStates = ['queued', 'leased', 'running', 'done', 'failed', 'cancelled'] as const;
export const JobState = z.enum(jobStates);
export type JobState = z.infer<typeof JobState>;

export const Job = z.object({
  id: z.string(),
  runId: z.string(),
  configuration: Configuration,
  state: JobState,
  attempts: z.int(),
  failure: Failure.nullable(),
  /** Worker processes finished so far. */
  processesDone: z.int(),
  resultId: z.string().nullable(),
});
export type Job = z.infer<typeof Job>;

export const runStates = ['active', 'paused', 'done', 'cancelled', 'interrupted'] as const;
export const Run = z.object({
  id: z.string(),
  machineId: z.string(),
  state: z.enum(runStates),
  plan: SamplingPlan,
  createdAt: isoTime,
  finishedAt: isoTime.nullable(),
  jobs: z.array(Job),
});
export type Run = z.infer<typeof Run>;

/** What a person asks to be measured: the cross product of models, batches and precisions on one provider. null: the best. */
export const RunRequest = z.object({
  models: z.array(z.string()).min(1).max(2000),
  batches: z.array(z.int().min(1).max(1024)).min(1).max(32),
  provider: ProviderName.nullable(),
  precisions: z.array(Precision).min(1).default(['fp32']),
  use: BackboneUse.default('classifier'),
  inputSize: z.int().min(32).max(2048).nullable().default(null),
  threads: z.int().min(1).max(1024).nullable().default(null),
  plan: SamplingPlan.default(presets.standard),
});
export type RunRequest = z.input<typeof RunRequest>;

/** Where a run stands, at most ten times a second. */
export const Progress = z.object({
  runId: z.string(),
  jobsDone: z.int(),
  jobsFailed: z.int(),
  jobsTotal: z.int(),
  /** What is being done now; null between jobs. */
  current: z
    .object({
      jobId: z.string(),
      configuration: Configuration,
      phase: z.enum(['generating', 'loading', 'warm-up', 'sampling']),
      process: z.int(),
      samples: z.int(),
      medianMs: z.number().nullable(),
      /** Half width of the 95 % interval of the median, in ms. */
      halfWidthMs: z.number().nullable(),
    })
    .nullable(),
  etaSeconds: z.number().nullable(),
  state: z.enum(runStates),
});
export type Progress = z.infer<typeof Progress>;
