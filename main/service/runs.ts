import type { Run } from '../../preload/contract.ts';
import { getRun } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { NotFound } from './notFound.ts';

/** The run of this id. Throws NotFound. */
export function runNamed(store: Store, runId: string): Run {
  const run = getRun(store, runId);
  if (run === null) throw new NotFound('run', runId);
  return run;
}
