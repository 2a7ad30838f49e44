import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { effectScope, nextTick, ref, shallowRef, type EffectScope } from 'vue';
import {
  Configuration,
  ResultFacets,
  type Bridge,
  type CallInput,
  type CallName,
  type Job,
  type ResultRow,
} from '../../../preload/contract.ts';
import { resultRow } from '../rows.ts';

/** What a page asks for beside the results page, with a service whose answers the test gives one by one. */

interface Question {
  name: CallName;
  input: unknown;
  answer: (answer: unknown) => void;
}
const questions: Question[] = [];
const listeners = new Set<(connected: boolean) => void>();
const bridge = {
  call: (name: CallName, input: unknown) =>
    new Promise((answer) => void questions.push({ name, input, answer })),
  on: () => () => undefined,
  onConnection(listener: (connected: boolean) => void) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
window.backbench = bridge as unknown as Bridge;
const { useChartRows } = await import('../../../renderer/pages/charts/useChartRows.ts');
const { useJobResults } = await import('../../../renderer/pages/run/useJobResults.ts');
const { useMeasuredModels } = await import('../../../renderer/pages/run/useMeasuredModels.ts');
const { useResults } = await import('../../../renderer/stores/results.ts');

let page: EffectScope;
beforeEach(() => {
  setActivePinia(createPinia());
  page = effectScope();
});
afterEach(() => {
  page.stop();
  questions.length = 0;
});
/** As the page's setup would. */
function onPage<T>(use: () => T): T {
  const used = page.run(use);
  if (used === undefined) throw new Error('the page is gone');
  return used;
}

const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await nextTick();
};
/** Answers the oldest question that waits, and tells what it was. */
async function answer<N extends CallName>(name: N, given: unknown): Promise<CallInput<N>> {
  const question = questions.shift();
  expect(question?.name).toBe(name);
  question?.answer(given);
  await settle();
  return question?.input as CallInput<N>;
}
const rowsOf = (rows: readonly ResultRow[]) => ({ ok: true, value: { total: rows.length, rows } });
const refusal = { code: 'store-trouble', message: 'The database does not answer.', remedy: null };
const refused = { ok: false, failure: refusal };
const empty: ResultFacets = ResultFacets.parse({
  ...{ total: 0, families: [], models: [], providers: [], precisions: [], uses: [] },
  ...{ batches: [], modes: [], flags: [], machines: [] },
});
const facets = (change: Partial<ResultFacets>) => ({ ok: true, value: { ...empty, ...change } });

function job(id: string, resultId: string | null): Job {
  const given = { model: 'resnet18', use: 'classifier', precision: 'fp32', inputSize: 224 };
  const configuration = Configuration.parse({ ...given, batch: 1, provider: 'cpu', threads: 4 });
  const state = resultId === null ? 'queued' : 'done';
  const rest = { processesDone: 0, attempts: 0, reason: null, said: null, plan: null, failure: null };
  return { id, runId: 'run', configuration, state, resultId, ...rest };
}

test('the result of each job is asked for once, as the job ends', async () => {
  const jobs = shallowRef([job('1', 'r1'), job('2', null)]);
  const { rows } = onPage(() => useJobResults(() => jobs.value));
  expect(await answer('listResults', rowsOf([resultRow({ id: 'r1' })]))).toMatchObject({ ids: ['r1'] });
  jobs.value = [job('1', 'r1'), job('2', 'r2')];
  await settle();
  expect(await answer('listResults', rowsOf([resultRow({ id: 'r2' })]))).toMatchObject({ ids: ['r2'] });
  expect([...rows.value.keys()]).toEqual(['r1', 'r2']);
  jobs.value = [...jobs.value];
  await settle();
  expect(questions).toEqual([]);
});

