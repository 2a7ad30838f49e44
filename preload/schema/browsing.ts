import { z } from 'zod';
import { latencyModes } from './configuration.ts';
import { flagCodes } from './measurement.ts';
import { ResultRow } from './recommendation.ts';
import { BackboneUse, Precision, ProviderName } from './vocabulary.ts';

/** What results can be sorted by. A result that lacks the value comes last, whichever way. */
export const resultSorts = [
  ...['measuredAt', 'model', 'family', 'provider', 'precision', 'batch', 'inputSize', 'threads'],
  ...['mode', 'machine', 'latency', 'latencyLow', 'latencyHigh', 'p95', 'p99', 'perImage', 'throughput'],
  ...['peakMemory', 'runMemory', 'top1', 'params', 'macs', 'modelFile', 'modelLoad', 'sessionCreation'],
  ...['firstRun', 'samples', 'flags'],
] as const;
export const ResultSort = z.enum(resultSorts);
export type ResultSort = z.infer<typeof ResultSort>;

/** Which results; null: all. Everything is filtered, sorted and paged in the database. */
export const ResultFilter = z.object({
  /** Only these results: an address names one, a table those that a person ticked. */
  ids: z.array(z.string()).max(100_000).nullable().default(null),
  machineId: z.string().nullable().default(null),
  runId: z.string().nullable().default(null),
  /** Words that a model's name or family must all contain, in any case. */
  search: z.string().max(200).nullable().default(null),
  models: z.array(z.string()).nullable().default(null),
  families: z.array(z.string()).nullable().default(null),
  providers: z.array(ProviderName).nullable().default(null),
  precisions: z.array(Precision).nullable().default(null),
  uses: z.array(BackboneUse).nullable().default(null),
  batches: z.array(z.int()).nullable().default(null),
  /** Only of these latency modes. */
  modes: z.array(z.enum(latencyModes)).nullable().default(null),
  /** true: only those with a flag; false: only those without. */
  flagged: z.boolean().nullable().default(null),
  /** Only those that carry one of these flags at least. */
  flags: z.array(z.enum(flagCodes)).nullable().default(null),
  /** Only the newest result of each configuration. */
  newestOnly: z.boolean().default(true),
});
export type ResultFilter = z.input<typeof ResultFilter>;

export const ResultPageRequest = ResultFilter.extend({
  sort: ResultSort.default('measuredAt'),
  descending: z.boolean().default(true),
  limit: z.int().min(1).max(100_000).default(1000),
  offset: z.int().min(0).default(0),
});

/** One page, and how many results there are on all pages. */
export const ResultPage = z.object({ total: z.int(), rows: z.array(ResultRow) });

/** A value that results can be filtered by, and how many results have it. */
const counted = <T extends z.ZodType>(value: T) => z.array(z.object({ value, count: z.int() }));

/** What there is to filter by among some results: each value with its count, by name or by size. */
export const ResultFacets = z.object({
  total: z.int(),
  /** With how many models each has among these results. */
  families: z.array(z.object({ value: z.string(), models: z.int(), count: z.int() })),
  models: counted(z.string()),
  providers: counted(ProviderName),
  precisions: counted(Precision),
  uses: counted(BackboneUse),
  batches: counted(z.int()),
  modes: counted(z.enum(latencyModes)),
  flags: counted(z.enum(flagCodes)),
  /** With the machine's name. */
  machines: z.array(z.object({ value: z.string(), name: z.string(), count: z.int() })),
});
export type ResultFacets = z.infer<typeof ResultFacets>;
