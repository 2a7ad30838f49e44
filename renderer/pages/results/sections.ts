import {
  latencyModes,
  precisionNames,
  providerNames,
  type ResultFacets,
  type ResultFilter,
} from '../../../preload/contract.ts';
import type { Span } from './pagedRows.ts';
import type { ResultView } from './view.ts';

/** Rows that stand together in the table: a group, or all of them where there are no groups. */
export interface Section {
  readonly id: string;
  /** The group's value; null: no head. */
  readonly title: string | null;
  /** Key of the text that says the value; undefined where it says itself. */
  readonly word?: string;
  readonly count: number;
  /** What narrows the question to this section. */
  readonly only: ResultFilter;
}

/** A line of the table: the head of a section, or one of its rows by its place there. */
export type TableLine =
  | { readonly id: string; readonly head: Pick<Section, 'word' | 'count'> & { readonly text: string } }
  | { readonly id: string; readonly head?: undefined; readonly section: string; readonly index: number };

/** All results as the one section of a table without groups. */
export function wholeSection(count: number): Section {
  return { id: 'all', title: null, count, only: {} };
}

/** A section for each value of a column among the results that were counted, so that groups need not be loaded to be told. */
export function sectionsOf(group: Exclude<ResultView['group'], ''>, facets: ResultFacets): Section[] {
  const sections = <T extends string | number>(
    counted: readonly { value: T; count: number; name?: string }[],
    only: (value: T) => ResultFilter,
    word?: (value: T) => string,
  ): Section[] =>
    counted.map(({ value, count, name }) => ({
      id: `group:${value}`,
      title: name ?? String(value),
      ...(word === undefined ? {} : { word: word(value) }),
      count,
      only: only(value),
    }));
  switch (group) {
    case 'family':
      return sections(facets.families, (value) => ({ families: [value] }));
    case 'model':
      return sections(facets.models, (value) => ({ models: [value] }));
    case 'provider':
      return sections(
        inOrder(facets.providers, providerNames),
        (value) => ({ providers: [value] }),
        (value) => `provider.${value}`,
      );
    case 'precision':
      return sections(inOrder(facets.precisions, precisionNames), (value) => ({ precisions: [value] }));
    case 'batch':
      return sections(facets.batches, (value) => ({ batches: [value] }));
    case 'mode':
      return sections(
        inOrder(facets.modes, latencyModes),
        (value) => ({ modes: [value] }),
        (value) => `mode.name.${value}`,
      );
    case 'machine':
      return sections(facets.machines, (value) => ({ machineId: value }));
  }
}

/** In the order in which people count these words up, not by the alphabet. */
function inOrder<T extends string>(
  counted: readonly { value: T; count: number }[],
  order: readonly T[],
): readonly { value: T; count: number }[] {
  return counted.toSorted((a, b) => order.indexOf(a.value) - order.indexOf(b.value));
}

/** The lines of the table; of a folded section only the head. */
export function linesOf(sections: readonly Section[], folded: ReadonlySet<string>): TableLine[] {
  const lines: TableLine[] = [];
  for (const { id, title, word, count } of sections) {
    if (title !== null) lines.push({ id, head: { text: title, word, count } });
    if (folded.has(id)) continue;
    for (let index = 0; index < count; index++) lines.push({ id: `${index} ${id}`, section: id, index });
  }
  return lines;
}

/** The rows among some lines, section by section. */
export function spansOf(lines: readonly TableLine[], firstLine: number, lastLine: number): Span[] {
  const spans: { section: string; first: number; last: number }[] = [];
  for (const line of lines.slice(Math.max(0, firstLine), lastLine + 1)) {
    if (line.head !== undefined) continue;
    const span = spans.at(-1);
    if (span?.section === line.section) span.last = line.index;
    else spans.push({ section: line.section, first: line.index, last: line.index });
  }
  return spans;
}
