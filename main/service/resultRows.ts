import type { CallOutput, CallRequest, ResultRow } from '../../preload/contract.ts';
import { listResults, type StoredResult } from '../store/results.ts';
import type { Store } from '../store/store.ts';
import { catalog } from '../zoo/catalog.ts';
import { rankingAccuracy } from '../zoo/published.ts';

/** A page of stored results, each beside its model's costs and the accuracy that rankings use. */
export function resultRows(store: Store, request: CallRequest<'listResults'>): CallOutput<'listResults'> {
  const { total, rows } = listResults(store, request);
  return { total, rows: rows.map(resultRow) };
}

const architectures = new Map(catalog.map((architecture) => [architecture.name, architecture]));

export function resultRow({ result, model }: StoredResult): ResultRow {
  const architecture = architectures.get(result.configuration.model);
  const accuracy = architecture === undefined ? null : rankingAccuracy(architecture);
  return {
    result,
    top1: accuracy?.top1 ?? null,
    top5: accuracy?.top5 ?? null,
    licence: accuracy?.licence ?? null,
    top1Source: accuracy === null ? null : `${accuracy.source}, ${accuracy.weights}`,
    params: model?.params ?? 0,
    macs: model?.macs ?? 0,
    family: model?.family ?? architecture?.family ?? 'unknown',
  };
}
