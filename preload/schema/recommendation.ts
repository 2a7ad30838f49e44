import { z } from 'zod';
import { BackboneUse, Precision, ProviderName } from './vocabulary.ts';
import { Limits } from './limits.ts';
import { Flag, Result } from './measurement.ts';
import { Statement } from './statement.ts';

/** What `cheapest` makes small and `weighted` puts a price on. Latency counts per image. */
export const costMetrics = ['latencyMs', 'memoryBytes', 'params', 'macs', 'fileBytes', 'energyJ'] as const;
export const CostMetric = z.enum(costMetrics);
export type CostMetric = z.infer<typeof CostMetric>;

/** What "best" means among the backbones that keep the limits. */
export const Objective = z.discriminatedUnion('kind', [
  /** The highest top-1. */
  z.object({ kind: z.literal('accuracy') }),
  /** The least of one cost; with `minTop1` as a limit: the cheapest that reaches an accuracy. */
  z.object({ kind: z.literal('cheapest'), cost: CostMetric.default('latencyMs') }),
  /**
   * The highest top-1 − Σ weight · log₂(cost). A weight is the number of points of top-1 that one would give for half of
   * that cost. A model's score does not depend on which others were measured.
   */
  z.object({
    kind: z.literal('weighted'),
    weights: z.partialRecord(CostMetric, z.number().min(0).max(100)),
  }),
]);
export type Objective = z.infer<typeof Objective>;

/** How images come. */
export const Scenario = z.discriminatedUnion('kind', [
  /** One run after the other at the asked batch size. */
  z.object({ kind: z.literal('single-stream') }),
  /** As many images a second as possible: of each model the batch size that serves the objective best. */
  z.object({ kind: z.literal('offline') }),
  /** Requests of one batch each at random times; p99 then contains the wait for earlier requests. */
  z.object({ kind: z.literal('server'), requestsPerSecond: z.number().positive() }),
]);
export type Scenario = z.infer<typeof Scenario>;

export const predictedChoices = ['apart', 'together', 'none'] as const;

export const RecommendationRequest = z.object({
  /** A device's id; null: this machine. */
  device: z.string().nullable().default(null),
  limits: Limits.default(Limits.parse({})),
  scenario: Scenario.default({ kind: 'single-stream' }),
  objective: Objective.default({ kind: 'accuracy' }),
  batch: z.int().min(1).max(1024).default(1),
  providers: z.array(ProviderName).nullable().default(null),
  precisions: z.array(Precision).nullable().default(null),
  inputSizes: z.array(z.int().min(1)).nullable().default(null),
  /** Licences of weights that are allowed, such as "BSD-3-Clause"; weights of unknown licence then fall out. */
  licences: z.array(z.string()).nullable().default(null),
  use: BackboneUse.default('classifier'),
  /** Predicted values: ranked apart from measured ones, among them, or not at all. */
  predicted: z.enum(predictedChoices).default('apart'),
  count: z.int().min(1).max(100).default(5),
});
export type RecommendationRequest = z.input<typeof RecommendationRequest>;

/** A question that a person keeps under a name. */
export const SavedQuestion = z.object({
  name: z.string(),
  question: RecommendationRequest,
  savedAt: z.iso.datetime(),
});
export type SavedQuestion = z.infer<typeof SavedQuestion>;

/** How a candidate stands to one limit. `unknown`: the counter is absent, so the limit can be neither kept nor broken. */
export const LimitVerdict = z.object({
  limit: z.string(),
  verdict: z.enum(['clears', 'within-noise', 'breaks', 'unknown']),
  /** Probability that the true value keeps the limit, 0 … 1; null where unknown. */
  confidence: z.number().nullable(),
  /** Signed share of the limit that is left; negative where it is broken. */
  margin: z.number().nullable(),
  sentence: z.string(),
  /** What `sentence` says, for a reader of another language. */
  said: Statement,
});
export type LimitVerdict = z.infer<typeof LimitVerdict>;

/** A neighbour on the accuracy-latency front that one would trade to, and at what price. */
export const Trade = z.object({
  towards: z.enum(['faster', 'more-accurate', 'smaller']),
  model: z.string(),
  provider: z.string(),
  precision: z.string(),
  /** Points of top-1 gained (+) or given up (−). */
  top1Change: z.number(),
  /** The neighbour's latency per image over the candidate's: 0.5 is twice as fast. */
  latencyRatio: z.number(),
  /** The same of memory; null where either is unknown. */
  memoryRatio: z.number().nullable(),
});
export type Trade = z.infer<typeof Trade>;

