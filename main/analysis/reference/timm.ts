import type { Observation } from '../observation.ts';
import { numberIn, unpublished, type PublishedRow, type ReferenceDevice } from './published.ts';

/** One of timm's `results/benchmark-infer-*.csv`, by its header. */
export interface TimmInferenceTable {
  readonly id: string;
  readonly name: string;
  /** amp, bf16, fp32 … as the file's name says. */
  readonly precision: string;
  readonly provider: string;
  readonly source: string;
  readonly rows: readonly PublishedRow[];
}

export interface TimmCatalog {
  /** `model` (architecture.weights), `img_size`, `top1`, `top5`. */
  readonly accuracy: readonly PublishedRow[];
  /** `model` (architecture), `img_size`, `gmacs`. */
  readonly costs: readonly PublishedRow[];
  /** Whether weights of this name saw more than ImageNet-1k. */
  readonly sawExtraData: (weights: string) => boolean;
}

interface Accuracy {
  readonly weights: string;
  readonly top1: number;
  readonly top5: number | null;
}

/** Accuracies and costs of timm's tables, indexed once for all devices. */
export class TimmIndex {
  readonly #exact = new Map<string, Accuracy>();
  readonly #ofArchitecture = new Map<string, Accuracy>();
  readonly #macs = new Map<string, number>();

  constructor({ accuracy, costs, sawExtraData }: TimmCatalog) {
    for (const row of accuracy) {
      const name = row.model ?? '';
      const top1 = numberIn(row, 'top1');
      if (top1 === null) continue;
      const weights = name.split('.').slice(1).join('.');
      const entry = { weights, top1, top5: numberIn(row, 'top5') };
      this.#exact.set(at(name, row.img_size), entry);
      const architecture = at(name.split('.')[0] ?? '', row.img_size);
      const known = this.#ofArchitecture.get(architecture);
      if (known === undefined || isPreferred(entry, known, sawExtraData))
        this.#ofArchitecture.set(architecture, entry);
    }
    for (const row of costs) {
      const gmacs = numberIn(row, 'gmacs');
      if (gmacs !== null) this.#macs.set(at(row.model ?? '', row.img_size), gmacs * 1e9);
    }
  }

  /**
   * The accuracy at this image size: of these very weights where the name has a tag, else of the architecture's best
   * weights, those trained on ImageNet-1k alone first. null where none is published.
   */
  accuracy(model: string, imageSize: string): Accuracy | null {
    const table = model.includes('.') ? this.#exact : this.#ofArchitecture;
    return table.get(at(model, imageSize)) ?? null;
  }

  /** timm's multiply-adds, under its own convention (norms count); null where not listed. */
  macs(model: string, imageSize: string): number | null {
    return this.#macs.get(at(model.split('.')[0] ?? '', imageSize)) ?? null;
  }
}

const at = (model: string, imageSize: string | undefined) => `${model}@${Number(imageSize)}`;

function isPreferred(a: Accuracy, b: Accuracy, sawExtraData: (weights: string) => boolean): boolean {
  const extra = Number(sawExtraData(a.weights)) - Number(sawExtraData(b.weights));
  return extra < 0 || (extra === 0 && a.top1 > b.top1);
}

/**
 * A device from one of timm's inference tables. Columns are found by their header, because older files order them
 * differently. Rows without an accuracy at their image size are left out: they could not be ranked.
 */
export function timmDevice(table: TimmInferenceTable, index: TimmIndex): ReferenceDevice {
  const { id, name, precision, source } = table;
  const observations = table.rows.flatMap((row) => observationOf(row, table, index) ?? []);
  const batches = observations.map(({ batch }) => batch);
  const least = batches.length === 0 ? 0 : Math.min(...batches);
  const most = batches.length === 0 ? 0 : Math.max(...batches);
  return {
    id,
    name,
    source,
    about: [{ code: 'figures-of-timm', values: { precision, leastBatch: least, mostBatch: most } }],
    observations,
  };
}

function observationOf(row: PublishedRow, table: TimmInferenceTable, index: TimmIndex): Observation | null {
  const { model = '', infer_img_size: imageSize = '' } = row;
  const batch = numberIn(row, 'infer_batch_size');
  const perSecond = numberIn(row, 'infer_samples_per_sec');
  const accuracy = index.accuracy(model, imageSize);
  if (accuracy === null || batch === null || perSecond === null || perSecond <= 0) return null;
  const params = numberIn(row, 'param_count');
  const gmacs = numberIn(row, 'infer_gmacs');
  return {
    ...unpublished,
    model,
    family: timmFamily(model),
    provider: table.provider,
    precision: table.precision,
    batch,
    inputSize: Number(imageSize),
    // From the throughput, of which timm prints more digits than of the step time.
    latencyMs: { median: (1000 * batch) / perSecond, low: null, high: null },
    memoryBytes: null,
    memoryMethod: 'timm publishes no memory of inference',
    memoryLogError: 0,
    gpuMemoryBytes: null,
    gpuMemoryMethod: 'timm publishes no memory of inference',
    params: params === null ? null : params * 1e6,
    macs: gmacs === null ? index.macs(model, imageSize) : gmacs * 1e9,
    fileBytes: null,
    top1: accuracy.top1,
    top5: accuracy.top5,
    accuracySource: `timm results-imagenet, ${accuracy.weights === '' ? 'default weights' : accuracy.weights} at ${imageSize} px`,
    licence: null,
  };
}

/** Prefixes that say where a port came from or how it was trained, not what it is. */
const ports = /^(tf|legacy|gluon|gcresnet)_/;

/** "tf_efficientnet_b0" → "efficientnet", "resnet50d" → "resnet", "swinv2_tiny…" → "swinv2". */
export function timmFamily(model: string): string {
  const stem = model.replace(ports, '').split(/[_.]/)[0] ?? model;
  return /v\d$/.test(stem) ? stem : stem.replace(/\d+[a-z]*$/, '');
}
