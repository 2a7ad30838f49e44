import type { ProviderName } from './vocabulary.ts';

/** One option of a provider: its name, what it takes, and what it does. */
export interface ProviderOption {
  readonly name: string;
  readonly takes:
    | { readonly kind: 'whole-number'; readonly min: number; readonly max: number }
    | { readonly kind: 'yes-no' }
    | { readonly kind: 'choice'; readonly values: readonly string[] };
  readonly meaning: string;
}

const deviceId: ProviderOption = {
  name: 'deviceId',
  takes: { kind: 'whole-number', min: 0, max: 63 },
  meaning: 'which device, where there are several; the first is 0',
};

const cacheMode = (name: string, what: string): ProviderOption => ({
  name,
  takes: { kind: 'choice', values: ['disabled', 'lazyRelease', 'simple', 'bucket'] },
  meaning: `how ${what} buffers are kept for later runs`,
});

/**
 * The options that onnxruntime-node 1.30 hands on to each provider. It swallows any other without a word, so any other is
 * refused here. Precision is no option: an fp16 or int8 model is a file of its own, on every provider. cpu has none: its
 * threads, affinity and arena are settings of their own.
 */
export const providerOptionTable: Readonly<Record<ProviderName, readonly ProviderOption[]>> = {
  cpu: [],
  cuda: [deviceId],
  tensorrt: [deviceId],
  dml: [deviceId],
  coreml: [
    {
      name: 'coreMlFlags',
      takes: { kind: 'whole-number', min: 0, max: 63 },
      meaning:
        'sum of 1 CPU only, 2 subgraphs too, 4 only with a Neural Engine, 8 static shapes only, 16 ML program, 32 CPU and GPU',
    },
  ],
  webgpu: [
    {
      name: 'preferredLayout',
      takes: { kind: 'choice', values: ['NCHW', 'NHWC'] },
      meaning: 'layout in which convolutions run',
    },
    {
      name: 'validationMode',
      takes: { kind: 'choice', values: ['disabled', 'wgpuOnly', 'basic', 'full'] },
      meaning: 'how much each command is checked',
    },
    { name: 'enableRobustness', takes: { kind: 'yes-no' }, meaning: 'bounds checks inside shaders' },
    cacheMode('storageBufferCacheMode', 'storage'),
    cacheMode('uniformBufferCacheMode', 'uniform'),
    cacheMode('queryResolveBufferCacheMode', 'query'),
    cacheMode('defaultBufferCacheMode', 'all other'),
  ],
};

/** What an option takes, in words. */
export function acceptedValues({ takes }: ProviderOption): string {
  switch (takes.kind) {
    case 'whole-number':
      return `a whole number from ${takes.min} to ${takes.max}`;
    case 'yes-no':
      return 'true or false';
    case 'choice':
      return takes.values.join(', ');
  }
}
