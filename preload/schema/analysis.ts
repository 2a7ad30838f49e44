import { z } from 'zod';
import { Statement } from './statement.ts';

/** A machine that was measured, or hardware about which somebody published figures. */
export const Device = z.object({
  id: z.string(),
  name: z.string(),
  /** measured: by Backbench, here or imported. reference: published figures, under their source's own conditions. */
  kind: z.enum(['measured', 'reference']),
  /** Whether this is the machine that the service runs on. */
  isThisMachine: z.boolean(),
  /** Whether a person imported it, and so may remove it. */
  isImported: z.boolean(),
  source: z.string(),
  /** What a reader must know about its figures. */
  note: z.string().nullable(),
  /** All that the note says, for a reader of another language. */
  said: z.array(Statement),
  /** Batch sizes of which there are figures, ascending. */
  batches: z.array(z.int()),
  precisions: z.array(z.string()),
  providers: z.array(z.string()),
  models: z.int(),
  results: z.int(),
});
export type Device = z.infer<typeof Device>;

export const analysisNames = [
  'ball-chart',
  'density',
  'operations',
  'envelope',
  'memory',
  'batch-scaling',
  'top-tables',
  'pareto',
  'devices',
] as const;
export const AnalysisName = z.enum(analysisNames);
export type AnalysisName = z.infer<typeof AnalysisName>;

/** What a Pareto front may be over. accuracy is better when higher, all others when lower; latency is per image. */
export const frontMetrics = [
  'accuracy',
  'latency',
  'memory',
  'params',
  'macs',
  'fileSize',
  'energy',
] as const;
export const FrontMetric = z.enum(frontMetrics);
export type FrontMetric = z.infer<typeof FrontMetric>;

/** Which figures of a device; null: chosen by the rule in `Selection`. */
const Choice = z.object({
  /** A device's id; null: this machine. */
  device: z.string().nullable().default(null),
  /** Only what this run measured, on the machine that it ran on; `device` is then not asked for. */
  run: z.string().nullable().default(null),
  provider: z.string().nullable().default(null),
  precision: z.string().nullable().default(null),
  batch: z.int().min(1).max(1024).nullable().default(null),
});

export const AnalysisRequest = Choice.extend({
  analysis: AnalysisName,
  /** The other side of `devices`. Predicted and published figures are only mixed with measured ones here, side by side. */
  against: Choice.nullable().default(null),
  /** Of `pareto`. */
  metrics: z.array(FrontMetric).min(2).max(3).default(['accuracy', 'latency']),
  /** Rows and columns of `top-tables`, as in the paper by default. */
  memoryLimitsBytes: z
    .array(z.number().positive())
    .min(1)
    .max(8)
    .default([0.7 * 2 ** 30, 2 ** 30, 1.4 * 2 ** 30]),
  fpsLimits: z.array(z.number().positive()).min(1).max(8).default([15, 30, 60]),
});
export type AnalysisRequest = z.input<typeof AnalysisRequest>;

/**
 * The figures an analysis is of. Where the request left it open: the provider with most models, fp32 if there are such
 * figures, batch 1 if there are such figures, else (null) each model at the batch that was published.
 */
export const Selection = z.object({
  device: z.object({ id: z.string(), name: z.string() }),
  provider: z.string().nullable(),
  precision: z.string().nullable(),
  batch: z.int().nullable(),
  origin: z.enum(['measured', 'published', 'predicted', 'mixed', 'none']),
  /** Models, by the names that the rows give them, of which a figure comes from a result that carries a flag. */
  flagged: z.array(z.string()),
});
export type Selection = z.infer<typeof Selection>;

const ModelRow = z.object({ model: z.string(), family: z.string(), inputSize: z.int() });

/** A straight line by least squares. */
export const LineFit = z.object({
  slope: z.number(),
  intercept: z.number(),
  r2: z.number(),
  count: z.int(),
});
export type LineFit = z.infer<typeof LineFit>;

