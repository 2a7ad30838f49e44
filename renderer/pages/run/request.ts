import {
  Affinity,
  backboneUses,
  latencyModes,
  precisionNames,
  presets,
  providerNames,
  providerOptionTable,
  SamplingPlan,
  type BackboneUse,
  type LatencyMode,
  type Preset,
  type PresetName,
  type ProviderName,
  type ProviderOptions,
  type ProviderStatus,
  type RunRequest,
} from '../../../preload/contract.ts';
import {
  choiceField,
  flagField,
  listField,
  numberField,
  textField,
  type Field,
  type Fields,
} from '../../urlState/fields.ts';
import { bytesPerMb } from '../../format/quantities.ts';

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
  modes: readonly string[];
  /** offline: sessions at once. */
  sessions: number | null;
  /** server: requests a second; there is no usual one. */
  rate: number | null;
  /** paced: frames a second. */
  fps: number | null;
  /** Logical processors such as "0-3,6"; '' : the system chooses. */
  affinity: string;
  arena: boolean;
  /** Most that a worker may hold before it is ended; null: nine tenths of the machine's memory. */
  memoryLimitMb: number | null;
  /** Options as "name=value", of any provider; only those of the chosen one are asked for. */
  options: readonly string[];
  /** '' : the preset that the person's settings name; else a preset of ours or of their own. */
  preset: string;
  /** A plan set by hand; it goes before the preset. */
  plan: SamplingPlan | null;
}

const planKeys = [
  'minProcesses',
  'maxProcesses',
  'minSamples',
  'maxSamples',
  'maxSecondsPerProcess',
  'maxWarmUpSeconds',
  'relativeHalfWidth',
] as const satisfies readonly (keyof SamplingPlan)[];

/** A plan as its seven figures with dashes between; one out of bounds counts as none. */
const planField: Field<SamplingPlan | null> = {
  fallback: null,
  parse(text) {
    const figures = text.split('-').map(Number);
    return SamplingPlan.safeParse(Object.fromEntries(planKeys.map((key, i) => [key, figures[i]]))).data;
  },
  format: (plan) => (plan === null ? '' : planKeys.map((key) => plan[key]).join('-')),
};

/** The least that the service takes, 100 MB of 10⁶, and more than any machine has. */
export const memoryLimitBounds = { minMb: 96, maxMb: 2 ** 24 } as const;

export const runSettingsFields: Fields<RunSettings> = {
  models: listField(),
  batches: listField(['1']),
  provider: choiceField(providerNames, 'cpu'),
  precisions: listField(['fp32']),
  threads: numberField(1, 1024),
  use: choiceField(backboneUses, 'classifier'),
  inputSize: numberField(32, 2048),
  modes: listField(['single-stream']),
  sessions: numberField(1, 64),
  rate: numberField(0.1, 10_000),
  fps: numberField(0.1, 1000),
  affinity: textField(),
  arena: flagField(true),
  memoryLimitMb: numberField(memoryLimitBounds.minMb, memoryLimitBounds.maxMb),
  options: listField(),
  preset: textField(),
  plan: planField,
};

export const usualSessions = 2;
export const usualFps = 30;

/** The modes that are ticked, with their figures; null where one lacks a figure that only a person can tell. */
export function readModes(settings: RunSettings): LatencyMode[] | null {
  const modes = latencyModes
    .filter((kind) => settings.modes.includes(kind))
    .map((kind): LatencyMode | null => {
      switch (kind) {
        case 'single-stream':
          return { kind };
        case 'offline':
          return { kind, sessions: Math.round(settings.sessions ?? usualSessions) };
        case 'server':
          return settings.rate === null ? null : { kind, requestsPerSecond: settings.rate };
        case 'paced':
          return { kind, framesPerSecond: settings.fps ?? usualFps };
      }
    });
  const whole = modes.filter((mode) => mode !== null);
  return whole.length === modes.length ? whole : null;
}

/** The plan that the settings amount to: one set by hand, else that of the preset they name, else of the usual one. */
export function planOf(settings: RunSettings, usual: PresetName, known: readonly Preset[]): SamplingPlan {
  const named = known.find(({ name }) => name === settings.preset)?.plan;
  return (
    settings.plan ??
    named ??
    (settings.preset in presets ? presets[settings.preset as PresetName] : presets[usual])
  );
}

/** The processors to keep the workers on; null: the system chooses. undefined where the text names none. */
export function readAffinity({ affinity }: Pick<RunSettings, 'affinity'>): string | null | undefined {
  const list = affinity.replaceAll(' ', '');
  return list === '' ? null : Affinity.safeParse(list).data;
}

/** The options that the chosen provider has, by name; what they are set to is checked by the service. */
export function readOptions({
  provider,
  options,
}: Pick<RunSettings, 'provider' | 'options'>): ProviderOptions {
  const known = new Set(providerOptionTable[provider].map(({ name }) => name));
  return Object.fromEntries(
    options.map(splitOption).filter(([name, value]) => known.has(name) && value !== ''),
  );
}

/** The options with one of them set, or left to the provider (''). */
export function withOption(
  { options }: Pick<RunSettings, 'options'>,
  name: string,
  value: string,
): readonly string[] {
  const others = options.filter((option) => splitOption(option)[0] !== name);
  return value === '' ? others : [...others, `${name}=${value}`];
}

function splitOption(option: string): [name: string, value: string] {
  const [name = '', ...value] = option.split('=');
  return [name, value.join('=')];
}

/** Whole batch sizes from 1 to 1024, each once, in order; anything else in a link is left out. */
export function readBatches(texts: readonly string[]): number[] {
  const batches = texts.map(Number).filter((batch) => Number.isInteger(batch) && batch >= 1 && batch <= 1024);
  return [...new Set(batches)].sort((a, b) => a - b);
}

/** The request that the settings amount to, or null while something is missing. */
export function requestOf(settings: RunSettings, plan: SamplingPlan): RunRequest | null {
  const batches = readBatches(settings.batches);
  const precisions = precisionNames.filter((precision) => settings.precisions.includes(precision));
  const modes = readModes(settings);
  if (settings.models.length === 0 || batches.length === 0 || precisions.length === 0) return null;
  const affinity = readAffinity(settings);
  if (modes === null || modes.length === 0 || affinity === undefined) return null;
  return {
    models: [...settings.models],
    batches,
    provider: settings.provider,
    precisions,
    threads: settings.threads,
    affinity,
    arena: settings.arena,
    memoryLimitBytes: settings.memoryLimitMb === null ? null : settings.memoryLimitMb * bytesPerMb,
    providerOptions: readOptions(settings),
    use: settings.use,
    inputSize: settings.inputSize,
    modes,
    plan,
  };
}

/** How many configurations a request measures: the product of its lists. */
export function configurationCount(request: RunRequest): number {
  const { models, batches, precisions = [], modes = [] } = request;
  return models.length * batches.length * precisions.length * modes.length;
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
