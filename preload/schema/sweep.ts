import { z } from 'zod';
import { RecommendationRequest } from './recommendation.ts';
import type { SamplingPlan } from './samplingPlan.ts';
import { Statement } from './statement.ts';

/**
 * "Answer my question" instead of "measure everything": measures what is likeliest to change the best five on this machine,
 * until they are settled.
 */
export const SweepRequest = z.object({
  /** Its provider and precisions are measured (null: the best provider, fp32), its batch, its use. `device` is this machine. */
  question: RecommendationRequest,
  /** Probability that the best five are right, at which the sweep ends. */
  confidence: z.number().min(0.5).max(0.999).default(0.9),
  /** Backbones that may be measured; null: the whole catalog. */
  models: z.array(z.string()).min(1).max(2000).nullable().default(null),
  maxSeconds: z.number().positive().max(864_000).nullable().default(null),
  threads: z.int().min(1).max(1024).nullable().default(null),
});
export type SweepRequest = z.output<typeof SweepRequest>;

export const skipReasons = ['limits', 'predicted', 'not-needed', 'time'] as const;
/** A backbone that was not measured, and why not. */
export const SkippedModel = z.object({
  model: z.string(),
  precision: z.string(),
  top1: z.number(),
  /**
   * limits: breaks one by what is known without measuring. predicted: predicted to break one. not-needed: five better ones
   * keep them. time: the sweep ended before its turn.
   */
  why: z.enum(skipReasons),
  sentence: z.string(),
  /** What `sentence` says, for a reader of another language; absent in what an earlier version kept. */
  said: z.array(Statement).optional(),
});
export type SkippedModel = z.infer<typeof SkippedModel>;

export const SweepOutcome = z.object({
  /** measuring: it goes on. settled: as sure as asked. exhausted: nothing more would help. stopped: cancelled, or out of time. */
  state: z.enum(['measuring', 'settled', 'exhausted', 'stopped']),
  /** Probability that the best five are those of the answer. */
  settled: z.number(),
  /** The best five as they stand. */
  answer: z.array(z.string()),
  skipped: z.array(SkippedModel),
});
export type SweepOutcome = z.infer<typeof SweepOutcome>;

export const Sweep = z.object({ runId: z.string(), request: SweepRequest, outcome: SweepOutcome });
export type Sweep = z.infer<typeof Sweep>;

/** One process, and no longer than it takes to see whether a model is worth a better look. */
export const roughPlan: SamplingPlan = {
  minProcesses: 1,
  maxProcesses: 1,
  minSamples: 8,
  maxSamples: 100,
  maxSecondsPerProcess: 1.5,
  maxWarmUpSeconds: 1,
  relativeHalfWidth: 0.05,
};

/** Five processes of some seconds: the interval is one of processes, and narrow enough for most limits. */
export const closePlan: SamplingPlan = {
  minProcesses: 5,
  maxProcesses: 5,
  minSamples: 10,
  maxSamples: 200,
  maxSecondsPerProcess: 2,
  maxWarmUpSeconds: 1.5,
  relativeHalfWidth: 0.02,
};
