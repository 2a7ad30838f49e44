import { z } from 'zod';
import { LimitName } from './limits.ts';

/**
 * Something that the service says, as a code with its figures, so that each language can write it. Beside it stands the same in English,
 * which the command line, reports and files use. Some are kept in databases: no code takes another meaning, or values of other names.
 */
const statement = <Code extends string, Values extends z.ZodRawShape>(code: Code, values: Values) =>
  z.object({ code: z.literal(code), values: z.object(values) });

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

/** Why a value that a limit is on is not known. `stated`: in the reading's own words. */
export const absences = ['too-few-samples', 'not-published', 'not-predicted', 'not-known', 'stated'] as const;

export const Statement = z.discriminatedUnion('code', [
  // How a candidate stands to a limit.
  statement('limit-kept', decided),
  statement('limit-missed', decided),
  statement('limit-close', { ...judged, confidence: z.number() }),
  statement('limit-unknown', {
    limit: LimitName,
    asked: z.number(),
    absence: z.enum(absences),
    /** In English. */
    reason: z.string(),
  }),
  // Which limit binds where nothing fits.
  statement('binds-alone', { limit: LimitName, asked: z.number(), freed: z.int(), models: z.int() }),
  statement('binds-with-others', { limit: LimitName, asked: z.number(), breaking: z.int(), models: z.int() }),
  // What another value of a limit would do.
  statement('relaxed-in-vain', { limit: LimitName, from: z.number(), to: z.number() }),
  statement('relaxed-admits', {
    ...{ limit: LimitName, from: z.number(), to: z.number(), ...winner },
    /** Points of top-1 over today's winner; null where nothing fits today. */
    gain: z.number().nullable(),
  }),
  statement('relaxed-wins', { limit: LimitName, to: z.number(), ...winner }),
  statement('tightened-wins', { limit: LimitName, to: z.number(), today: z.string(), ...winner }),
  statement('tightened-to-nothing', { limit: LimitName, to: z.number(), today: z.string() }),
  // What is to be known of the models.
  statement('equals', {
    models: z.array(z.string()),
    points: z.number(),
    slowestFps: z.number(),
    fastestFps: z.number(),
  }),
  statement('accuracy-of-fp32', { precision: z.string() }),
  statement('slower-than-fp32', { precision: z.string(), provider: z.string(), times: z.number() }),
  // What is to be known of the whole answer.
  statement('some-flagged', { flagged: z.int(), models: z.int() }),
  statement('none-sure', {}),
  statement('all-published', {}),
  statement('some-published', { published: z.int(), models: z.int() }),
  statement('int8-slower', { slower: z.int(), both: z.int() }),
  statement('batch-not-published', { batch: z.int() }),
  // What is to be known of a reference device.
  statement('figures-of-titan-x', {}),
  statement('figures-of-jetson-tx1', {}),
  statement('figures-of-timm', {
    precision: z.string(),
    leastBatch: z.int(),
    mostBatch: z.int(),
  }),
  // Why a sweep measures a model, or does not.
  statement('probes-speed', {}),
  statement('likely-among-best', { ...latency, share: z.number() }),
  statement('hurried-before', { share: z.number() }),
  statement('predicted-latency', latency),
  statement('five-are-better', { fifth: z.string(), top1: z.number() }),
  statement('ended-before', {}),
]);
export type Statement = z.infer<typeof Statement>;

/** Every code that a language must have a text for. */
export const statementCodes = Statement.options.map(({ shape }) => shape.code.value);
