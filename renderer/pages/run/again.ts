import type { Configuration, SamplingPlan } from '../../../preload/contract.ts';
import { readQuery, writeQuery } from '../../urlState/query.ts';
import { runSettingsFields, type RunSettings } from './request.ts';

/**
 * For a link that offers to measure these configurations again: every model, batch, precision and mode among them, the session
 * of the first, and the plan. An input size or a number of threads that they do not share is left to each model and the machine.
 */
export function againQuery(
  configurations: readonly Configuration[],
  plan: SamplingPlan | null,
): Record<string, string> {
  const [first] = configurations;
  if (first === undefined) return {};
  const { provider, affinity, arena, providerOptions, use, threads, inputSize } = first;
  const each = <K extends keyof Configuration>(name: K) => [
    ...new Set(configurations.map((one) => one[name])),
  ];
  const modes = configurations.map(({ mode }) => mode);
  const again: RunSettings = {
    ...readQuery(runSettingsFields, {}),
    models: each('model'),
    batches: each('batch').map(String),
    precisions: each('precision'),
    modes: [...new Set(modes.map(({ kind }) => kind))],
    sessions: modes.find((mode) => mode.kind === 'offline')?.sessions ?? null,
    rate: modes.find((mode) => mode.kind === 'server')?.requestsPerSecond ?? null,
    fps: modes.find((mode) => mode.kind === 'paced')?.framesPerSecond ?? null,
    ...{ provider, affinity: affinity ?? '', arena, use },
    threads: each('threads').length === 1 ? threads : null,
    inputSize: each('inputSize').length === 1 ? inputSize : null,
    options: Object.entries(providerOptions).map(([name, value]) => `${name}=${value}`),
    plan,
  };
  // The provider is written even where it is the usual one: without it the page would offer the best one.
  return { ...writeQuery(runSettingsFields, again), provider };
}

/** What a run has one of, and results may have several of. */
export type SharedSetting =
  'provider' | 'use' | 'inputSize' | 'threads' | 'affinity' | 'arena' | 'options' | 'mode';

/**
 * What `againQuery` cannot keep of several configurations: the settings that they do not share (of each mode there is one in a
 * run), and how many configurations all combinations make where those are more than were chosen.
 */
export function againLosses(configurations: readonly Configuration[]): {
  unshared: SharedSetting[];
  combinations: number | null;
} {
  const valuesOf = (of: (configuration: Configuration) => unknown) =>
    new Set(configurations.map((configuration) => JSON.stringify(of(configuration))));
  const settings: Record<SharedSetting, (configuration: Configuration) => unknown> = {
    provider: ({ provider }) => provider,
    use: ({ use }) => use,
    inputSize: ({ inputSize }) => inputSize,
    threads: ({ threads }) => threads,
    affinity: ({ affinity }) => affinity,
    arena: ({ arena }) => arena,
    options: ({ providerOptions }) => Object.entries(providerOptions).sort(),
    mode: ({ mode }) => mode,
  };
  const kinds = valuesOf(({ mode }) => mode.kind).size;
  const unshared = (Object.keys(settings) as SharedSetting[]).filter(
    (name) => valuesOf(settings[name]).size > (name === 'mode' ? kinds : 1),
  );
  const lists = [
    valuesOf(({ model }) => model).size,
    valuesOf(({ batch }) => batch).size,
    valuesOf(({ precision }) => precision).size,
    kinds,
  ];
  const combinations = lists.reduce((product, count) => product * count, 1);
  const chosen = valuesOf(({ model, batch, precision, mode }) => [model, batch, precision, mode.kind]).size;
  return { unshared, combinations: combinations > chosen ? combinations : null };
}
