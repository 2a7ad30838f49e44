import type { Configuration } from '../../preload/contract.ts';
import {
  type Comparable,
  type PastDuration,
  pastCosts,
  pastDurations,
  pastProfileDurations,
} from '../store/pastTimes.ts';
import type { Store } from '../store/store.ts';
import type { PastWork } from './remaining.ts';

/** What the queue knows of its own ways, for the remaining time. */
export interface Habits {
  /** Least rest between two processes of one job. */
  readonly spreadMs: number;
  /** Whether a job ends with a profile. */
  readonly profiles: boolean;
  /** Multiply-adds of one image of a configuration's model; null where nobody has counted them. */
  macsOf(configuration: Configuration): number | null;
}

/** What earlier runs tell of the time of some configurations; each list in their order. */
export interface EarlierRuns {
  readonly durations: readonly (PastDuration | null)[];
  /** Multiply-adds of one run of the batch; null where they are not known, or not needed as all durations are. */
  readonly work: readonly (number | null)[];
  /** Of what else was measured; empty where it is not needed. */
  readonly others: readonly PastWork[];
  /** Of a profile; null where none was made. */
  readonly profileMs: number | null;
}

/** A gap after a job's last process that no profile explains: it was closed, or taken up again, later. */
const longestProfileMs = 300_000;

/** Reads what the store keeps of earlier runs that can be compared. */
export function earlierRuns(
  store: Store,
  comparable: Comparable,
  configurations: readonly Configuration[],
  habits: Habits,
): EarlierRuns {
  const durations = pastDurations(store, comparable, configurations);
  const unknown = durations.includes(null);
  return {
    durations,
    work: configurations.map((configuration) => (unknown ? workOf(configuration, habits) : null)),
    others: unknown ? othersOf(store, comparable) : [],
    profileMs: habits.profiles ? typicalProfileMs(store, comparable) : null,
  };
}

/** All of a configuration but what its work follows from: what is measured with equal settings can be compared by work. */
export function settingsOf(configuration: Configuration): string {
  const { provider, precision, threads, affinity, arena, powerSource, providerOptions, mode } = configuration;
  return JSON.stringify([provider, precision, threads, affinity, arena, powerSource, providerOptions, mode]);
}

function workOf(configuration: Configuration, habits: Habits): number | null {
  const macs = habits.macsOf(configuration);
  return macs === null ? null : macs * configuration.batch;
}

function othersOf(store: Store, comparable: Comparable): PastWork[] {
  return pastCosts(store, comparable).map(({ configuration, macs, wallMs, processes }) => ({
    settings: settingsOf(configuration),
    work: macs * configuration.batch,
    ms: wallMs,
    processes,
  }));
}

function typicalProfileMs(store: Store, comparable: Comparable): number | null {
  const plausible = pastProfileDurations(store, comparable)
    .filter((ms) => ms >= 0 && ms < longestProfileMs)
    .sort((a, b) => a - b);
  return plausible[Math.floor(plausible.length / 2)] ?? null;
}
