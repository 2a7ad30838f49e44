import { onScopeDispose, shallowRef, watch } from 'vue';
import type { Failure, ResultRow } from '../../../preload/contract.ts';
import { bridge } from '../../service/bridge.ts';
import { useResults } from '../../stores/results.ts';
import { gatherRows } from '../results/gather.ts';
import { chartSelection, filterOfSelection, type ChartSelection, type ChartView } from './selection.ts';

export interface ChartAnswer {
  /** null: nothing was measured that a chart could show. */
  readonly selection: ChartSelection | null;
  readonly rows: readonly ResultRow[];
}

type Choice = Pick<ChartView, 'machine' | 'provider' | 'precision' | 'batch'>;

/**
 * The results of the one configuration that a chart compares; `null` for `choice`: nothing to ask yet. What is on screen stays until
 * the next answer is whole.
 */
export function useChartRows(choice: () => Choice | null, thisMachine: () => string | null) {
  const results = useResults();
  const answer = shallowRef<ChartAnswer | null>(null);
  const failure = shallowRef<Failure | null>(null);
  let under: AbortController | undefined;

  async function ask(): Promise<void> {
    under?.abort();
    const view = choice();
    if (view === null) return;
    const mine = (under = new AbortController());
    const told = await chartSelection(view, thisMachine(), (filter) => bridge.call('resultFacets', filter));
    if (mine.signal.aborted) return;
    if ('failure' in told) {
      failure.value = told.failure;
      return;
    }
    const { selection } = told;
    const rows: ResultRow[] = [];
    const stopped =
      selection === null
        ? null
        : await gatherRows(
            (offset, limit) => bridge.call('listResults', { ...filterOfSelection(selection), offset, limit }),
            (page) => rows.push(...page),
            mine.signal,
          );
    if (mine.signal.aborted || stopped === 'cancelled') return;
    failure.value = stopped;
    if (stopped === null) answer.value = { selection, rows };
  }

  watch([() => JSON.stringify(choice()), thisMachine, () => results.revision], () => void ask(), {
    immediate: true,
  });
  const stop = bridge.onConnection((connected) => {
    if (connected && failure.value !== null) void ask();
  });
  onScopeDispose(() => {
    stop();
    under?.abort();
  });

  return { answer, failure, ask };
}
