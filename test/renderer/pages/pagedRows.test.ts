import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Answer, ResultFacets } from '../../../preload/contract.ts';
import { gatherRows } from '../../../renderer/pages/results/gather.ts';
import { PagedRows, type PageOfRows } from '../../../renderer/pages/results/pagedRows.ts';
import { linesOf, sectionsOf, spansOf, wholeSection } from '../../../renderer/pages/results/sections.ts';
import { resultRow } from '../rows.ts';

/** A list of numbers that answers when it is told to. */
function list(total: number) {
  const asked: { section: string; offset: number; answer: (value: Answer<PageOfRows<number>>) => void }[] =
    [];
  const arrived: string[] = [];
  const failures: string[] = [];
  const rows = new PagedRows<number>(
    (section, offset) => new Promise((answer) => asked.push({ section, offset, answer })),
    {
      page: (section, count) => arrived.push(`${section} ${count}`),
      failure: ({ message }) => failures.push(message),
    },
  );
  const settle = () => new Promise((done) => setTimeout(done, 0));
  return {
    rows,
    asked,
    arrived,
    failures,
    offsets: () => asked.map(({ section, offset }) => `${section} ${offset}`),
    /** Answers the question that was asked first. */
    answer: async (): Promise<void> => {
      const question = asked.shift();
      const offset = question?.offset ?? 0;
      const length = Math.max(0, Math.min(200, total - offset));
      question?.answer({
        ok: true,
        value: { total, rows: Array.from({ length }, (_, i) => offset + i) },
      });
      await settle();
    },
    fail: async (message: string): Promise<void> => {
      asked.shift()?.answer({ ok: false, failure: { code: 'x', message, remedy: null } });
      await settle();
    },
  };
}

test('only the pages in view are asked for, each once', async () => {
  const { rows, offsets, answer, arrived } = list(100_000);
  rows.want([{ section: 'all', first: 390, last: 410 }]);
  rows.want([{ section: 'all', first: 391, last: 411 }]);
  expect(offsets()).toEqual(['all 200', 'all 400']);
  expect(rows.row('all', 390)).toBeUndefined();
  await answer();
  expect([rows.row('all', 390), rows.row('all', 399), rows.row('all', 400)]).toEqual([390, 399, undefined]);
  await answer();
  expect(rows.row('all', 411)).toBe(411);
  expect(arrived).toEqual(['all 100000', 'all 100000']);
  rows.want([{ section: 'all', first: 200, last: 599 }]);
  expect(offsets()).toEqual([]);
});

test('what was scrolled past before it was asked for is never asked for', async () => {
  const { rows, asked, offsets, answer } = list(100_000);
  rows.want([{ section: 'all', first: 0, last: 1999 }]);
  expect(asked).toHaveLength(4);
  rows.want([{ section: 'all', first: 90_000, last: 90_040 }]);
  expect(asked).toHaveLength(4);
  await answer();
  expect(offsets()).toEqual(['all 200', 'all 400', 'all 600', 'all 90000']);
  for (let i = 0; i < 4; i++) await answer();
  expect(offsets()).toEqual([]);
  expect(rows.row('all', 90_040)).toBe(90_040);
});

test('the pages seen last are kept, the others forgotten, those in view never', async () => {
  const { rows, asked, answer } = list(100_000);
  const look = async (page: number): Promise<void> => {
    rows.want([{ section: 'all', first: page * 200, last: page * 200 }]);
    while (asked.length > 0) await answer();
  };
  for (let page = 0; page < 20; page++) await look(page);
  await look(0);
  for (let page = 20; page < 48; page++) await look(page);
  expect(rows.row('all', 0)).toBe(0);
  expect(rows.row('all', 200)).toBeUndefined();
  expect(rows.row('all', 47 * 200)).toBe(47 * 200);
  rows.want([{ section: 'all', first: 0, last: 40 * 200 }]);
  while (asked.length > 0) await answer();
  for (let index = 0; index <= 40 * 200; index += 200) expect(rows.row('all', index)).toBe(index);
});

test('answers to a question that was given up are ignored', async () => {
  const { rows, answer, arrived, offsets } = list(1000);
  rows.want([{ section: 'all', first: 0, last: 999 }]);
  rows.stop();
  await answer();
  expect(arrived).toEqual([]);
  expect(rows.row('all', 0)).toBeUndefined();
  expect(offsets()).toHaveLength(3);
});

test('a failure is told once and not asked again until somebody looks again', async () => {
  const { rows, asked, fail, failures, answer } = list(10);
  rows.want([{ section: 'all', first: 0, last: 9 }]);
  await fail('away');
  expect(failures).toEqual(['away']);
  expect(asked).toHaveLength(0);
  rows.want([{ section: 'all', first: 0, last: 9 }]);
  await answer();
  expect(rows.row('all', 9)).toBe(9);
});

