import { precisionNames, providerNames, type ResultRow } from '../../../preload/contract.ts';
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
  provider: string;
  precision: string;
  batch: number;
  rows: ResultRow[];
  offered: { machines: string[]; providers: string[]; precisions: string[]; batches: number[] };
}

/** Distinct values, the most frequent first, the lesser of equally frequent ones first. */
function byFrequency<T extends string | number>(values: readonly T[]): T[] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([value]) => value);
}

/** Narrows step by step: machine, provider, precision, batch; where the view leaves one open, the commonest is taken. */
export function selectForChart(
  rows: readonly ResultRow[],
  view: Pick<ChartView, 'machine' | 'provider' | 'precision' | 'batch'>,
  thisMachine: string | null,
): ChartSelection | null {
  const machines = byFrequency(rows.map(({ result }) => result.machineId));
  const own = thisMachine !== null && machines.includes(thisMachine) ? thisMachine : machines[0];
  const machine = view.machine === '' ? own : view.machine;
  const ofMachine = rows.filter(({ result }) => result.machineId === machine);

  const providers = byFrequency(ofMachine.map(({ result }) => result.configuration.provider));
  const provider = view.provider === '' ? providers[0] : view.provider;
  const ofProvider = ofMachine.filter(({ result }) => result.configuration.provider === provider);

  const precisions = byFrequency(ofProvider.map(({ result }) => result.configuration.precision));
  const precision = view.precision === '' ? precisions[0] : view.precision;
  const ofPrecision = ofProvider.filter(({ result }) => result.configuration.precision === precision);

  const batches = byFrequency(ofPrecision.map(({ result }) => result.configuration.batch));
  const batch = view.batch ?? batches[0];
  if (machine === undefined || provider === undefined || precision === undefined || batch === undefined)
    return null;
  return {
    machine,
    provider,
    precision,
    batch,
    rows: ofPrecision.filter(({ result }) => result.configuration.batch === batch),
    offered: { machines, providers, precisions, batches: [...batches].sort((a, b) => a - b) },
  };
}