export const Candidate = z.object({
  model: z.string(),
  family: z.string(),
  provider: z.string(),
  precision: z.string(),
  batch: z.int(),
  inputSize: z.int(),
  top1: z.number(),
  accuracySource: z.string(),
  /** Licence of the weights behind `top1`; null where the source states none. */
  licence: z.string().nullable(),
  /** null: not known, which is not 0. */
  params: z.number().nullable(),
  macs: z.number().nullable(),
  fileBytes: z.number().nullable(),
  energyJ: z.number().nullable(),
  latencyMs: z.object({ median: z.number(), low: z.number().nullable(), high: z.number().nullable() }),
  p99Ms: z.number().nullable(),
  fps: z.number(),
  memoryBytes: z.number().nullable(),
  memoryMethod: z.string().nullable(),
  flags: z.array(Flag),
  /** measured here, published by somebody else, or predicted. */
  origin: z.enum(['measured', 'published', 'predicted']),
  verdicts: z.array(LimitVerdict),
  /** Whether every limit is surely kept; false also where one straddles the interval or cannot be judged. */
  sure: z.boolean(),
  resultId: z.string().nullable(),
  /** What the objective ranks by, higher is better; null where a value that it needs is unknown. */
  score: z.number().nullable(),
  /** Probability that it keeps all limits and no better one does; null where a limit cannot be judged or no interval is known. */
  bestProbability: z.number().nullable(),
  /** Probability that no model of at least its accuracy is faster, limits aside. */
  frontProbability: z.number(),
  trades: z.array(Trade),
  /** What to know about this model's other variants, such as an int8 form that is slower than fp32. */
  remarks: z.array(z.string()),
  /** All that the remarks say, for a reader of another language. */
  said: z.array(Statement),
});
export type Candidate = z.infer<typeof Candidate>;

/** A candidate that did not make it. */
export const ExcludedCandidate = z.object({
  candidate: Candidate,
  /** The sentences of the verdicts that `binding` names. */
  reason: z.string(),
  /** The limits it breaks, the one missed by the largest share first. */
  binding: z.array(z.string()),
});
export type ExcludedCandidate = z.infer<typeof ExcludedCandidate>;

/** What one limit, relaxed by a tenth, would buy. */
export const RelaxHint = z.object({
  limit: z.string(),
  from: z.number(),
  to: z.number(),
  /** Models that would newly be sure to keep all limits and rank before today's winner, best first. */
  admits: z.array(z.string()),
  /** The winner then; null where there is none yet. */
  winner: z.string().nullable(),
  /** Points of top-1 that the winner then has over today's; null where nothing fits today. */
  top1Gain: z.number().nullable(),
  sentence: z.string(),
  /** What `sentence` says, for a reader of another language. */
  said: Statement,
});
export type RelaxHint = z.infer<typeof RelaxHint>;

/** The smallest change of one limit that changes the winner. */
export const FlipPoint = z.object({
  limit: z.string(),
  direction: z.enum(['relax', 'tighten']),
  from: z.number(),
  to: z.number(),
  /** The change as a share of the limit. */
  share: z.number(),
  /** The winner beyond that point; null where nothing would fit. */
  winner: z.string().nullable(),
  sentence: z.string(),
  /** What `sentence` says, for a reader of another language. */
  said: Statement,
});
export type FlipPoint = z.infer<typeof FlipPoint>;

export const Recommendation = z.object({
  device: z.object({ id: z.string(), name: z.string() }),
  /** By the objective, best first; every one clears every limit, or straddles one and says so. */
  ranked: z.array(Candidate),
  /** Predicted, not measured: the same ranking of their own, where they are kept apart. */
  predicted: z.array(Candidate),
  /** Better than the winner by the objective, and why they fell out. */
  excluded: z.array(ExcludedCandidate),
  /** Where nothing fits: the nearest misses. */
  nearestMisses: z.array(ExcludedCandidate),
  /** Where nothing fits: the limit that most models break, in a sentence. */
  bindingLimit: z.object({ limit: z.string(), sentence: z.string(), said: Statement }).nullable(),
  relaxHints: z.array(RelaxHint),
  flipPoints: z.array(FlipPoint),
  /** Ranked models that cannot be told apart, by their places' order: names within a group are equals. */
  groups: z.array(z.object({ models: z.array(z.string()), sentence: z.string(), said: Statement })),
  notes: z.array(z.string()),
  /** All that the notes say, for a reader of another language. */
  said: z.array(Statement),
  /** Models that were looked at, with at least one observation. */
  considered: z.int(),
  /** Of those, how many surely keep every limit. */
  passing: z.int(),
});
export type Recommendation = z.infer<typeof Recommendation>;

/** A result beside what is known of its model: costs from the graph, and the accuracy that rankings use with its source. */
export const ResultRow = z.object({
  result: Result,
  family: z.string(),
  top1: z.number().nullable(),
  top5: z.number().nullable(),
  top1Source: z.string().nullable(),
  licence: z.string().nullable(),
  params: z.number(),
  macs: z.number(),
});
export type ResultRow = z.infer<typeof ResultRow>;
