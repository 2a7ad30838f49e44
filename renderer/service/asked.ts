import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import type { CallInput, CallName, CallOutput, Failure } from '../../preload/contract.ts';
import { bridge } from './bridge.ts';

/** An answer that a screen waits for: nothing yet, a value, or a failure; and whether a newer one is under way. */
export interface Asked<N extends CallName> {
  value: ShallowRef<CallOutput<N> | null>;
  failure: ShallowRef<Failure | null>;
  loading: Ref<boolean>;
  /** Asks; of several questions under way only the last one's answer is shown. True where that answer is a value. */
  ask: (input: CallInput<N>) => Promise<boolean>;
  /** Asks the last question again. */
  again: () => Promise<boolean>;
}

/**
 * Holds the answer to one call. The value of the previous question stays until the new one is there, so that a slider
 * does not make the page blink. A question that failed because the service was away is asked again when it is back.
 */
export function useAsked<N extends CallName>(name: N): Asked<N> {
  const value = shallowRef(null) as ShallowRef<CallOutput<N> | null>;
  const failure = shallowRef<Failure | null>(null);
  const loading = ref(false);
  let last: CallInput<N> | undefined;
  let newest = 0;

  async function ask(input: CallInput<N>): Promise<boolean> {
    last = input;
    const mine = ++newest;
    loading.value = true;
    const answer = await bridge.call(name, input);
    if (mine !== newest) return false;
    loading.value = false;
    if (answer.ok) {
      value.value = answer.value;
      failure.value = null;
    } else {
      failure.value = answer.failure;
    }
    return answer.ok;
  }

  async function again(): Promise<boolean> {
    return last === undefined ? false : ask(last);
  }

  const stop = bridge.onConnection((connected) => {
    if (connected && failure.value?.code === 'disconnected') void again();
  });
  onScopeDispose(stop, true);

  return { value, failure, loading, ask, again };
}
