import type { Configuration, SamplingPlan } from '../../preload/contract.ts';
import type { Store } from '../store/store.ts';
import { earlierRuns, type Habits, settingsOf } from './earlierRuns.ts';
import { remaining } from './remaining.ts';

/** A run that has not begun, or what is left of one. */
export interface Planned {
  readonly machineId: string;
  readonly plan: SamplingPlan;
  readonly jobs: readonly { readonly configuration: Configuration; readonly processesDone: number }[];
}

/**
 * How long a run would take, in ms, as its remaining time will be told once it begins; null where no earlier run on this
 * machine with this plan tells. Other runs that wait, and the writing of model files, are left out.
 */
export function expectedTimeMs(
  store: Store,
  { machineId, plan, jobs: planned }: Planned,
  habits: Habits,
): number | null {
  const configurations = planned.map(({ configuration }) => configuration);
  const earlier = earlierRuns(store, { machineId, plan, exceptRunId: null }, configurations, habits);
  const jobs = planned.map(({ configuration, processesDone }, i) => ({
    open: true,
    processesDone,
    ownMs: [],
    pastMs: earlier.durations[i]?.wallMs ?? null,
    pastProcesses: earlier.durations[i]?.processes ?? null,
    work: earlier.work[i] ?? null,
    settings: settingsOf(configuration),
    prepared: true,
  }));
  const extras = { preparationMs: 0, profileMs: earlier.profileMs ?? 0, spreadMs: habits.spreadMs };
  return remaining(jobs, plan, extras, earlier.others)?.totalMs ?? null;
}
