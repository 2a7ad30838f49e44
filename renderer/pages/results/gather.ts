import type { Answer, Failure, ResultRow } from '../../../preload/contract.ts';
import type { PageOfRows } from './pagedRows.ts';

/** Few enough answers for 100,000 rows, each small enough that the screen stays responsive while it is parsed. */
const rowsAtOnce = 5000;

/** Why rows were not gathered. */
export type NotGathered = Failure | 'cancelled';

/**
 * Asks for all rows of a list, page by page; `take` gets each page's rows and how far it is. A row that moved to a later page while
 * results came in is taken once.
 */
export async function gatherRows(
  fetch: (offset: number, limit: number) => Promise<Answer<PageOfRows<ResultRow>>>,
  take: (rows: readonly ResultRow[], done: number, total: number) => void,
  signal: AbortSignal,
): Promise<NotGathered | null> {
  const seen = new Set<string>();
  for (let offset = 0, total = Infinity; offset < total; offset += rowsAtOnce) {
    const answer = await fetch(offset, rowsAtOnce);
    if (signal.aborted) return 'cancelled';
    if (!answer.ok) return answer.failure;
    total = answer.value.total;
    const fresh = answer.value.rows.filter(({ result }) => !seen.has(result.id));
    for (const { result } of fresh) seen.add(result.id);
    take(fresh, Math.min(total, offset + rowsAtOnce), total);
  }
  return null;
}
