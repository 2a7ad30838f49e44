import { presetNames, presets, SamplingPlan, type CallRequest, type Preset } from '../../preload/contract.ts';
import type { Store } from '../store/store.ts';
import { FailedCall } from './asFailure.ts';
import { KeptByName } from './keptByName.ts';

const own = new KeptByName('presets', SamplingPlan);

/** Sampling plans by name: ours first, then a person's own in alphabetical order. */
export function listPresets(store: Store): Preset[] {
  return [
    ...presetNames.map((name) => ({ name, plan: presets[name], builtIn: true })),
    ...own.list(store).map(([name, plan]) => ({ name, plan, builtIn: false })),
  ];
}

/** Fails with 'preset-name-taken' for one of our names, and 'preset-contradictory' where a least exceeds its most. */
export function savePreset(store: Store, { name, plan }: CallRequest<'savePreset'>): Preset[] {
  if (isBuiltIn(name)) {
    throw new FailedCall({
      code: 'preset-name-taken',
      message: `'${name}' is one of Backbench's own presets.`,
      remedy: `Choose another name than ${presetNames.join(', ')}.`,
    });
  }
  assertPlan(plan);
  own.put(store, name, plan);
  return listPresets(store);
}

/** Fails with 'preset-unknown' where there is no own preset of this name. */
export function removePreset(store: Store, { name }: CallRequest<'removePreset'>): Preset[] {
  if (!own.remove(store, name)) {
    const known = own
      .list(store)
      .map(([each]) => each)
      .join(', ');
    throw new FailedCall({
      code: 'preset-unknown',
      message: `There is no preset '${name}' of your own.`,
      remedy: known === '' ? 'You have saved none.' : `You have saved: ${known}.`,
    });
  }
  return listPresets(store);
}

/** Fails with 'preset-contradictory' where a plan asks for more at least than at most. */
export function assertPlan({ minProcesses, maxProcesses, minSamples, maxSamples }: SamplingPlan): void {
  for (const [what, least, most] of [
    ['processes', minProcesses, maxProcesses],
    ['samples', minSamples, maxSamples],
  ] as const) {
    if (least <= most) continue;
    throw new FailedCall({
      code: 'preset-contradictory',
      message: `The plan asks for at least ${least} ${what} and at most ${most}.`,
      remedy: `Raise the most ${what}, or lower the least.`,
    });
  }
}

function isBuiltIn(name: string): boolean {
  return presetNames.some((known) => known === name.toLowerCase());
}
