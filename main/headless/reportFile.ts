import { rename, rm, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { ReportFormat } from '../../preload/contract.ts';

const formats: Readonly<Record<string, ReportFormat>> = {
  '.html': 'html',
  '.md': 'markdown',
  '.csv': 'csv',
  '.json': 'json',
};

/** What a report's file may end on; it says the format. */
export const reportEndings = Object.keys(formats);

export interface ReportFile {
  readonly path: string;
  readonly format: ReportFormat;
}

/** The value of an option that names a report's file. */
export function reportFile(path: string): ReportFile {
  const format = formats[extname(path).toLowerCase()];
  if (format === undefined)
    throw new InvalidArgumentError(`Expected a file that ends on ${reportEndings.join(', ')}.`);
  return { path, format };
}

/** Writes a report; the file appears under its name only when it is whole. */
export async function writeReportFile({ path }: ReportFile, text: string): Promise<void> {
  const partial = `${path}.partial`;
  try {
    await writeFile(partial, text);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
