import type { Failure } from '../../preload/contract.ts';
import { StoreFailure } from '../store/failure.ts';
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
  /** What the queue waits for; it finds out by itself when that is over. */
  #queues: Failure | null = null;
  /** What a call or a look met. */
  #met: Failure | null = null;
  #told: string | undefined;

  constructor(store: Store, onChange: (trouble: Failure | null) => void) {
    this.#store = store;
    this.#onChange = onChange;
    this.#looks = setInterval(() => this.#look(), lookEveryMs);
    // Nobody stays alive only to look.
    this.#looks.unref();
  }

  /** Why nothing can be stored at the moment, or null. */
  get trouble(): Failure | null {
    return this.#queues ?? this.#met;
  }

  /** The queue met trouble, or (null) goes on. */
  hearQueue(trouble: Failure | null): void {
    this.#queues = trouble;
    if (trouble === null) this.#look();
    else this.#tell();
  }

  /** A call failed, for whatever reason. */
  hearError(error: unknown): void {
    if (!(error instanceof StoreFailure && error.passing) || error.code === 'busy') return;
    this.#met = asFailure(error);
    this.#tell();
  }

  close(): void {
    clearInterval(this.#looks);
  }

  #look(): void {
    try {
      this.#store.probe({ writing: this.#met !== null });
      this.#met = null;
      this.#tell();
    } catch (error) {
      this.hearError(error);
    }
  }

  #tell(): void {
    if (this.#told === this.trouble?.code) return;
    this.#told = this.trouble?.code;
    this.#onChange(this.trouble);
  }
}
