import type { Assignment } from '../../preload/contract.ts';
import { runProfile } from './runProfile.ts';
import type { Supervision } from './supervise.ts';
import type { TrialTask, WorkerLauncher } from './trial.ts';

/** A few runs tell where each node runs; what they take matters less here than being done soon. */
const runs = 5;

/**
 * Which share of a model's nodes and of their time ran on the asked provider, from ONNX Runtime's own profile in a worker
 * process of its own; null where it cannot be told. A profile is an extra: its failure is nobody else's.
 */
export async function measureAssignment(
  launcher: WorkerLauncher,
  task: TrialTask,
  supervision: Supervision = {},
): Promise<Assignment | null> {
  const outcome = await runProfile(launcher, task, { ...supervision, runs });
  return outcome.ok ? outcome.profile.assignment : null;
}
