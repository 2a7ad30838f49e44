import { z } from 'zod';
import { Backbone } from './schema/backbone.ts';
import { HardwareReport } from './schema/machine.ts';
import { Failure } from './schema/vocabulary.ts';
import { Progress, Run, RunRequest } from './schema/measurement.ts';
import { Recommendation, RecommendationRequest, ResultRow } from './schema/recommendation.ts';

export * from './schema/vocabulary.ts';
export * from './schema/machine.ts';
export * from './schema/backbone.ts';
export * from './schema/measurement.ts';
export * from './schema/recommendation.ts';

/**
 * Everything that a screen may ask of the service: one entry a call, with the schema of its input and of its answer.
 * The service validates every input; a bridge only carries it. A failure crosses as a value (see `Answer`).
 */
export const calls = {
  /** Detects the machine; providers are probed in throw-away processes once and remembered until `refresh`. */
  hardware: { input: z.object({ refresh: z.boolean().default(false) }), output: HardwareReport },
  /** The catalog, with costs at each model's own input size or at `size`. */
  listBackbones: {
    input: z.object({ size: z.int().min(32).max(2048).nullable().default(null) }),
    output: z.array(Backbone),
  },
  startRun: { input: RunRequest, output: z.object({ runId: z.string() }) },
  cancelRun: { input: z.object({ runId: z.string() }), output: Run },
  getRun: { input: z.object({ runId: z.string() }), output: Run },
  listRuns: { input: z.object({ limit: z.int().min(1).max(1000).default(50) }), output: z.array(Run) },
  listResults: {
    input: z.object({
      machineId: z.string().nullable().default(null),
      runId: z.string().nullable().default(null),
      /** Only the newest result of each configuration. */
      newestOnly: z.boolean().default(true),
      limit: z.int().min(1).max(100_000).default(1000),
      offset: z.int().min(0).default(0),
    }),
    output: z.object({ total: z.int(), rows: z.array(ResultRow) }),
  },
  recommend: { input: RecommendationRequest, output: Recommendation },
} as const;

export type CallName = keyof typeof calls;
export type CallInput<N extends CallName> = z.input<(typeof calls)[N]['input']>;
export type CallRequest<N extends CallName> = z.output<(typeof calls)[N]['input']>;
export type CallOutput<N extends CallName> = z.output<(typeof calls)[N]['output']>;

/** What the service tells of its own accord. */
export const events = {
  progress: Progress,
  runChanged: Run,
} as const;

export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>;

/** How an answer crosses the border: a value, or a failure as a value. */
export type Answer<T> = { ok: true; value: T } | { ok: false; failure: Failure };

/** What the renderer sees of its host, whichever it is. */
export interface Bridge {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<Answer<CallOutput<N>>>;
  /** Listens to an event; returns the function that stops listening. */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void;
  /** Told whenever the connection to the service is lost or back. */
  onConnection(listener: (connected: boolean) => void): () => void;
  readonly host: 'electron' | 'browser';
}
