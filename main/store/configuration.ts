import type { Configuration } from '../../preload/contract.ts';

/** The columns that jobs and results share for a configuration. */
export interface ConfigurationColumns {
  model: string;
  use: Configuration['use'];
  precision: Configuration['precision'];
  input_size: number;
  batch: number;
  provider: Configuration['provider'];
  threads: number;
}

export function toConfiguration(row: ConfigurationColumns): Configuration {
  return {
    model: row.model,
    use: row.use,
    precision: row.precision,
    inputSize: row.input_size,
    batch: row.batch,
    provider: row.provider,
    threads: row.threads,
  };
}

/** The values for (model, use, precision, input_size, batch, provider, threads), in this order. */
export function configurationValues(c: Configuration): (string | number)[] {
  return [c.model, c.use, c.precision, c.inputSize, c.batch, c.provider, c.threads];
}