const answer = <N extends AnalysisName, S extends z.ZodRawShape>(analysis: N, shape: S) =>
  z.object({
    analysis: z.literal(analysis),
    selection: Selection,
    /** What was left out and why, and what a reader must know. */
    notes: z.array(z.string()),
    /** All that the notes say, for a reader of another language. */
    said: z.array(Statement),
    ...shape,
  });

/** Top-1 and top-5 over multiply-adds, area by parameters. */
export const BallChart = answer('ball-chart', {
  rows: z.array(
    ModelRow.extend({
      macs: z.number(),
      params: z.number(),
      top1: z.number(),
      top5: z.number().nullable(),
      accuracySource: z.string(),
    }),
  ),
});
export type BallChart = z.infer<typeof BallChart>;

/** Accuracy density: points of top-1 per million parameters, ranked. */
export const Density = answer('density', {
  rows: z.array(
    ModelRow.extend({ rank: z.int(), density: z.number(), params: z.number(), top1: z.number() }),
  ),
});
export type Density = z.infer<typeof Density>;

/** Time per image against multiply-adds, for each batch size. */
export const Operations = answer('operations', {
  batches: z.array(
    z.object({
      batch: z.int().nullable(),
      /** ms per image = intercept + slope · GMACs. */
      linear: LineFit,
      /** ln(ms per image) = intercept + slope · ln(GMACs). */
      logLog: LineFit,
      rows: z.array(
        ModelRow.extend({
          macs: z.number(),
          msPerImage: z.number(),
          low: z.number().nullable(),
          high: z.number().nullable(),
          /** Time over what the log-log fit gives for these multiply-adds: 2 is twice as slow. */
          deviation: z.number(),
        }),
      ),
      /** The models furthest from the log-log fit, and why. */
      deviants: z.array(
        z.object({
          model: z.string(),
          deviation: z.number(),
          reasons: z.array(z.string()),
          said: z.array(Statement),
        }),
      ),
    }),
  ),
});
export type Operations = z.infer<typeof Operations>;

/** Top-1 against images per second, with the upper envelope: the best accuracy at a speed on this hardware. */
export const Envelope = answer('envelope', {
  rows: z.array(
    ModelRow.extend({
      fps: z.number(),
      low: z.number().nullable(),
      high: z.number().nullable(),
      top1: z.number(),
      /** On the front: none is both as fast and more accurate. */
      onFront: z.boolean(),
    }),
  ),
  /** top-1 = intercept + slope · FPS: the straight line that no model exceeds, with the least sum of gaps; null under two points. */
  bound: z.object({ intercept: z.number(), slope: z.number(), touches: z.array(z.string()) }).nullable(),
  /** The most accurate model at or above each speed of the paper. */
  bestAbove: z.array(
    z.object({ fps: z.number(), model: z.string().nullable(), top1: z.number().nullable() }),
  ),
});
export type Envelope = z.infer<typeof Envelope>;

/** Parameters and file size against memory. */
export const MemoryFit = answer('memory', {
  /** memory = intercept + slope · size, in bytes; the intercept is the runtime's floor. Parameters count 4 bytes each. */
  byParams: LineFit.nullable(),
  byFileSize: LineFit.nullable(),
  /** The same by family, where a family has three models or more. */
  byFamily: z.array(z.object({ family: z.string(), fit: LineFit })),
  rows: z.array(
    ModelRow.extend({
      params: z.number(),
      fileBytes: z.number().nullable(),
      memoryBytes: z.number(),
      /** Memory beyond the fit by parameters, in bytes. */
      excessBytes: z.number().nullable(),
    }),
  ),
});
export type MemoryFit = z.infer<typeof MemoryFit>;

