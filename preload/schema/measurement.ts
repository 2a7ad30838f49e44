import { z } from 'zod';
import { Affinity, Configuration, LatencyMode, ProviderOptions } from './configuration.ts';
import { FlagStatement } from './flagStatement.ts';
import { presets, SamplingPlan } from './samplingPlan.ts';
import { Statement } from './statement.ts';
import { BackboneUse, Failure, isoTime, Precision, ProviderName, Reading } from './vocabulary.ts';

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
  'overloaded',
  'missed-frames',
  'power-changed',
] as const;
/** Something that a reader must know before trusting the figure. */
export const Flag = z.object({
  code: z.enum(flagCodes),
  message: z.string(),
  /** What the message says, for a reader of another language; absent in results of earlier versions. */
  said: FlagStatement.optional(),
});
export type Flag = z.infer<typeof Flag>;

/**
 * Statistics of the latency of one run of a batch, in ms. What is counted depends on the mode: one run (single stream,
 * paced), one run while the other sessions run too (offline), or the time from a request's arrival to its answer (server).
 */
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

/** What one worker process (in offline: all sessions together) tells of its latency mode beside the samples. */
export const ProcessFigures = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('offline'), imagesPerSecond: z.number() }),
  z.object({
    kind: z.literal('server'),
    waitMs: z.number(),
    busyShare: z.number(),
    imagesPerSecond: z.number(),
  }),
  z.object({
    kind: z.literal('paced'),
    firstAfterIdleMs: z.number(),
    idleSeconds: z.number(),
    droppedShare: z.number(),
    imagesPerSecond: z.number(),
  }),
]);
export type ProcessFigures = z.infer<typeof ProcessFigures>;

/** What a latency mode tells beside the latency; each figure is the median over worker processes. */
export const ModeFigures = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('offline'),
    /** 95 % interval of the images per second of all sessions together. */
    throughputLow: z.number(),
    throughputHigh: z.number(),
  }),
  z.object({
    kind: z.literal('server'),
    /** Median time that a request waited before its run began. */
    waitMs: z.number(),
    /** 95 % interval of the 99th percentile over processes; null under three processes or 100 samples. */
    p99LowMs: z.number().nullable(),
    p99HighMs: z.number().nullable(),
    /** Share of the time in which the model ran; at 1 and above requests pile up. */
    busyShare: z.number(),
  }),
  z.object({
    kind: z.literal('paced'),
    /** One run after the machine has rested for `idleSeconds`. */
    firstAfterIdleMs: z.number(),
    idleSeconds: z.number(),
    /** Share of the frames that were dropped because the one before was not done when they came. */
    droppedShare: z.number(),
  }),
]);
export type ModeFigures = z.infer<typeof ModeFigures>;

export const Result = z.object({
  id: z.string(),
  runId: z.string(),
  machineId: z.string(),
  configuration: Configuration,
  latencyMs: LatencySummary,
  /** Median latency over the batch size. */
  perImageMs: z.number(),
  /** Images per second: at the median latency in single stream, else as many as were really done. */
  throughputPerSecond: z.number(),
  /** Null in single stream, where the latency says it all. */
  modeFigures: ModeFigures.nullable(),
  /** Reading and parsing the file, as ONNX Runtime's profile tells it; a part of `sessionCreationMs`. */
  modelLoadMs: Reading,
  sessionCreationMs: z.number(),
  firstRunMs: z.number(),
  /** What the harness adds to a run here: the median time of a run that does nothing. Subtracted from nothing. */
  overheadMs: z.number(),
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
  /** Why a sweep measures it; null in a run that was asked for as it is. */
  reason: z.string().nullable(),
  /** What `reason` says, for a reader of another language; null also in what an earlier version kept. */
  said: Statement.nullable(),
  /** The plan of a sweep's job; null: that of its run. */
  plan: SamplingPlan.nullable(),
  /** Worker processes finished so far. */
  processesDone: z.int(),
  resultId: z.string().nullable(),
});
export type Job = z.infer<typeof Job>;

/** One finished worker process of a job. */
export const JobProcess = z.object({
  startedAt: isoTime,
  /** From its start to its end. */
  wallMs: z.number(),
  samples: z.int(),
  medianMs: z.number(),
  warmUpRuns: z.int(),
  steadyStateReached: z.boolean(),
  sessionCreationMs: z.number(),
  firstRunMs: z.number(),
  peakBytes: Reading,
  /** Cores that other programs kept busy. */
  competingLoad: Reading,
  slept: z.boolean(),
});
export type JobProcess = z.infer<typeof JobProcess>;

/** What is known of a job's way so far. */
export const JobLog = z.object({
  job: Job,
  /** Not to be tried again before this time; null where nothing is waited for. */
  retryAt: isoTime.nullable(),
  /** How attempts failed, the newest first; the last ten at most. */
  failures: z.array(
    z.object({
      /** null: not known, of a job from before this was kept. */
      at: isoTime.nullable(),
      /** As which of the job's attempts that failed, from 1; also across what a person asked for again. */
      attempt: z.int().nullable(),
      failure: Failure,
      /** The last few kilobytes that its worker printed; null where it printed nothing. */
      output: z.string().nullable(),
    }),
  ),
  processes: z.array(JobProcess),
});
export type JobLog = z.infer<typeof JobLog>;

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

/**
 * What a person asks to be measured: the cross product of models, batches, precisions and modes on one provider. null: the
 * best provider, the model's own input size, as many threads as physical cores.
 */
export const RunRequest = z.object({
  models: z.array(z.string()).min(1).max(2000),
  batches: z.array(z.int().min(1).max(1024)).min(1).max(32),
  provider: ProviderName.nullable(),
  precisions: z.array(Precision).min(1).default(['fp32']),
  use: BackboneUse.default('classifier'),
  inputSize: z.int().min(32).max(2048).nullable().default(null),
  threads: z.int().min(1).max(1024).nullable().default(null),
  affinity: Affinity.nullable().default(null),
  arena: z.boolean().default(true),
  providerOptions: ProviderOptions.default({}),
  modes: z
    .array(LatencyMode)
    .min(1)
    .max(32)
    .default([{ kind: 'single-stream' }]),
  /** Most bytes that a worker process may hold before it is ended; null: nine tenths of the machine's memory. */
  memoryLimitBytes: z.number().min(1e8).nullable().default(null),
  plan: SamplingPlan.default(presets.standard),
});
export type RunRequest = z.input<typeof RunRequest>;

/** What a run would take that has not begun. */
export const RunEstimate = z.object({
  /** Of writing its model files and measuring, once its turn has come; null where no earlier run on this machine with this plan tells. */
  estimatedMs: z.number().nullable(),
  jobs: z.int(),
  /** Model files that are not there yet, and their bytes; measuring begins after each has been written. */
  modelFiles: z.int(),
  modelFileBytes: z.number(),
  /** About how long they take to be written. */
  writingMs: z.number(),
  /** Of other runs, what goes before it: jobs that wait or are being measured, and about how long those take; null: not known. */
  jobsBefore: z.int(),
  beforeMs: z.number().nullable(),
});
export type RunEstimate = z.infer<typeof RunEstimate>;

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
