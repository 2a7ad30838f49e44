import type { Statement } from '../../../preload/contract.ts';
import type { Observation } from '../observation.ts';

/** A row of a published table, by column name. */
export type PublishedRow = Readonly<Record<string, string>>;

/** Hardware about which somebody published figures, and those figures. */
export interface ReferenceDevice {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  /** What a reader must know: conditions, and what was filled in from elsewhere. */
  readonly about: readonly Statement[];
  readonly observations: readonly Observation[];
}

/** A cell as a number; null where the column is absent, empty or no number. */
export function numberIn(row: PublishedRow, column: string): number | null {
  const text = row[column]?.trim() ?? '';
  const value = Number(text);
  return text === '' || !Number.isFinite(value) ? null : value;
}

/** What published figures never tell. */
export const unpublished = {
  threads: null,
  origin: 'published',
  processes: null,
  sdMs: null,
  p99Ms: null,
  p99RelativeError: 0,
  energyJ: null,
  energyMethod: 'energy is not published',
  flags: [],
  resultId: null,
} as const;
