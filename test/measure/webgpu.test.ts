import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { providerOptionTable, type ProviderOption, type ProviderOptions } from '../../preload/contract.ts';
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

  test('takes every option and value of our table, and no other', async () => {
    const options = providerOptionTable.webgpu;
    const most = Math.max(...options.map((option) => valuesOf(option).length));
    const rounds: ProviderOptions[] = Array.from({ length: most }, (_, round) =>
      Object.fromEntries(options.map((option) => [option.name, pick(valuesOf(option), round)])),
    );
    const model = writeConvolution(folder);
    for (const providerOptions of rounds) {
      const task = quickTask(model, { provider: 'webgpu', providerOptions });
      expect(await runProfile(launcher, task, { runs: 1 })).toMatchObject({ ok: true });
    }
    const unknown = quickTask(model, { provider: 'webgpu', providerOptions: { deviceId: 0 } });
    expect(await runProfile(launcher, unknown, { runs: 1 })).toMatchObject({ ok: false });
  });
});

function valuesOf({ takes }: ProviderOption): (string | number | boolean)[] {
  switch (takes.kind) {
    case 'whole-number':
      return [takes.min, takes.max];
    case 'yes-no':
      return [true, false];
    case 'choice':
      return [...takes.values];
  }
}

function pick<T>(values: readonly T[], round: number): T {
  const value = values[round % values.length];
  if (value === undefined) throw new RangeError('an option without values');
  return value;
}
