import {
  backboneUses,
  precisionNames,
  presetNames,
  presets,
  providerNames,
  type BackboneUse,
  type PresetName,
  type ProviderName,
  type ProviderStatus,
  type RunRequest,
  type SamplingPlan,
} from '../../../preload/contract.ts';
import { choiceField, listField, numberField, type Fields } from '../../urlState/fields.ts';

export const batchChoices = [1, 2, 4, 8, 16, 32, 64] as const;

/** What the run page has set; all of it stands in the address. */
export interface RunSettings {
  models: readonly string[];
  batches: readonly string[];
  provider: ProviderName;
  precisions: readonly string[];
  threads: number | null;
  use: BackboneUse;
  /** null: each model's own. */
  inputSize: number | null;
  /** '' : the preset that the person's settings name. */
  preset: PresetName | '';
}

export const runSettingsFields: Fields<RunSettings> = {
  models: listField(),
  batches: listField(['1']),
  provider: choiceField(providerNames, 'cpu'),
  precisions: listField(['fp32']),
  threads: numberField(1, 1024),
  use: choiceField(backboneUses, 'classifier'),
  inputSize: numberField(32, 2048),
  preset: choiceField(['', ...presetNames], ''),
};

/** Whole batch sizes from 1 to 1024, each once, in order; anything else in a link is left out. */
export function readBatches(texts: readonly string[]): number[] {
  const batches = texts.map(Number).filter((batch) => Number.isInteger(batch) && batch >= 1 && batch <= 1024);
  return [...new Set(batches)].sort((a, b) => a - b);
}

/** The request that the settings amount to, or null while something is missing. */
export function requestOf(settings: RunSettings, preset: PresetName): RunRequest | null {
  const batches = readBatches(settings.batches);
  const precisions = precisionNames.filter((precision) => settings.precisions.includes(precision));
  if (settings.models.length === 0 || batches.length === 0 || precisions.length === 0) return null;
  return {
    models: [...settings.models],
    batches,
    provider: settings.provider,
    precisions,
    threads: settings.threads,
    use: settings.use,
    inputSize: settings.inputSize,
    plan: presets[settings.preset === '' ? preset : settings.preset],
  };
}

/** How many configurations a request measures: the product of its lists. */
export function configurationCount(request: RunRequest): number {
  return request.models.length * request.batches.length * (request.precisions?.length ?? 1);
}

/** The longest that the timed parts and warm-ups of this many configurations can take under the plan's caps. */
export function longestSeconds(plan: SamplingPlan, configurations: number): number {
  return configurations * plan.maxProcesses * (plan.maxWarmUpSeconds + plan.maxSecondsPerProcess);
}

/** The provider to offer first: a working accelerator that is real hardware, else the CPU. */
export function bestProvider(providers: readonly ProviderStatus[]): ProviderName {
  const order: readonly ProviderName[] = ['tensorrt', 'cuda', 'coreml', 'dml', 'webgpu'];
  const real = order.find((name) =>
    providers.some(({ provider, works, software }) => provider === name && works && !software),
  );
  return real ?? 'cpu';
}
