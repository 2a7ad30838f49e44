import type { Assignment, Reading } from '../../preload/contract.ts';
import { runProfile } from './runProfile.ts';
import type { Supervision } from './supervise.ts';
import type { TrialTask, WorkerLauncher } from './trial.ts';

/** A few runs tell where each node runs; what they take matters less here than being done soon. */
const runs = 5;

/** What ONNX Runtime's profile tells of a configuration, beside the times of its nodes. */
export interface ProfiledSession {
  readonly assignment: Assignment;
  readonly modelLoadMs: Reading;
}

/**
 * Which share of a model's nodes and of their time ran on the asked provider, from ONNX Runtime's own profile in a worker
 * process of its own, and how long reading the file took; null where it cannot be told. A profile is an extra: its failure is nobody else's.
 */
export async function measureAssignment(
  launcher: WorkerLauncher,
  task: TrialTask,
  supervision: Supervision = {},
): Promise<ProfiledSession | null> {
  const outcome = await runProfile(launcher, task, { ...supervision, runs });
  if (!outcome.ok) return null;
  const { assignment, modelLoadMs } = outcome.profile;
  return {
    assignment,
    modelLoadMs:
      modelLoadMs === null
        ? { available: false, reason: 'The profile of this session does not tell it.' }
        : {
            available: true,
            value: modelLoadMs,
            method: "model_loading of ONNX Runtime's profile, in a process of its own",
          },
  };
}
