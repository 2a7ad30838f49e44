import { SavedQuestion, type CallRequest } from '../../preload/contract.ts';
import type { Store } from '../store/store.ts';
import { FailedCall } from './asFailure.ts';
import { KeptByName } from './keptByName.ts';

const kept = new KeptByName('questions', SavedQuestion.omit({ name: true }));

/** The questions that a person keeps, by name. */
export function listQuestions(store: Store): SavedQuestion[] {
  return kept.list(store).map(([name, saved]) => ({ name, ...saved }));
}

/** One of the same name is replaced. */
export function saveQuestion(
  store: Store,
  { name, question }: CallRequest<'saveQuestion'>,
  now: Date,
): SavedQuestion[] {
  kept.put(store, name, { question, savedAt: now.toISOString() });
  return listQuestions(store);
}

/** Fails with 'question-unknown' where none is kept under this name. */
export function removeQuestion(store: Store, { name }: CallRequest<'removeQuestion'>): SavedQuestion[] {
  if (!kept.remove(store, name)) {
    throw new FailedCall({
      code: 'question-unknown',
      message: `There is no saved question '${name}'.`,
      remedy: 'Look at the list again: another window may have removed it.',
    });
  }
  return listQuestions(store);
}
