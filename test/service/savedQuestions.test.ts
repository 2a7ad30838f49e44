import { expect, test } from 'vitest';
import { RecommendationRequest, SavedQuestion } from '../../preload/contract.ts';
import { listQuestions, removeQuestion, saveQuestion } from '../../main/service/savedQuestions.ts';
import { setSetting } from '../../main/store/settings.ts';
import { openStore } from '../../main/store/store.ts';
import { temporaryFolder } from '../store/temporary.ts';

const question = (minFps: number) => RecommendationRequest.parse({ limits: { minFps } });

test('questions are kept by name, replaced, and removed', async () => {
  const folder = temporaryFolder();
  const store = await openStore(folder);
  saveQuestion(store, { name: 'kiosk', question: question(15) }, new Date());
  saveQuestion(store, { name: 'Drone', question: question(60) }, new Date());
  saveQuestion(store, { name: 'kiosk', question: question(30) }, new Date());
  store.close();
  const again = await openStore(folder);
  const kept = listQuestions(again);
  expect(kept.map(({ name }) => name)).toEqual(['Drone', 'kiosk']);
  for (const one of kept) SavedQuestion.parse(one);
  expect(kept[1]?.question).toEqual(question(30));
  expect(removeQuestion(again, { name: 'Drone' }).map(({ name }) => name)).toEqual(['kiosk']);
  for (const name of ['Drone', 'constructor', '__proto__'])
    expect(() => removeQuestion(again, { name })).toThrow(/no saved question/);
  again.close();
});

test('a question that a newer version wrote is not shown, and is not lost when another is saved', async () => {
  const store = await openStore(temporaryFolder());
  const newer = { question: { objective: { kind: 'greenest' } }, savedAt: '2030-01-01T00:00:00.000Z' };
  setSetting(store, 'questions', { later: newer });
  expect(listQuestions(store)).toEqual([]);
  saveQuestion(store, { name: 'kiosk', question: question(15) }, new Date());
  expect(listQuestions(store)).toHaveLength(1);
  expect(removeQuestion(store, { name: 'later' })).toHaveLength(1);
  store.close();
});