export const BatchScaling = answer('batch-scaling', {
  models: z.array(
    ModelRow.extend({
      points: z.array(
        z.object({
          batch: z.int(),
          msPerImage: z.number(),
          low: z.number().nullable(),
          high: z.number().nullable(),
          fps: z.number(),
          memoryBytes: z.number().nullable(),
        }),
      ),
      /** The smallest batch that reaches 95 % of the highest throughput. */
      saturationBatch: z.int(),
      /** Highest throughput over that of the smallest batch. */
      gain: z.number(),
      /** Slope of memory over batch; null where memory is known at fewer than two batches. */
      memoryPerImageBytes: z.number().nullable(),
    }),
  ),
});
export type BatchScaling = z.infer<typeof BatchScaling>;

/** The best models under each pair of a memory and a speed limit, as in Table 3 of arXiv 1810.00736. */
export const TopTables = answer('top-tables', {
  cells: z.array(
    z.object({
      maxMemoryBytes: z.number(),
      minFps: z.number(),
      models: z.array(
        z.object({
          model: z.string(),
          top1: z.number(),
          fps: z.number(),
          memoryBytes: z.number().nullable(),
          sure: z.boolean(),
        }),
      ),
    }),
  ),
});
export type TopTables = z.infer<typeof TopTables>;

export const Pareto = answer('pareto', {
  metrics: z.array(FrontMetric),
  front: z.array(
    ModelRow.extend({
      provider: z.string(),
      precision: z.string(),
      values: z.partialRecord(FrontMetric, z.number()),
    }),
  ),
  dominated: z.array(
    ModelRow.extend({
      provider: z.string(),
      precision: z.string(),
      values: z.partialRecord(FrontMetric, z.number()),
      /** Models of the front that are at least as good in all and better in one, the nearest first; three at most. */
      dominators: z.array(
        z.object({
          model: z.string(),
          /** Points of accuracy, and value over the dominator's for the others: 2 is twice as much. */
          by: z.partialRecord(FrontMetric, z.number()),
        }),
      ),
      dominatorCount: z.int(),
    }),
  ),
});
export type Pareto = z.infer<typeof Pareto>;

/** Two devices, or two selections of one, against each other. */
export const DeviceComparison = answer('devices', {
  against: Selection,
  rows: z.array(
    ModelRow.extend({
      /** Time per image on each side, in ms. */
      msPerImage: z.number(),
      againstMsPerImage: z.number(),
      /** The selection's time over the other's, with its 95 % interval: 0.5 is twice as fast here. */
      ratio: z.number(),
      low: z.number().nullable(),
      high: z.number().nullable(),
    }),
  ),
  /** Geometric mean of the ratios, with the 95 % interval of the mean over models; null without a common model. */
  geometricMean: z.object({ ratio: z.number(), low: z.number(), high: z.number() }).nullable(),
  spearman: z.number().nullable(),
  kendall: z.number().nullable(),
  /** Pairs of models whose order differs, the clearest first; ten at most. */
  swaps: z.array(
    z.object({
      /** Faster on the selection's side. */
      faster: z.string(),
      slower: z.string(),
      /** slower over faster on the selection's side, and on the other side (below 1). */
      ratio: z.number(),
      againstRatio: z.number(),
      /** Whether the intervals are apart on both sides. */
      sure: z.boolean(),
    }),
  ),
  swapCount: z.int(),
  pairCount: z.int(),
});
export type DeviceComparison = z.infer<typeof DeviceComparison>;

export const AnalysisAnswer = z.discriminatedUnion('analysis', [
  BallChart,
  Density,
  Operations,
  Envelope,
  MemoryFit,
  BatchScaling,
  TopTables,
  Pareto,
  DeviceComparison,
]);
export type AnalysisAnswer = z.infer<typeof AnalysisAnswer>;

/** Models of which a figure, on either side, comes from a flagged result. */
export function flaggedModels(answer: AnalysisAnswer): ReadonlySet<string> {
  const there = answer.analysis === 'devices' ? answer.against.flagged : [];
  return new Set([...answer.selection.flagged, ...there]);
}
