import type { Failure } from '../../preload/contract.ts';
import { StoreFailure } from '../store/failure.ts';
import type { Clock } from './clock.ts';
import { asFailure } from './failure.ts';

/** How often a write is tried again while the disk is full or gone. */
const retryMs = 2000;

/** Writes that wait for a disk with room, or for a drive to be back, instead of giving up what was measured. */
export class PatientWrites {
  readonly #clock: Clock;
  readonly #stopping: AbortSignal;
  readonly #onTrouble: (failure: Failure | null) => void;
  #trouble: Failure | null = null;

  /** `stopping` ends the patience: a write that fails then throws. */
  constructor(clock: Clock, stopping: AbortSignal, onTrouble: (failure: Failure | null) => void) {
    this.#clock = clock;
    this.#stopping = stopping;
    this.#onTrouble = onTrouble;
  }

  /** Why the queue cannot go on at the moment, or null. */
  get trouble(): Failure | null {
    return this.#trouble;
  }

  /**
   * Tries a write until it is done, or throws what will not pass. A write that failed in its last flush may be found
   * done afterwards, which `tookEffect` tells.
   */
  async write(write: () => void, tookEffect: () => boolean): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        if (tries === 0 || !tookEffect()) write();
        this.fine();
        return;
      } catch (error) {
        if (!(await this.outlast(error))) throw error;
      }
    }
  }

  /** Tells the trouble and waits a little; false where waiting does not help, or the queue stops. */
  async outlast(error: unknown): Promise<boolean> {
    if (this.#stopping.aborted) return false;
    this.#tell(asFailure(error));
    if (!(error instanceof StoreFailure && error.passing)) return false;
    await this.#clock.sleep(retryMs, this.#stopping);
    return true;
  }

  /** The store answers (again). */
  fine(): void {
    this.#tell(null);
  }

  #tell(failure: Failure | null): void {
    if (this.#trouble?.code === failure?.code) return;
    this.#trouble = failure;
    this.#onTrouble(failure);
  }
}
