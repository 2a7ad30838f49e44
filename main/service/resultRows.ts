import type { CallOutput, CallRequest, ResultRow } from '../../preload/contract.ts';
import { listMachines } from '../store/machines.ts';
import { listModels } from '../store/models.ts';
import { countResults, measuredModels } from '../store/resultFacets.ts';
import type { MeasuredModel, ResultFilter as StoreFilter, ResultOrder } from '../store/resultQuery.ts';
import { listResults, type StoredResult } from '../store/results.ts';
import type { Store } from '../store/store.ts';
import { catalog } from '../zoo/catalog.ts';
import { rankingAccuracy } from '../zoo/published.ts';

/** A page of stored results, each beside its model's costs and the accuracy that rankings use. */
export function resultPage(
  store: Store,
  { sort, ...request }: CallRequest<'listResults'>,
): CallOutput<'listResults'> {
  const { total, rows } = listResults(store, {
    ...request,
    ...storeFilter(store, request),
    sort: modelWorth(store, sort),
  });
  return { total, rows: rows.map(resultRow) };
}

/** What is told by the model and not by its results, as the rows tell it. */
function modelWorth(store: Store, sort: CallRequest<'listResults'>['sort']): ResultOrder['sort'] {
  if (sort === 'top1') return ({ model }) => accuracyOf(model)?.top1 ?? null;
  if (sort === 'family') {
    const familyOf = familiesIn(store);
    return ({ model }) => familyOf(model);
  }
  if (sort !== 'params' && sort !== 'macs') return sort;
  const key = ({ model, use, inputSize }: MeasuredModel) => `${model} ${use} ${inputSize}`;
  const costs = new Map(
    listModels(store).map((each) => [key({ ...each, model: each.name }), each[sort]] as const),
  );
  return (model) => costs.get(key(model)) ?? null;
}

export function resultFacets(store: Store, filter: CallRequest<'resultFacets'>): CallOutput<'resultFacets'> {
  const { models, machines, ...rest } = countResults(store, storeFilter(store, filter));
  const familyOf = familiesIn(store);
  const families = Map.groupBy(models, ({ value }) => familyOf(value));
  const names = new Map(listMachines(store).map(({ machine }) => [machine.id, machine.name]));
  return {
    ...rest,
    models,
    families: [...families]
      .map(([value, own]) => ({
        value,
        models: own.length,
        count: own.reduce((sum, { count }) => sum + count, 0),
      }))
      .toSorted((a, b) => a.value.localeCompare(b.value)),
    machines: machines.map((each) => ({ ...each, name: names.get(each.value) ?? each.value })),
  };
}

/** The catalog knows families and accuracies, the database the models: a search becomes a list of models. */
function storeFilter(
  store: Store,
  { search, families, models, ...filter }: CallRequest<'resultFacets'>,
): StoreFilter {
  const words = (search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && families === null) return { ...filter, models };
  const familyOf = familiesIn(store);
  const meant = measuredModels(store).filter((model) => {
    const text = `${model} ${familyOf(model)}`.toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      (families === null || families.includes(familyOf(model))) &&
      (models === null || models.includes(model))
    );
  });
  return { ...filter, models: meant };
}

/** The family of a model, as `resultRow` tells it. */
function familiesIn(store: Store): (model: string) => string {
  const stored = new Map(listModels(store).map(({ name, family }) => [name, family]));
  return (model) => stored.get(model) ?? architectures.get(model)?.family ?? 'unknown';
}

function accuracyOf(model: string): ReturnType<typeof rankingAccuracy> {
  const architecture = architectures.get(model);
  return architecture === undefined ? null : rankingAccuracy(architecture);
}

const architectures = new Map(catalog.map((architecture) => [architecture.name, architecture]));

export function resultRow({ result, model }: StoredResult): ResultRow {
  const architecture = architectures.get(result.configuration.model);
  const accuracy = accuracyOf(result.configuration.model);
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
