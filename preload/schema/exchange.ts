import { z } from 'zod';
import { Device } from './analysis.ts';
import { watchedWork } from './longWork.ts';
import { RecommendationRequest } from './recommendation.ts';

export const reportFormats = ['html', 'markdown', 'csv', 'json'] as const;
export const ReportFormat = z.enum(reportFormats);
export type ReportFormat = z.infer<typeof ReportFormat>;

export const ReportRequest = z.object({
  question: RecommendationRequest,
  format: ReportFormat.default('html'),
});
export type ReportRequest = z.input<typeof ReportRequest>;

/** A file for the person to keep: its text, and how to name and serve it. */
export const WrittenFile = z.object({ fileName: z.string(), mediaType: z.string(), text: z.string() });
export type WrittenFile = z.infer<typeof WrittenFile>;

/** The model file of a result, and ready-to-run programs with the provider and session options that were measured. */
export const HandOver = z.object({
  /** The model file as it was measured: a generated one in the data folder, or a person's own where it lies. */
  modelPath: z.string(),
  /** With its data files. */
  modelBytes: z.number(),
  /** The name under which the programs load it from their own folder. */
  modelFile: z.string(),
  /** Files with weights of a model beyond 2 GB: paths from the model's folder, under which the programs need them as well. */
  dataFiles: z.array(z.string()),
  snippets: z.array(
    z.object({
      language: z.enum(['node', 'python', 'cpp']),
      title: z.string(),
      fileName: z.string(),
      code: z.string(),
    }),
  ),
});
export type HandOver = z.infer<typeof HandOver>;

/** Larger than any table timm published. */
const longestTable = 500_000;

/** One of timm's inference tables. What its file's name does not tell must be given. */
export const TimmImport = z.object({
  fileName: z.string().min(1).max(255),
  text: z.string().min(1).max(longestTable, { error: 'expected a table of at most 500 KB' }),
  /** The device's name; null: as the file's name tells it. */
  name: z.string().trim().min(1).max(80).nullable().default(null),
  /** amp, fp32 …; null: as the file's name tells it. */
  precision: z.string().trim().min(1).max(20).nullable().default(null),
});
export type TimmImport = z.input<typeof TimmImport>;

export const TimmImported = z.object({
  device: Device,
  /** unchanged: this very file was imported before. */
  outcome: z.enum(['added', 'replaced', 'unchanged']),
  rows: z.int(),
  /** Rows without a speed, or of models whose accuracy at that image size is not published: they could not be ranked. */
  leftOut: z.int(),
});
export type TimmImported = z.infer<typeof TimmImported>;

/** Which results to export: of a machine, of a run, or all (null). */
export const BundleRequest = z.object({
  machineId: z.string().nullable().default(null),
  runId: z.string().nullable().default(null),
  ...watchedWork,
});
export type BundleRequest = z.output<typeof BundleRequest>;

/** A bundle: a file with machines, models, runs and samples, for another installation to import. */
export const ExportedBundle = z.object({ fileName: z.string(), base64: z.string(), results: z.int() });
export type ExportedBundle = z.infer<typeof ExportedBundle>;

/** The most of a bundle that is taken, packed. */
export const mostBundleBytes = 64 * 2 ** 20;

export const BundleImport = z.object({
  fileName: z.string().min(1).max(1000),
  base64: z.base64().max(Math.ceil(mostBundleBytes / 3) * 4, { error: 'the bundle is larger than 64 MB' }),
  ...watchedWork,
});
export type BundleImport = z.output<typeof BundleImport>;

export const ImportedBundle = z.object({
  machines: z.array(z.object({ id: z.string(), name: z.string() })),
  /** New here, and the samples behind them; `known` were here before. */
  results: z.int(),
  samples: z.int(),
  known: z.int(),
});
export type ImportedBundle = z.infer<typeof ImportedBundle>;
