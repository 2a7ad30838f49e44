import type { Failure } from '../../preload/contract.ts';
import { passes, StoreFailure } from '../store/failure.ts';
import type { Store } from '../store/store.ts';
import { asFailure } from './asFailure.ts';

/** How often the folder is looked at: a look is one stat, and one write while there is trouble. */
const lookEveryMs = 2000;

/**
 * Knows whether the store works now: from the queue, whose writes wait while it does not; from calls that failed; and by looking,
 * so that a drive that was unplugged shows before anybody asks, and the end of the trouble without a restart.
 */
export class StoreWatch {
  readonly #store: Store;
  readonly #onChange: (trouble: Failure | null) => void;
  readonly #looks: NodeJS.Timeout;
  #trouble: Failure | null = null;

  constructor(store: Store, onChange: (trouble: Failure | null) => void) {
    this.#store = store;
    this.#onChange = onChange;
    this.#looks = setInterval(() => this.#look(), lookEveryMs);
    // Nobody stays alive only to look.
    this.#looks.unref();
  }

  /** Why nothing can be stored at the moment, or null. */
  get trouble(): Failure | null {
    return this.#trouble;
  }

  /** The queue met trouble, or (null) wrote again. */
  hear(trouble: Failure | null): void {
    if (this.#trouble?.code === trouble?.code) return;
    this.#trouble = trouble;
    this.#onChange(trouble);
  }

  /** A call failed, for whatever reason. */
  hearError(error: unknown): void {
    if (error instanceof StoreFailure && error.passing && error.code !== 'busy') this.hear(asFailure(error));
  }

  close(): void {
    clearInterval(this.#looks);
  }

  #look(): void {
    // A damaged database answers most calls as if nothing were wrong.
    if (this.#trouble !== null && !passes(this.#trouble.code)) return;
    try {
      this.#store.probe({ writing: this.#trouble !== null });
      this.hear(null);
    } catch (error) {
      this.hearError(error);
    }
  }
}
