import type { Configuration, SamplingPlan } from '../../preload/contract.ts';
import type { TrialTask } from './trial.ts';

/** What a worker is told to measure a configuration, whose model lies in the file `modelPath`. */
export function taskOf(
  configuration: Configuration,
  modelPath: string,
  plan: SamplingPlan,
  seed: number,
): TrialTask {
  const { provider, providerOptions, batch, inputSize, threads, affinity, arena, mode } = configuration;
  return {
    ...{ modelPath, provider, providerOptions, batch, inputSize, threads, affinity, arena, mode },
    plan,
    seed,
  };
}
