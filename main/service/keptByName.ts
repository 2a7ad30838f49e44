import { z } from 'zod';
import { getSetting, setSetting } from '../store/settings.ts';
import type { Store } from '../store/store.ts';

const Stored = z.record(z.string(), z.unknown());

/**
 * What a person keeps by name in one setting, such as sampling plans. What another version wrote and this one cannot read is
 * not listed, and stays.
 */
export class KeptByName<T> {
  readonly #settingKey: string;
  readonly #schema: z.ZodType<T>;

  constructor(settingKey: string, schema: z.ZodType<T>) {
    this.#settingKey = settingKey;
    this.#schema = schema;
  }

  /** In alphabetical order. */
  list(store: Store): [name: string, kept: T][] {
    return Object.entries(this.#stored(store))
      .flatMap(([name, stored]): [string, T][] => {
        const kept = this.#schema.safeParse(stored);
        return kept.success ? [[name, kept.data]] : [];
      })
      .sort(([a], [b]) => a.localeCompare(b, 'en'));
  }

  /** Replaces what was kept under this name. */
  put(store: Store, name: string, kept: T): void {
    setSetting(store, this.#settingKey, { ...this.#stored(store), [name]: kept });
  }

  /** Whether there was anything under this name. */
  remove(store: Store, name: string): boolean {
    const stored = this.#stored(store);
    if (!Object.hasOwn(stored, name)) return false;
    const { [name]: _removed, ...others } = stored;
    setSetting(store, this.#settingKey, others);
    return true;
  }

  #stored(store: Store): Record<string, unknown> {
    return Stored.safeParse(getSetting(store, this.#settingKey)).data ?? {};
  }
}
