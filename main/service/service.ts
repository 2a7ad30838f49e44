import {
  calls,
  type Answer,
  type CallName,
  type CallOutput,
  type CallRequest,
  type EventName,
  type EventPayload,
} from '../../preload/contract.ts';
import { asFailure } from './asFailure.ts';
import { invalidInput } from './invalidInput.ts';

/** An event of the contract with its payload. */
export type ServiceEvent = {
  [N in EventName]: { readonly name: N; readonly payload: EventPayload<N> };
}[EventName];

/** What a host (window, loopback server, command line) sees of the whole back end. */
export interface Service {
  /** Validates the input by the contract and answers; failures are values, nothing rejects. */
  call(name: string, input: unknown): Promise<Answer<unknown>>;
  /** Listens to all events; returns the function that stops listening. */
  subscribe(listener: (event: ServiceEvent) => void): () => void;
  /** Ends the running worker, keeps what was measured, closes the store. Asked again, it is the same end. */
  close(): Promise<void>;
}

/** One function for each call of the contract. */
export type Handlers = {
  readonly [N in CallName]: (request: CallRequest<N>) => Promise<CallOutput<N>> | CallOutput<N>;
};

/** Wires handlers behind the contract's validation. */
export function serviceOf(
  handlers: Handlers,
  subscribe: Service['subscribe'],
  close: Service['close'],
  /** Hears of every error that a call ended with. */
  onError: (error: unknown) => void = () => undefined,
): Service {
  let closing: Promise<void> | undefined;
  return {
    subscribe,
    close: () => (closing ??= close()),
    call: async (name, input) => {
      if (!isCallName(name)) {
        return {
          ok: false,
          failure: { code: 'unknown-call', message: `there is no call '${name}'`, remedy: null },
        };
      }
      const request = calls[name].input.safeParse(input);
      if (!request.success) return { ok: false, failure: invalidInput(name, request.error) };
      try {
        // The table is typed entry by entry; here the name is a variable, which TypeScript cannot pair with its entry.
        const handler = handlers[name] as (request: unknown) => unknown;
        return { ok: true, value: await handler(request.data) };
      } catch (error) {
        onError(error);
        return { ok: false, failure: asFailure(error) };
      }
    },
  };
}

function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}
