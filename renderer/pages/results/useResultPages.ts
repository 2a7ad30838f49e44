import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { Failure, ResultRow } from '../../../preload/contract.ts';
import { bridge } from '../../service/bridge.ts';
import { useResults } from '../../stores/results.ts';
import { PagedRows } from './pagedRows.ts';
import { linesOf, sectionsOf, spansOf, wholeSection, type Section } from './sections.ts';
import { filterOf, orderOf, type ResultView } from './view.ts';

/** Between two keys of somebody who types; an answer takes less. */
const typingMs = 150;

interface Shown {
  /** What was asked. */
  readonly question: string;
  readonly sections: readonly Section[];
  readonly rows: PagedRows<ResultRow>;
}

/**
 * The lines of the results table and the rows in view, as the service filters, sorts and counts them. What is on screen stays until
 * the next question's first rows are here.
 */
export function useResultPages(view: ResultView) {
  const results = useResults();
  const shown = shallowRef<Shown | null>(null);
  const failure = shallowRef<Failure | null>(null);
  const loading = ref(false);
  const folded = shallowRef<ReadonlySet<string>>(new Set());
  /** Goes up as pages come in: the table draws its rows again. */
  const arrived = ref(0);
  let newest = 0;
  let inView = { first: 0, last: 0 };

  const lines = computed(() => (shown.value === null ? [] : linesOf(shown.value.sections, folded.value)));
  const total = computed(() => (shown.value?.sections ?? []).reduce((sum, { count }) => sum + count, 0));
  const question = computed(() => JSON.stringify([filterOf(view), orderOf(view), view.group]));

  async function ask(): Promise<void> {
    const mine = ++newest;
    const asked = question.value;
    const filter = filterOf(view);
    const order = orderOf(view);
    const { group } = view;
    const fail = (why: Failure): void => {
      if (mine !== newest) return;
      failure.value = why;
      loading.value = false;
    };
    loading.value = true;
    let sections = [wholeSection(0)];
    if (group !== '') {
      const facets = await bridge.call('resultFacets', filter);
      if (mine !== newest) return;
      if (!facets.ok) return fail(facets.failure);
      sections = sectionsOf(group, facets.value);
    }
    const rows = new PagedRows<ResultRow>(
      (section, offset, limit) => {
        const { only } = sections.find(({ id }) => id === section) ?? wholeSection(0);
        return bridge.call('listResults', { ...filter, ...order, ...only, offset, limit });
      },
      {
        failure: fail,
        page(section, count) {
          sections = sections.map((each) => (each.id === section ? { ...each, count } : each));
          if (shown.value?.rows !== rows) return;
          const told = shown.value.sections.find(({ id }) => id === section)?.count;
          // Results came or went without this page being told: the table is as long as the last answer says.
          if (told !== count) shown.value = { ...shown.value, sections };
          failure.value = null;
          arrived.value++;
        },
      },
    );
    // The same question again: what is in view stays in view. Another one starts at its top.
    const same = shown.value?.question === asked;
    if (!same) inView = { first: 0, last: inView.last - inView.first };
    const [span] =
      group === ''
        ? [{ section: wholeSection(0).id, first: inView.first }]
        : spansOf(linesOf(sections, folded.value), inView.first, inView.last + 1);
    if (span !== undefined && (await rows.load(span.section, span.first)) !== null) return rows.stop();
    if (mine !== newest) return rows.stop();
    shown.value?.rows.stop();
    shown.value = { question: asked, sections, rows };
    failure.value = null;
    loading.value = false;
    arrived.value++;
    wantInView();
  }

  function wantInView(): void {
    shown.value?.rows.want(spansOf(lines.value, inView.first, inView.last));
  }

  /** The lines that the table draws now. */
  function see(first: number, last: number): void {
    inView = { first, last };
    wantInView();
  }

  function rowAt(section: string, index: number): ResultRow | undefined {
    // Read, so that whoever draws the row is drawn again when its page comes in.
    return arrived.value >= 0 ? shown.value?.rows.row(section, index) : undefined;
  }

  function fold(section: string): void {
    const next = new Set(folded.value);
    if (!next.delete(section)) next.add(section);
    folded.value = next;
    wantInView();
  }

  let timer: ReturnType<typeof setTimeout> | undefined;
  watch([question, () => view.search], (_now, [, search]) => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), search === view.search ? 0 : typingMs);
  });
  watch(
    () => results.revision,
    () => void ask(),
  );
  const stop = bridge.onConnection((connected) => {
    if (connected && failure.value !== null) void ask();
  });
  onScopeDispose(() => {
    stop();
    clearTimeout(timer);
    newest++;
    shown.value?.rows.stop();
  });
  void ask();

  const answered = computed(() => shown.value?.question ?? null);
  return { lines, total, folded, loading, failure, answered, ask, see, rowAt, fold };
}
