import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readProfile } from './profile.ts';
import { reasonOf, repeatable } from './failure.ts';
import { makeFeeds } from './feeds.ts';
import type { Order, Profile } from './messages.ts';
import { giveBack } from './outputs.ts';
import type { OnnxRuntime } from './runtime.ts';
import { runOnce } from './runWindows.ts';
import { loadModel } from './session.ts';

type ProfileOrder = Extract<Order, { kind: 'profile' }>;

/**
 * Runs a model under ONNX Runtime's profiler and reads what it wrote. In a process of its own, because profiling makes
 * every run about a tenth slower. Throws a TrialFailure.
 */
export async function profileModel(
  runtime: OnnxRuntime,
  { task, runs, folder }: ProfileOrder,
): Promise<Profile> {
  const { session } = await loadModel(runtime, task, join(folder, 'profile'));
  const feeds = makeFeeds(runtime, session.inputMetadata, task);
  for (let run = 0; run < runs; run++) giveBack(await runOnce(session, feeds));
  session.endProfiling();
  return readProfile(await takeProfile(folder), task.provider);
}

/**
 * The text of the profile in a folder, which is empty afterwards. The profiler appends the time to the name that it was
 * given and tells nobody: whatever lies in the folder is it. Throws a TrialFailure.
 */
export async function takeProfile(folder: string): Promise<string> {
  try {
    const [file] = await readdir(folder);
    if (file === undefined) throw new Error('it wrote no file');
    const text = await readFile(join(folder, file), 'utf8');
    await rm(join(folder, file));
    return text;
  } catch (error) {
    throw repeatable(
      'profile-missing',
      `ONNX Runtime's profile cannot be read: ${reasonOf(error)}`,
      'Check that the temporary folder has space left.',
    );
  }
}
