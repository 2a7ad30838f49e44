import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';
import type { CallInput, LongCallName, WorkProgress } from '../../preload/contract.ts';
import { useAsked, type Asked } from './asked.ts';
import { bridge } from './bridge.ts';

export interface LongCall<N extends LongCallName> extends Asked<N> {
  /** How far the call under way is; null where it has not told yet. */
  progress: ShallowRef<WorkProgress | null>;
  /** Cancels the call under way: then there is neither a value nor a failure. */
  stop: () => void;
}

/** Like `useAsked`, for a call that may take long. Leaving the page does not end it. */
export function useLongCall<N extends LongCallName>(name: N): LongCall<N> {
  const asked = useAsked(name);
  const progress = shallowRef<WorkProgress | null>(null);
  let work: string | null = null;
  let last: CallInput<N> | undefined;

  async function ask(input: CallInput<N>): Promise<boolean> {
    last = input;
    work = crypto.randomUUID();
    progress.value = null;
    const ok = await asked.ask({ ...input, work });
    if (asked.failure.value?.code === 'cancelled') asked.failure.value = null;
    return ok;
  }

  const again = async (): Promise<boolean> => (last === undefined ? false : ask(last));

  function stop(): void {
    if (work !== null) void bridge.call('cancelWork', { work });
  }

  onScopeDispose(
    bridge.on('workProgress', (told) => {
      if (told.work === work) progress.value = told;
    }),
    true,
  );

  return { ...asked, ask, again, progress, stop };
}