test('any window of lines, folded or not, names just the rows that it shows', () => {
  const groups = fc.array(fc.record({ count: fc.nat(30), folded: fc.boolean() }), { maxLength: 8 });
  fc.assert(
    fc.property(groups, fc.nat(60), fc.nat(60), (all, first, length) => {
      const sections = all.map(({ count }, i) => ({ ...wholeSection(count), id: `g${i}`, title: `G${i}` }));
      const folded = new Set(all.flatMap((group, i) => (group.folded ? [`g${i}`] : [])));
      const lines = linesOf(sections, folded);
      expect(lines).toHaveLength(all.reduce((sum, group) => sum + 1 + (group.folded ? 0 : group.count), 0));
      expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
      const named = spansOf(lines, first, first + length).flatMap((span) =>
        Array.from({ length: span.last - span.first + 1 }, (_, i) => `${span.first + i} ${span.section}`),
      );
      const rows = lines.slice(first, first + length + 1).filter(({ head }) => head === undefined);
      expect(named).toEqual(rows.map(({ id }) => id));
    }),
  );
});

test('a table without groups has no head', () => {
  expect(linesOf([wholeSection(2)], new Set())).toEqual([
    { id: '0 all', section: 'all', index: 0 },
    { id: '1 all', section: 'all', index: 1 },
  ]);
});

test('groups are the values that were counted, each with the filter that leaves it', () => {
  const facets: ResultFacets = {
    ...{ total: 5, families: [], models: [], providers: [], precisions: [], uses: [], modes: [], flags: [] },
    batches: [
      { value: 1, count: 3 },
      { value: 8, count: 2 },
    ],
    machines: [{ value: 'm1', name: 'Bench', count: 5 }],
  };
  expect(sectionsOf('batch', facets)).toEqual([
    { id: 'group:1', title: '1', count: 3, only: { batches: [1] } },
    { id: 'group:8', title: '8', count: 2, only: { batches: [8] } },
  ]);
  expect(sectionsOf('machine', facets)).toMatchObject([{ title: 'Bench', only: { machineId: 'm1' } }]);
});

test('modes and precisions stand in the order in which they are counted up, not by the alphabet', () => {
  const counted = <T>(...values: T[]) => values.map((value) => ({ value, count: 1 }));
  const facets: ResultFacets = {
    ...{ total: 4, families: [], models: [], providers: [], uses: [], batches: [], flags: [], machines: [] },
    precisions: counted('fp16', 'fp32', 'int8'),
    modes: counted('offline', 'paced', 'server', 'single-stream'),
  };
  const titles = (group: 'mode' | 'precision') => sectionsOf(group, facets).map(({ title }) => title);
  expect(titles('mode')).toEqual(['single-stream', 'offline', 'server', 'paced']);
  expect(titles('precision')).toEqual(['fp32', 'fp16', 'int8']);
});

test('gathering takes every row once, in order, even when rows move to later pages meanwhile', async () => {
  const ids = Array.from({ length: 12_000 }, (_, i) => `r${i}`);
  const taken: string[] = [];
  const steps: string[] = [];
  const stopped = await gatherRows(
    (offset, limit) => {
      // Before the second page a new result comes in at the top.
      if (offset === 5000) ids.unshift('new');
      const rows = ids.slice(offset, offset + limit).map((id) => resultRow({ id }));
      return Promise.resolve({ ok: true, value: { total: ids.length, rows } });
    },
    (rows, done, total) => {
      taken.push(...rows.map(({ result }) => result.id));
      steps.push(`${done}/${total}`);
    },
    new AbortController().signal,
  );
  expect(stopped).toBeNull();
  expect(taken).toEqual(Array.from({ length: 12_000 }, (_, i) => `r${i}`));
  expect(steps).toEqual(['5000/12000', '10000/12001', '12001/12001']);
});

test('gathering ends when it is cancelled, and tells what failed', async () => {
  const cancel = new AbortController();
  const rows = [resultRow({})];
  let calls = 0;
  const stopped = await gatherRows(
    () => {
      calls++;
      return Promise.resolve({ ok: true, value: { total: 20_000, rows } });
    },
    () => cancel.abort(),
    cancel.signal,
  );
  expect([stopped, calls]).toEqual(['cancelled', 2]);
  const failure = { code: 'x', message: 'away', remedy: null };
  const none = () => expect.unreachable();
  expect(
    await gatherRows(() => Promise.resolve({ ok: false, failure }), none, new AbortController().signal),
  ).toEqual(failure);
});
