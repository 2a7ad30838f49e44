import { describe, expect, test } from 'vitest';
import type { Answer, Failure } from '../../../preload/contract.ts';
import { inParts } from '../../../renderer/stores/inParts.ts';

const ids = Array.from({ length: 5000 }, (_, i) => `r${i}`);
const done: Answer<null> = { ok: true, value: null };

/** Changes that are written down; what `answer` says of the n-th part. */
function recorded(answer: (part: number) => Answer<unknown> = () => done) {
  const parts: string[][] = [];
  return {
    parts,
    change: (part: string[]) => {
      parts.push(part);
      return Promise.resolve(answer(parts.length));
    },
  };
}

describe('deleting many results, or bringing them back', () => {
  test('goes part by part, each result once and in order, and tells how far it is', async () => {
    const { parts, change } = recorded();
    const told: number[] = [];
    const { signal } = new AbortController();
    const outcome = await inParts(ids, change, { signal, told: (count) => told.push(count) });
    expect(outcome).toEqual({ done: ids, failure: null });
    expect(parts.flat()).toEqual(ids);
    expect(told).toEqual(parts.map((_, i) => parts.slice(0, i + 1).flat().length));
    expect(told.length).toBeGreaterThan(1);
  });

  test('stops when asked: what was done by then is told, and can be taken back', async () => {
    const stop = new AbortController();
    const { parts, change } = recorded();
    const told = () => stop.abort();
    const outcome = await inParts(ids, change, { signal: stop.signal, told });
    expect(parts).toHaveLength(1);
    expect(outcome).toEqual({ done: parts[0], failure: null });
    const back = recorded();
    const whole = { signal: new AbortController().signal, told: () => undefined };
    expect(await inParts(outcome.done, back.change, whole)).toEqual(outcome);
    expect(back.parts.flat()).toEqual(parts[0]);
  });

  test('where a part fails, the parts before it count', async () => {
    const failure: Failure = { code: 'disk-full', message: 'The disk is full.', remedy: null };
    const { parts, change } = recorded((part) => (part === 2 ? { ok: false, failure } : done));
    const outcome = await inParts(ids, change, {
      signal: new AbortController().signal,
      told: () => undefined,
    });
    expect(outcome).toEqual({ done: parts[0], failure });
    expect(parts).toHaveLength(2);
  });
});
