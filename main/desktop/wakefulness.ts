import type { PowerMonitorApi, PowerSaveBlockerApi } from './electronApi.ts';
import type { Log } from './log.ts';
import type { RunWatch } from './runWatch.ts';

/**
 * Keeps the system from going to sleep while something is measured; the display may. Where the system refuses, the log says so, and
 * a trial that slept carries its own flag in any case.
 */
export function stayAwake(
  blocker: PowerSaveBlockerApi,
  monitor: PowerMonitorApi,
  runs: RunWatch,
  log: Log,
): void {
  let held: number | null = null;
  runs.onChange((activity) => {
    if (activity !== null && held === null) {
      held = blocker.start('prevent-app-suspension');
      if (!blocker.isStarted(held)) log.write('power', 'the system refuses to stay awake for a run');
    } else if (activity === null && held !== null) {
      blocker.stop(held);
      held = null;
    }
  });
  monitor.on('suspend', () => log.write('power', 'the system goes to sleep'));
  monitor.on('resume', () => log.write('power', 'the system is awake again'));
}
