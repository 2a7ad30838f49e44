import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nodeLauncher } from '../../main/measure/launchFork.ts';
import { runProfile } from '../../main/measure/runProfile.ts';
import { runTrial } from '../../main/measure/runTrial.ts';
import type { WorkerLauncher } from '../../main/measure/trial.ts';
import { quickTask, temporaryFolder, writeConvolution } from './tinyModels.ts';

/** Chromium brings a Vulkan driver in software: slow, and enough to run the GPU's path for real. */
const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';
const launcher: WorkerLauncher = {
  launch: (file, env) =>
    nodeLauncher.launch(file, {
      ...env,
      VK_DRIVER_FILES: driver,
      VK_ICD_FILENAMES: driver,
      LD_LIBRARY_PATH: '/usr/lib/chromium',
    }),
};

describe.skipIf(!existsSync(driver))('the webgpu provider', () => {
  const folder = temporaryFolder();

  test('is measured like any other, and its profile shows that nothing fell back', async () => {
    const task = quickTask(writeConvolution(folder), { provider: 'webgpu' });
    const outcome = await runTrial(launcher, task);
    if (!outcome.ok) throw new Error(outcome.failure.message);
    expect(outcome.trial.samplesMs.length).toBeGreaterThanOrEqual(3);
    expect(outcome.trial.memory.gpuBytes.available).toBe(false);

    const profiled = await runProfile(launcher, task, { runs: 3 });
    if (!profiled.ok) throw new Error(profiled.failure.message);
    expect(profiled.profile.assignment.nodeShare).toBe(1);
    expect(Object.keys(profiled.profile.assignment.providers)).toEqual(['WebGpuExecutionProvider']);
  });
});
