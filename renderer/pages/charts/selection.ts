import {
  precisionNames,
  providerNames,
  type Answer,
  type Failure,
  type Precision,
  type ProviderName,
  type ResultFacets,
  type ResultFilter,
} from '../../../preload/contract.ts';
import { heaviestFirst } from '../../charts/familyStyle.ts';
import { chartKinds, type ChartKind } from '../../charts/kinds.ts';
import {
  choiceField,
  flagField,
  listField,
  numberField,
  textField,
  type Fields,
} from '../../urlState/fields.ts';

/** What the charts page has set; all of it stands in the address. */
export interface ChartView {
  kind: ChartKind;
  /** Of the ball chart: what was measured, or the whole catalog. */
  rows: 'measured' | 'catalog';
  scale: 'log' | 'linear';
  labels: boolean;
  errorBars: boolean;
  /** '' or null: the choice is left to the page, which takes what most results have. */
  provider: '' | (typeof providerNames)[number];
  precision: '' | (typeof precisionNames)[number];
  batch: number | null;
  machine: string;
  hidden: readonly string[];
  result: string;
}

export const chartViewFields: Fields<ChartView> = {
  kind: choiceField(chartKinds, 'ball'),
  rows: choiceField(['measured', 'catalog'], 'measured'),
  scale: choiceField(['log', 'linear'], 'log'),
  labels: flagField(true),
  errorBars: flagField(true),
  provider: choiceField(['', ...providerNames], ''),
  precision: choiceField(['', ...precisionNames], ''),
  batch: numberField(1, 1024),
  machine: textField(),
  hidden: listField(),
  result: textField(),
};

/** The one configuration whose results a chart compares: models are comparable only where all else is equal. */
export interface ChartSelection {
  machine: string;
  provider: ProviderName;
  precision: Precision;
  batch: number;
  offered: {
    machines: { id: string; name: string }[];
    providers: ProviderName[];
    precisions: Precision[];
    batches: number[];
  };
  /** Of everything that was measured, those with the most models first: a family keeps its colour when the choice changes. */
  families: string[];
}

/** Only plain latencies: every other mode answers a question of its own. */
const compared: ResultFilter = { modes: ['single-stream'] };

/** What a selection leaves of all results. */
export function filterOfSelection({ machine, provider, precision, batch }: ChartSelection): ResultFilter {
  return {
    ...compared,
    machineId: machine,
    providers: [provider],
    precisions: [precision],
    batches: [batch],
  };
}

/** The most frequent first, the lesser of equally frequent ones first. */
function byFrequency<T extends string | number>(counted: readonly { value: T; count: number }[]): T[] {
  return counted
    .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .map(({ value }) => value);
}

/**
 * Narrows step by step: machine, provider, precision, batch; where the view leaves one open, the commonest is taken. null
 * where nothing is left to compare. `count` counts what a filter leaves.
 */
export async function chartSelection(
  view: Pick<ChartView, 'machine' | 'provider' | 'precision' | 'batch'>,
  thisMachine: string | null,
  count: (filter: ResultFilter) => Promise<Answer<ResultFacets>>,
): Promise<{ selection: ChartSelection | null } | { failure: Failure }> {
  const all = await count(compared);
  if (!all.ok) return all;
  const machines = byFrequency(all.value.machines);
  const own = thisMachine !== null && machines.includes(thisMachine) ? thisMachine : machines[0];
  const machine = view.machine === '' ? own : view.machine;
  if (machine === undefined) return { selection: null };

  const ofMachine = await count({ ...compared, machineId: machine });
  if (!ofMachine.ok) return ofMachine;
  const providers = byFrequency(ofMachine.value.providers);
  const provider = view.provider === '' ? providers[0] : view.provider;
  if (provider === undefined) return { selection: null };

  const ofProvider = await count({ ...compared, machineId: machine, providers: [provider] });
  if (!ofProvider.ok) return ofProvider;
  const precisions = byFrequency(ofProvider.value.precisions);
  const precision = view.precision === '' ? precisions[0] : view.precision;
  if (precision === undefined) return { selection: null };

  const ofPrecision = await count({
    ...{ ...compared, machineId: machine },
    ...{ providers: [provider], precisions: [precision] },
  });
  if (!ofPrecision.ok) return ofPrecision;
  const batches = byFrequency(ofPrecision.value.batches);
  const batch = view.batch ?? batches[0];
  if (batch === undefined) return { selection: null };
  return {
    selection: {
      ...{ machine, provider, precision, batch },
      offered: {
        machines: machines.map((id) => ({
          id,
          name: all.value.machines.find(({ value }) => value === id)?.name ?? id,
        })),
        providers,
        precisions,
        batches: batches.toSorted((a, b) => a - b),
      },
      families: heaviestFirst(all.value.families),
    },
  };
}