test('results of jobs that did not come are said to be missing, and come when asked for again', async () => {
  const jobs = shallowRef([job('1', 'r1')]);
  const { rows, failure, again } = onPage(() => useJobResults(() => jobs.value));
  await answer('listResults', refused);
  expect(failure.value).toEqual(refusal);
  again();
  expect(failure.value).toEqual(refusal);
  expect(await answer('listResults', rowsOf([resultRow({ id: 'r1' })]))).toMatchObject({ ids: ['r1'] });
  expect(failure.value).toBeNull();
  expect(rows.value.size).toBe(1);
});

test('what another job’s end brought does not hide what is still missing', async () => {
  const jobs = shallowRef([job('1', 'r1')]);
  const { failure } = onPage(() => useJobResults(() => jobs.value));
  jobs.value = [job('1', 'r1'), job('2', 'r2')];
  await settle();
  await answer('listResults', refused);
  await answer('listResults', rowsOf([resultRow({ id: 'r2' })]));
  expect(failure.value).toEqual(refusal);
});

test('the measured models stay while newer ones are asked for, and after a refusal', async () => {
  const { measured, failure, again } = onPage(() => useMeasuredModels(() => ({ machineId: 'm1' })));
  const asked = await answer('resultFacets', facets({ models: [{ value: 'vgg16', count: 1 }] }));
  expect(asked).toEqual({ machineId: 'm1', modes: ['single-stream'] });
  useResults().revision++;
  await settle();
  expect([...measured.value]).toEqual(['vgg16']);
  await answer('resultFacets', refused);
  expect([...measured.value]).toEqual(['vgg16']);
  expect(failure.value).toEqual(refusal);
  void again();
  await answer('resultFacets', facets({ models: [{ value: 'alexnet', count: 1 }] }));
  expect([...measured.value]).toEqual(['alexnet']);
  expect(failure.value).toBeNull();
});

/** Answers what narrows the choice down: four counts. */
async function answerCounts(): Promise<void> {
  const counts = facets({
    machines: [{ value: 'm1', name: 'Bench', count: 2 }],
    providers: [{ value: 'cpu', count: 2 }],
    precisions: [{ value: 'fp32', count: 2 }],
    batches: [1, 8].map((value) => ({ value, count: 1 })),
  });
  for (let step = 0; step < 4; step++) await answer('resultFacets', counts);
}

test('a chart asks for the rows of its selection alone, and keeps the old ones until the new are here', async () => {
  const batch = ref<number | null>(null);
  const { answer: shown, failure } = onPage(() =>
    useChartRows(
      () => ({ machine: '', provider: '', precision: '', batch: batch.value }),
      () => 'm1',
    ),
  );
  const ids = () => shown.value?.rows.map(({ result }) => result.id);
  await answerCounts();
  const first = await answer('listResults', rowsOf([resultRow({ id: 'a' })]));
  expect(first).toMatchObject({
    ...{ machineId: 'm1', providers: ['cpu'], precisions: ['fp32'], batches: [1] },
    modes: ['single-stream'],
  });
  expect(ids()).toEqual(['a']);

  batch.value = 8;
  await settle();
  await answerCounts();
  expect(ids()).toEqual(['a']);
  await answer('listResults', refused);
  expect([ids(), failure.value]).toEqual([['a'], refusal]);

  useResults().revision++;
  await settle();
  await answerCounts();
  expect(await answer('listResults', rowsOf([resultRow({ id: 'b' })]))).toMatchObject({ batches: [8] });
  expect([ids(), failure.value]).toEqual([['b'], null]);
});

test('an answer that comes after the choice has changed is not drawn', async () => {
  const batch = ref(1);
  const { answer: shown } = onPage(() =>
    useChartRows(
      () => ({ machine: '', provider: '', precision: '', batch: batch.value }),
      () => 'm1',
    ),
  );
  await answerCounts();
  batch.value = 8;
  await settle();
  await answer('listResults', rowsOf([resultRow({ id: 'late' })]));
  expect(shown.value).toBeNull();
  await answerCounts();
  await answer('listResults', rowsOf([resultRow({ id: 'wanted', batch: 8 })]));
  expect(shown.value?.rows.map(({ result }) => result.id)).toEqual(['wanted']);
});
