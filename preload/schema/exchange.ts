import { z } from 'zod';
import { RecommendationRequest } from './recommendation.ts';
import { BackboneUse, Precision } from './vocabulary.ts';

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

export const HandOverRequest = z.object({
  model: z.string(),
  provider: z.string().default('cpu'),
  precision: Precision.default('fp32'),
  use: BackboneUse.default('classifier'),
  batch: z.int().min(1).max(1024).default(1),
  inputSize: z.int().min(32).max(2048).nullable().default(null),
  threads: z.int().min(1).max(1024).nullable().default(null),
});
export type HandOverRequest = z.input<typeof HandOverRequest>;

/** Ready-to-run programs for a chosen model, with the provider and session options that were measured. */
export const HandOver = z.object({
  /** The file the programs load; `modelFile` of the contract writes it. */
  modelFile: z.string(),
  snippets: z.array(
    z.object({ language: z.enum(['node', 'python', 'cpp']), title: z.string(), code: z.string() }),
  ),
});
export type HandOver = z.infer<typeof HandOver>;
