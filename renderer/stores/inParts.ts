import type { Answer, Failure } from '../../preload/contract.ts';

/** The service takes no request beyond a megabyte, and answers nobody else while it works on one. */
const idsAtOnce = 2000;

/** Long work on results: stopped by its signal, and told how many are done. */
export interface Watched {
  readonly signal: AbortSignal;
  readonly told: (done: number) => void;
}

/** Changes many results part by part. Tells which of them were changed, also where it was stopped or a later part failed. */
export async function inParts(
  ids: readonly string[],
  change: (part: string[]) => Promise<Answer<unknown>>,
  { signal, told }: Watched,
): Promise<{ done: readonly string[]; failure: Failure | null }> {
  let done = 0;
  while (done < ids.length && !signal.aborted) {
    const part = ids.slice(done, done + idsAtOnce);
    const answer = await change(part);
    if (!answer.ok) return { done: ids.slice(0, done), failure: answer.failure };
    told((done += part.length));
  }
  return { done: ids.slice(0, done), failure: null };
}
