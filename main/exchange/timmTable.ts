import { CsvError, parse } from 'csv-parse/sync';
import type { PublishedRow } from '../analysis/reference/published.ts';

/** More than timm ever published in one file; what is larger is another file or none at all. */
const mostRows = 20_000;
const longestRow = 10_000;

/** Columns without which a row tells no speed. */
const needed = ['model', 'infer_samples_per_sec', 'infer_batch_size', 'infer_img_size'] as const;

/** A file that is not one of timm's inference tables; the message says what is amiss and where. */
export class TableFailure extends Error {
  readonly code = 'table';
  readonly remedy: string | null;

  constructor(message: string, remedy: string | null = null) {
    super(message);
    this.name = 'TableFailure';
    this.remedy = remedy;
  }
}

/**
 * Rows of one of timm's `benchmark-infer-*.csv`, by the names in its header, in whatever order they stand. Throws
 * TableFailure where a column is missing, a row is broken or a figure is not a number.
 */
export function readTimmTable(text: string, fileName: string): PublishedRow[] {
  const rows = parsed(text, fileName);
  const [first] = rows;
  if (first === undefined) throw new TableFailure(`${fileName} has no rows`);
  if (rows.length > mostRows) throw new TableFailure(`${fileName} has more than ${mostRows} rows`);
  const missing = needed.filter((column) => !(column in first));
  if (missing.length > 0) {
    const isTraining = 'train_samples_per_sec' in first;
    throw new TableFailure(
      `${fileName} has no column ${missing.join(', ')}; its columns are ${Object.keys(first).slice(0, 12).join(', ')}`,
      isTraining
        ? 'This is a table of training speeds; take the one whose name begins with benchmark-infer.'
        : 'Give one of timm’s results/benchmark-infer-*.csv.',
    );
  }
  rows.forEach((row, index) => checkRow(row, `${fileName}, row ${index + 2}`));
  return rows;
}

function parsed(text: string, fileName: string): PublishedRow[] {
  try {
    return parse<PublishedRow>(text, {
      columns: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      max_record_size: longestRow,
      to: mostRows + 1,
    });
  } catch (error) {
    if (error instanceof CsvError)
      throw new TableFailure(`${fileName} is not a CSV table: ${error.message.replace(/\.$/, '')}`);
    throw error;
  }
}

/** An empty speed is a model that failed there, which timm leaves in its files; a text in its place is another file. */
function checkRow(row: PublishedRow, where: string): void {
  if ((row.model ?? '') === '') throw new TableFailure(`${where}: the model has no name`);
  for (const column of ['infer_samples_per_sec', 'infer_batch_size', 'infer_img_size'] as const) {
    const cell = row[column] ?? '';
    if (cell !== '' && !(Number(cell) >= 0))
      throw new TableFailure(`${where}: ${column} is '${cell.slice(0, 40)}', which is not a number`);
  }
}

/** What timm tells in a file's name alone; null where the name does not say it. */
export interface TimmFileName {
  readonly device: string | null;
  readonly precision: string | null;
  /** Such as "PyTorch 2.4.0, compiled, NHWC". */
  readonly runtime: string | null;
}

const precisions: Readonly<Record<string, string>> = {
  amp: 'amp',
  amp_bf16: 'amp-bf16',
  bf16: 'bf16',
  bfloat16: 'bf16',
  fp16: 'fp16',
  float16: 'fp16',
  fp32: 'fp32',
  float32: 'fp32',
};

/** Reads "benchmark-infer-amp-nhwc-pt240-cu124-rtx4090.csv": precision, layout, PyTorch, CUDA, device. */
export function readTimmFileName(fileName: string): TimmFileName {
  const parts = fileName
    .toLowerCase()
    .replace(/\.csv$/, '')
    .replace(/^(benchmark-)?infer-/, '')
    .split('-');
  let precision: string | null = null;
  let torch: string | null = null;
  const conditions: string[] = [];
  const device: string[] = [];
  for (const part of parts) {
    const version = /^pt(\d)(\d)(\d*)$/.exec(part);
    if (part in precisions) precision = precisions[part] ?? null;
    else if (version !== null) torch = torchVersion(version);
    else if (part === 'dynamo' || part === 'inductor') conditions.push('compiled');
    else if (part === 'nchw' || part === 'nhwc') conditions.push(part.toUpperCase());
    else if (!/^(cpu|cu\d+|rocm\d*)$/.test(part)) device.push(part.replaceAll('_', '-'));
  }
  // Without any of them the name is not one of timm's, and what is left of it names nothing.
  const isTimms = precision !== null || torch !== null;
  return {
    device: isTimms && device.length > 0 ? device.join('-') : null,
    precision,
    runtime: torch === null ? null : [`PyTorch ${torch}`, ...conditions].join(', '),
  };
}

/** "pt113" is 1.13, "pt240" is 2.4.0, "pt2101" would be 2.10.1. */
function torchVersion([, major = '', second = '', rest = '']: RegExpExecArray): string {
  if (major === '1') return `1.${second}${rest}`;
  if (rest === '') return `${major}.${second}`;
  return `${major}.${second}${rest.slice(0, -1)}.${rest.slice(-1)}`;
}
