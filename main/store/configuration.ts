import type { Configuration, LatencyMode, ProviderOptions } from '../../preload/contract.ts';
import { fromJson } from './database.ts';

/** The columns that jobs and results share for a configuration. */
export interface ConfigurationColumns {
  model: string;
  use: Configuration['use'];
  precision: Configuration['precision'];
  input_size: number;
  batch: number;
  provider: Configuration['provider'];
  threads: number;
  /** Empty where the system chooses. */
  affinity: string;
  arena: number;
  power_source: Configuration['powerSource'];
  /** JSON with the names in alphabetical order, so that equal options are equal texts. */
  provider_options: string;
  mode: LatencyMode['kind'];
  /** Sessions, requests per second, or frames per second; 0 in single stream. */
  mode_parameter: number;
}

/** The names of these columns, in the order of `configurationValues`. */
export const configurationColumns = [
  'model',
  'use',
  'precision',
  'input_size',
  'batch',
  'provider',
  'threads',
  'affinity',
  'arena',
  'power_source',
  'provider_options',
  'mode',
  'mode_parameter',
] as const satisfies readonly (keyof ConfigurationColumns)[];

export function toConfiguration(row: ConfigurationColumns): Configuration {
  return {
    model: row.model,
    use: row.use,
    precision: row.precision,
    inputSize: row.input_size,
    batch: row.batch,
    provider: row.provider,
    threads: row.threads,
    affinity: row.affinity === '' ? null : row.affinity,
    arena: row.arena === 1,
    powerSource: row.power_source,
    providerOptions: fromJson<ProviderOptions>(row.provider_options),
    mode: toMode(row.mode, row.mode_parameter),
  };
}

/** The values of `configurationColumns`. */
export function configurationValues(c: Configuration): (string | number)[] {
  return [
    ...[c.model, c.use, c.precision, c.inputSize, c.batch, c.provider, c.threads],
    ...[c.affinity ?? '', Number(c.arena), c.powerSource, sortedJson(c.providerOptions)],
    ...[c.mode.kind, modeParameter(c.mode)],
  ];
}

function sortedJson(options: ProviderOptions): string {
  return JSON.stringify(Object.fromEntries(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))));
}

function modeParameter(mode: LatencyMode): number {
  switch (mode.kind) {
    case 'single-stream':
      return 0;
    case 'offline':
      return mode.sessions;
    case 'server':
      return mode.requestsPerSecond;
    case 'paced':
      return mode.framesPerSecond;
  }
}

function toMode(kind: LatencyMode['kind'], parameter: number): LatencyMode {
  switch (kind) {
    case 'single-stream':
      return { kind };
    case 'offline':
      return { kind, sessions: parameter };
    case 'server':
      return { kind, requestsPerSecond: parameter };
    case 'paced':
      return { kind, framesPerSecond: parameter };
  }
}
