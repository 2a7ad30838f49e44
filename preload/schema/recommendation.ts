import { z } from 'zod';
import { BackboneUse, Precision, ProviderName } from './vocabulary.ts';
import { Flag, Result } from './measurement.ts';

/** The limits a backbone must keep. null: no limit. */
export const Limits = z.object({
  maxLatencyMs: z.number().positive().nullable().default(null),
  minFps: z.number().positive().nullable().default(null),
  /** Peak memory of the process. */
  maxMemoryBytes: z.number().positive().nullable().default(null),
  maxParams: z.number().positive().nullable().default(null),
  maxMacs: z.number().positive().nullable().default(null),
  maxFileBytes: z.number().positive().nullable().default(null),
  minTop1: z.number().min(0).max(100).nullable().default(null),
});
export type Limits = z.infer<typeof Limits>;
export type LimitName = keyof Limits;

export const RecommendationRequest = z.object({
  /** A device's id; null: this machine. */
  device: z.string().nullable().default(null),
  limits: Limits.default(Limits.parse({})),
  batch: z.int().min(1).max(1024).default(1),
  providers: z.array(ProviderName).nullable().default(null),
  precisions: z.array(Precision).nullable().default(null),
  use: BackboneUse.default('classifier'),
  count: z.int().min(1).max(100).default(5),
});
export type RecommendationRequest = z.input<typeof RecommendationRequest>;

/** How a candidate stands to one limit. `unknown`: the counter is absent, so the limit can be neither kept nor broken. */
export const LimitVerdict = z.object({
  limit: z.string(),
  verdict: z.enum(['clears', 'within-noise', 'breaks', 'unknown']),
  /** Probability that the true value keeps the limit, 0 … 1; null where unknown. */
  confidence: z.number().nullable(),
  /** Signed share of the limit that is left; negative where it is broken. */
  margin: z.number().nullable(),
  sentence: z.string(),
});
export type LimitVerdict = z.infer<typeof LimitVerdict>;

export const Candidate = z.object({
  model: z.string(),
  family: z.string(),
  provider: z.string(),
  precision: z.string(),
  batch: z.int(),
  inputSize: z.int(),
  top1: z.number(),
  accuracySource: z.string(),
  params: z.number(),
  macs: z.number(),
  latencyMs: z.object({ median: z.number(), low: z.number().nullable(), high: z.number().nullable() }),
  fps: z.number(),
  memoryBytes: z.number().nullable(),
  memoryMethod: z.string().nullable(),
  flags: z.array(Flag),
  /** measured here, published by somebody else, or predicted. */
  origin: z.enum(['measured', 'published', 'predicted']),
  verdicts: z.array(LimitVerdict),
  resultId: z.string().nullable(),
});
export type Candidate = z.infer<typeof Candidate>;

export const Recommendation = z.object({
  device: z.object({ id: z.string(), name: z.string() }),
  /** By top-1, best first; every one clears every limit, or straddles one and says so. */
  ranked: z.array(Candidate),
  /** More accurate than the winner, and why they fell out. */
  excluded: z.array(z.object({ candidate: Candidate, reason: z.string() })),
  /** Where nothing fits: the nearest misses. */
  nearestMisses: z.array(z.object({ candidate: Candidate, reason: z.string() })),
  notes: z.array(z.string()),
  considered: z.int(),
});
export type Recommendation = z.infer<typeof Recommendation>;

/** A result beside what is known of its model: costs from the graph, and the accuracy that rankings use with its source. */
export const ResultRow = z.object({
  result: Result,
  family: z.string(),
  top1: z.number().nullable(),
  top1Source: z.string().nullable(),
  params: z.number(),
  macs: z.number(),
});
export type ResultRow = z.infer<typeof ResultRow>;
