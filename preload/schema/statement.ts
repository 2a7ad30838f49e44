import { z } from 'zod';
import { coded } from './coded.ts';
import { LimitName } from './limits.ts';

/** A value that is set against a limit. */
const judged = {
  limit: LimitName,
  /** null: without end, such as the wait for a server that cannot keep up. */
  value: z.number().nullable(),
  asked: z.number(),
};

const decided = {
  ...judged,
  /** By what share of the limit; null: without end. */
  share: z.number().nullable(),
  /** Probability of the verdict; null where the value is taken as exact. */
  confidence: z.number().nullable(),
  /** Whether the value is a published figure whose interval nobody knows. */
  withoutInterval: z.boolean(),
};

/** A model that would be the answer, with its top-1 in percent. */
const winner = { model: z.string(), top1: z.number() };

/** A latency with its 95 % interval, in ms, and the speed that it makes. */
const latency = {
  median: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  fps: z.number(),
};

/** Why an analysis leaves models out. */
export const lacks = [
  'macs-or-params',
  'macs',
  'params',
  'memory-or-params',
  'second-batch',
  'other-side',
] as const;

/** Wherein a model's graph differs from the usual: shares of all, kernels per GMAC, bytes per multiply-add. */
export const graphTraits = ['memory-bound', 'depthwise', 'narrow-groups', 'kernels', 'weight-bytes'] as const;
export type GraphTrait = (typeof graphTraits)[number];

/** What may differ between two sides that are compared, beside the hardware. */
export const comparedConditions = ['provider', 'precision', 'batch', 'origin'] as const;

/** Why a value that a limit is on is not known. `stated`: in the reading's own words. */
export const absences = ['too-few-samples', 'not-published', 'not-predicted', 'not-known', 'stated'] as const;

/**
 * Something that the service says, as a code with its figures, so that each language can write it. Beside it stands the same in English,
 * which the command line, reports and files use. Some are kept in databases: no code takes another meaning, or values of other names.
 */
export const Statement = z.discriminatedUnion('code', [
  // How a candidate stands to a limit.
  coded('limit-kept', decided),
  coded('limit-missed', decided),
  coded('limit-close', { ...judged, confidence: z.number() }),
  coded('limit-unknown', {
    limit: LimitName,
    asked: z.number(),
    absence: z.enum(absences),
    /** In English. */
    reason: z.string(),
  }),
  // Which limit binds where nothing fits.
  coded('binds-alone', { limit: LimitName, asked: z.number(), freed: z.int(), models: z.int() }),
  coded('binds-with-others', { limit: LimitName, asked: z.number(), breaking: z.int(), models: z.int() }),
  // What another value of a limit would do.
  coded('relaxed-in-vain', { limit: LimitName, from: z.number(), to: z.number() }),
  coded('relaxed-admits', {
    ...{ limit: LimitName, from: z.number(), to: z.number(), ...winner },
    /** Points of top-1 over today's winner; null where nothing fits today. */
    gain: z.number().nullable(),
  }),
  coded('relaxed-wins', { limit: LimitName, to: z.number(), ...winner }),
  coded('tightened-wins', { limit: LimitName, to: z.number(), today: z.string(), ...winner }),
  coded('tightened-to-nothing', { limit: LimitName, to: z.number(), today: z.string() }),
  // What is to be known of the models.
  coded('equals', {
    models: z.array(z.string()),
    points: z.number(),
    slowestFps: z.number(),
    fastestFps: z.number(),
  }),
  coded('accuracy-of-fp32', { precision: z.string() }),
  coded('slower-than-fp32', { precision: z.string(), provider: z.string(), times: z.number() }),
  // What is to be known of the whole answer.
  coded('some-flagged', { flagged: z.int(), models: z.int() }),
  coded('none-sure', {}),
  coded('all-published', {}),
  coded('some-published', { published: z.int(), models: z.int() }),
  coded('int8-slower', { slower: z.int(), both: z.int() }),
  coded('batch-not-published', { batch: z.int() }),
  // What is to be known of a reference device.
  coded('figures-of-titan-x', {}),
  coded('figures-of-jetson-tx1', {}),
  coded('figures-of-timm', {
    precision: z.string(),
    leastBatch: z.int(),
    mostBatch: z.int(),
  }),
  // What an analysis leaves out, or rests on.
  coded('left-out', { models: z.int(), lack: z.enum(lacks) }),
  coded('left-out-of-front', { models: z.int(), metrics: z.array(z.string()) }),
  coded('memory-is', { method: z.string() }),
  coded('conditions-differ', {
    /** null: each model its own. */
    differences: z.array(
      z.object({
        condition: z.enum(comparedConditions),
        here: z.string().nullable(),
        there: z.string().nullable(),
      }),
    ),
  }),
  /** Why a model takes more, or less, time than its multiply-adds let expect. */
  coded('differs-in', {
    trait: z.enum(graphTraits),
    value: z.number(),
    usual: z.number(),
    isSlow: z.boolean(),
  }),
  // Why a sweep measures a model, or does not.
  coded('probes-speed', {}),
  coded('likely-among-best', { ...latency, share: z.number() }),
  coded('hurried-before', { share: z.number() }),
  coded('predicted-latency', latency),
  coded('five-are-better', { fifth: z.string(), top1: z.number() }),
  coded('ended-before', {}),
]);
export type Statement = z.infer<typeof Statement>;

/** Every code that a language must have a text for. */
export const statementCodes = Statement.options.map(({ shape }) => shape.code.value);
