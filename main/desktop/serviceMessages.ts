import type { Answer, Failure } from '../../preload/contract.ts';
import type { ServiceEvent } from '../service/service.ts';

/**
 * What is said between the main process and the service's process. Both are our own code from the same package, so the
 * messages are typed and not parsed; what came from a page is parsed before it becomes one of these.
 */
export type ToService =
  /** Always the first message, once. */
  | { readonly kind: 'open'; readonly dataDir: string }
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly kind: 'child'; readonly id: number; readonly news: ChildNews }
  /** Keep what was measured, close the store, end. */
  | { readonly kind: 'close' };

export type FromService =
  | { readonly kind: 'opened'; readonly notices: readonly Failure[] }
  /** The data folder cannot be used; the process ends after this. */
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answer<unknown> }
  | { readonly kind: 'event'; readonly event: ServiceEvent }
  | {
      readonly kind: 'launch';
      readonly id: number;
      readonly file: string;
      readonly env: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'post'; readonly id: number; readonly message: unknown }
  | { readonly kind: 'kill'; readonly id: number }
  | { readonly kind: 'closed' };

/** What the main process tells of a worker that it started for the service. */
export type ChildNews =
  | { readonly kind: 'started'; readonly pid: number }
  | { readonly kind: 'message'; readonly message: unknown }
  | { readonly kind: 'error-output'; readonly text: string }
  | {
      readonly kind: 'exit';
      readonly code: number | null;
      readonly signal: string | null;
      readonly output: string;
    };
