import { onScopeDispose } from 'vue';
import { bridge } from '../service/bridge.ts';
import { useRuns } from '../stores/runs.ts';

/**
 * A browser asks before it closes a page while something is measured: the measuring would go on unseen. Electron would
 * take this for a refusal to close without a word, so there the window itself asks.
 */
export function useClosingQuestion(): void {
  if (bridge.host === 'electron') return;
  const runs = useRuns();
  const ask = (event: BeforeUnloadEvent): void => {
    if (runs.active?.state === 'active') event.preventDefault();
  };
  window.addEventListener('beforeunload', ask);
  onScopeDispose(() => window.removeEventListener('beforeunload', ask));
}
