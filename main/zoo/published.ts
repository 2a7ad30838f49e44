import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { AccuracyEntry } from '../../preload/contract.ts';
import type { Architecture } from './architecture.ts';

/** Published tables that ship with Backbench; resources/published/README.md says what they are and where they come from. */
const publishedFolder = new URL('../../resources/published/', import.meta.url);

export type Row = Readonly<Record<string, string>>;

/** Rows of a published CSV file, by column name. */
export function publishedRows(file: string): Row[] {
  return parse<Row>(readFileSync(new URL(file, publishedFolder)), { columns: true, skip_empty_lines: true });
}

interface AccuracyTable {
  readonly file: string;
  /** The name under which an architecture stands in this table, or null. */
  readonly nameOf: (architecture: Architecture) => string | null;
  readonly nameIn: (row: Row) => string | undefined;
  readonly entry: (row: Row, architecture: Architecture) => AccuracyEntry;
}

/** In the order in which `rankingAccuracy` prefers them. */
const tables: readonly AccuracyTable[] = [
  {
    file: 'torchvision.csv',
    nameOf: ({ torchvision }) => torchvision,
    nameIn: (row) => row.model,
    entry: (row) => ({
      weights: row.weights ?? '',
      top1: Number(row.top1),
      top5: Number(row.top5),
      inputSize: Number(row.crop_px),
      cropRatio: Number(row.crop_px) / Number(row.resize_px),
      source: 'torchvision 0.29.1',
      licence: 'BSD-3-Clause',
    }),
  },
  {
    file: 'timm/accuracy.csv',
    nameOf: ({ timm, timmWeights }) => timmWeights ?? timm,
    nameIn: (row) => row.model?.split('.')[0],
    entry: (row) => ({
      weights: row.model?.split('.').slice(1).join('.') ?? '',
      top1: Number(row.top1),
      top5: Number(row.top5),
      inputSize: Number(row.img_size),
      cropRatio: Number(row.crop_pct),
      source: 'timm results-imagenet',
      licence: null,
    }),
  },
  {
    file: 'pretrained_models_accuracy.csv',
    nameOf: ({ cadene }) => cadene,
    nameIn: (row) => row.model,
    entry: (row, { inputSize }) => ({
      weights: row.weights ?? '',
      top1: Number(row.top1),
      top5: Number(row.top5),
      inputSize,
      cropRatio: null,
      source: 'Cadene/pretrained-models.pytorch',
      licence: null,
    }),
  },
  {
    file: 'bianco2018/models.csv',
    nameOf: ({ bianco2018 }) => bianco2018,
    nameIn: (row) => row.model,
    entry: (row) => ({
      weights: row.repo_name ?? '',
      top1: Number(row.top1_published === '' ? row.top1_digitised : row.top1_published),
      top5: row.top5_digitised === '' ? null : Number(row.top5_digitised),
      inputSize: Number(row.input_px),
      cropRatio: null,
      source: row.top1_published === '' ? 'arXiv 1810.00736, read off figure 1' : 'arXiv 1810.00736',
      licence: null,
    }),
  },
];

const rowsByName = new Map<AccuracyTable, Map<string, Row[]>>();

function rowsOf(table: AccuracyTable, name: string): readonly Row[] {
  let byName = rowsByName.get(table);
  if (byName === undefined) {
    byName = Map.groupBy(publishedRows(table.file), (row) => table.nameIn(row) ?? '');
    rowsByName.set(table, byName);
  }
  return byName.get(name) ?? [];
}

/** All published accuracies of an architecture, each with its source; sources are never merged. */
export function publishedAccuracies(architecture: Architecture): AccuracyEntry[] {
  return tables.flatMap((table) => {
    const name = table.nameOf(architecture);
    return name === null ? [] : rowsOf(table, name).map((row) => table.entry(row, architecture));
  });
}

/** Tags of weights that saw more images than ImageNet-1k: pre-training on larger sets, or weak labels. */
const extraData =
  /(^|_)(in12k|in2[12]k|ig|ig1b|swsl|ssl|wsl|laion|laion2b|openai|jft|lvd|ns|dino|dinov2|swag|mim|clip|yfcc|webli|seer)/i;

/** Whether weights of this name saw more than ImageNet-1k. */
export function sawExtraData(weights: string): boolean {
  return extraData.test(weights);
}

/**
 * The accuracy that rankings use: at the model's own input size, the best of the first source that has one, in the order
 * torchvision, timm, Cadene, arXiv 1810.00736. Weights trained on ImageNet-1k alone come before those that saw more data,
 * so that architectures are compared and not data sets. null where nothing is published.
 */
export function rankingAccuracy(architecture: Architecture): AccuracyEntry | null {
  const entries = publishedAccuracies(architecture);
  const atSize = entries.filter(({ inputSize }) => inputSize === architecture.inputSize);
  const candidates = atSize.length > 0 ? atSize : entries;
  const plain = candidates.filter(({ weights }) => !sawExtraData(weights));
  const pool = plain.length > 0 ? plain : candidates;
  const source = pool[0]?.source;
  return pool.filter((entry) => entry.source === source).toSorted((a, b) => b.top1 - a.top1)[0] ?? null;
}
