import { runOffline } from './runOffline.ts';
import { supervise, type Supervision } from './supervise.ts';
import type { TrialOutcome, TrialTask, WorkerLauncher } from './trial.ts';

/**
 * Measures one configuration once, in a fresh worker process (offline: one for each session) that is gone when this
 * resolves. Never rejects: every way in which a worker can fail is an outcome with a code, a sentence and, where there is
 * one, a remedy. `worker` is the file to start, for tests of workers that misbehave.
 */
export async function runTrial(
  launcher: WorkerLauncher,
  task: TrialTask,
  supervision: Supervision = {},
  worker?: URL,
): Promise<TrialOutcome> {
  const { mode } = task;
  const runOne = async (more: Supervision): Promise<TrialOutcome> => {
    const outcome = await supervise(launcher, { kind: 'trial', task }, { ...supervision, ...more }, worker);
    if (!outcome.ok) return outcome;
    if (outcome.result.kind !== 'trial') throw new Error('a trial was ordered, and a profile was accepted');
    return { ok: true, trial: outcome.result.trial };
  };
  return mode.kind === 'offline' ? runOffline(runOne, mode.sessions, task.plan, supervision) : runOne({});
}
