import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Failure } from '../../preload/contract.ts';
import type { Profile } from './messages.ts';
import { supervise, type Supervision } from './supervise.ts';
import type { TrialTask, WorkerLauncher } from './trial.ts';

export type ProfileOutcome =
  | { readonly ok: true; readonly profile: Profile }
  | { readonly ok: false; readonly failure: Failure; readonly repeatable: boolean };

/**
 * Runs a configuration a few times under ONNX Runtime's profiler, in a worker process of its own: which share of its
 * nodes and of their time ran on the asked provider, and what each node took. Never rejects for what a worker does.
 */
export async function runProfile(
  launcher: WorkerLauncher,
  task: TrialTask,
  { runs = 10, ...supervision }: Supervision & { readonly runs?: number } = {},
): Promise<ProfileOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'backbench-profile-'));
  try {
    const outcome = await supervise(launcher, { kind: 'profile', task, runs, folder }, supervision);
    if (!outcome.ok) return outcome;
    if (outcome.result.kind !== 'profile') throw new Error('a profile was ordered, and a trial was accepted');
    return { ok: true, profile: outcome.result.profile };
  } finally {
    // A worker that was ended leaves an empty file behind.
    await rm(folder, { recursive: true, force: true });
  }
}
