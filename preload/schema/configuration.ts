import { z } from 'zod';
import { BackboneUse, PowerSource, Precision, ProviderName } from './vocabulary.ts';

export const latencyModes = ['single-stream', 'offline', 'server', 'paced'] as const;
/**
 * How runs follow one another, after MLPerf's inference scenarios (Reddi et al., "MLPerf Inference Benchmark", 2020) and
 * one of our own. Each mode answers another question, so its figures are never mixed with another's.
 */
export const LatencyMode = z.discriminatedUnion('kind', [
  /** One run after the other, back to back. */
  z.object({ kind: z.literal('single-stream') }),
  /** As many images a second as possible: this many sessions at once, each in a process of its own, back to back. */
  z.object({ kind: z.literal('offline'), sessions: z.int().min(1).max(64) }),
  /** Requests of one batch each at random times (Poisson), this many a second: latency counts from arrival to answer. */
  z.object({ kind: z.literal('server'), requestsPerSecond: z.number().min(0.1).max(10_000) }),
  /** One run each 1/n s, as a camera delivers frames; the machine rests in between, and its clocks fall. */
  z.object({ kind: z.literal('paced'), framesPerSecond: z.number().min(0.1).max(1000) }),
]);
export type LatencyMode = z.infer<typeof LatencyMode>;

/** "server, 20 requests/s": a mode in the words of a terminal or a report. */
export function describeMode(mode: LatencyMode): string {
  switch (mode.kind) {
    case 'single-stream':
      return 'single stream';
    case 'offline':
      return `offline, ${mode.sessions} ${mode.sessions === 1 ? 'session' : 'sessions'}`;
    case 'server':
      return `server, ${mode.requestsPerSecond} requests/s`;
    case 'paced':
      return `paced, ${mode.framesPerSecond} frames/s`;
  }
}

/** Options of a provider as ONNX Runtime takes them; `providerOptionTable` says which there are. */
export const ProviderOptions = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export type ProviderOptions = z.infer<typeof ProviderOptions>;

/** "deviceId=1, enableRobustness=false", in alphabetical order; "none" where there are none. */
export function describeOptions(options: ProviderOptions): string {
  const named = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  return named.sort().join(', ') || 'none';
}

/** Logical processors by number, such as "0-3,6"; the first is 0. */
export const Affinity = z.string().regex(/^\d{1,4}(-\d{1,4})?(,\d{1,4}(-\d{1,4})?)*$/, {
  error: 'expected logical processors such as "0-3" or "0,2"',
});

/** What is measured: everything here is part of a result's key. */
export const Configuration = z.object({
  /** A backbone's name in the catalog, or the id of a person's own model. */
  model: z.string(),
  use: BackboneUse,
  precision: Precision,
  inputSize: z.int(),
  batch: z.int(),
  provider: ProviderName,
  /** Intra-op threads of each session. */
  threads: z.int(),
  /** The logical processors that the worker was kept on; null: the system chooses. */
  affinity: Affinity.nullable().default(null),
  /** ONNX Runtime's memory arena: memory of past runs is kept for the next ones. */
  arena: z.boolean().default(true),
  /** Where the machine drew its power when the run was planned. */
  powerSource: PowerSource.default('unknown'),
  providerOptions: ProviderOptions.default({}),
  mode: LatencyMode.default({ kind: 'single-stream' }),
});
export type Configuration = z.infer<typeof Configuration>;
