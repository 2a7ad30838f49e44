import type { Progress, Run } from '../../preload/contract.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { Habits } from './earlierRuns.ts';
import { type Current, RunView } from './runView.ts';
import { Throttle } from './throttle.ts';

/** What is told about a run while it goes on: at most ten times a second. */
const progressIntervalMs = 100;
/** A changed run is told with all its jobs, thousands perhaps: less often. */
const runIntervalMs = 250;

export interface Listeners {
  onProgress?(progress: Progress): void;
  onRunChanged?(run: Run): void;
}

/** Tells the world how runs stand: as a stream of progress, as changed runs, and by an answer to who waits for an end. */
export class Announcements {
  readonly #store: Store;
  readonly #listeners: Listeners;
  readonly #habits: Habits;
  readonly #current: (runId: string) => Current | null;
  readonly #views = new Map<string, RunView>();
  readonly #waiters = new Map<string, ((run: Run) => void)[]>();
  readonly #progress: Throttle;
  readonly #changes: Throttle;

  /** `current`: what is being done for a run at this moment. */
  constructor(
    store: Store,
    clock: Clock,
    listeners: Listeners,
    habits: Habits,
    current: (runId: string) => Current | null,
  ) {
    this.#habits = habits;
    this.#store = store;
    this.#listeners = listeners;
    this.#current = current;
    this.#progress = new Throttle(clock, progressIntervalMs);
    this.#changes = new Throttle(clock, runIntervalMs);
  }

  /** A worker of this run has said how far it is. */
  progressed(runId: string): void {
    const view = this.#views.get(runId);
    if (view !== undefined) this.#markProgress(runId, view);
  }

  /** The run, or a job of it, changed in the store. */
  changed(runId: string): void {
    const view = this.viewOf(runId);
    if (view === null) return;
    view.refresh();
    this.#markProgress(runId, view);
    this.#changes.mark(runId, () => this.#listeners.onRunChanged?.(view.run));
    if (!view.ended) return;
    this.#views.delete(runId);
    for (const resolve of this.#waiters.get(runId) ?? []) resolve(view.run);
    this.#waiters.delete(runId);
  }

  /** Resolves when the run has ended, or was interrupted. */
  ended(runId: string): Promise<Run> {
    const view = this.viewOf(runId);
    if (view?.ended === true) return Promise.resolve(view.run);
    return new Promise((resolve) => this.#waiters.set(runId, [...(this.#waiters.get(runId) ?? []), resolve]));
  }

  /** Kept while the run is open, as it knows how long its processes took; null for a run that does not exist. */
  viewOf(runId: string): RunView | null {
    const known = this.#views.get(runId);
    if (known !== undefined) return known;
    const view = RunView.of(this.#store, runId, this.#habits);
    if (view?.ended === false) this.#views.set(runId, view);
    return view;
  }

  /** Tells what is still to be told, and nothing from then on. */
  close(): void {
    this.#progress.close();
    this.#changes.close();
  }

  /** The view is what is told from, not the store, which may be gone or closed by the time it is told. */
  #markProgress(runId: string, view: RunView): void {
    this.#progress.mark(runId, () => this.#listeners.onProgress?.(view.progress(this.#current(runId))));
  }
}
