import { onScopeDispose, reactive, watch, type Reactive } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import type { Fields } from './fields.ts';
import { readQuery, writeQuery } from './query.ts';

/** Browsers refuse more than some 200 history entries in 30 s; a dragged slider would make more. */
const writeDelayMs = 180;

/**
 * A view's settings, kept in step with the address: a reload, a copied link and the back button bring them back.
 * Settings of the address that are not of this view stay as they are.
 */
export function useUrlState<S extends object>(fields: Fields<S>): Reactive<S> {
  const route = useRoute();
  const router = useRouter();
  const path = route.path;
  const state = reactive(readQuery(fields, route.query));
  const names = Object.keys(fields) as (keyof S & string)[];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function others(): Record<string, string | null | (string | null)[]> {
    const query = { ...route.query };
    for (const name of names) delete query[name];
    return query;
  }

  watch(
    () => writeQuery(fields, state as S),
    (query) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        timer = undefined;
        if (route.path === path) void router.replace({ query: { ...others(), ...query } });
      }, writeDelayMs);
    },
    { deep: true },
  );

  watch(
    () => route.query,
    (query) => {
      // A change that waits to be written is newer than any address: the answer to an earlier write must not undo it.
      if (route.path !== path || timer !== undefined) return;
      const incoming = readQuery(fields, query);
      for (const name of names) {
        const field = fields[name];
        if (field.format(incoming[name]) !== field.format((state as S)[name]))
          (state as S)[name] = incoming[name];
      }
    },
  );

  onScopeDispose(() => clearTimeout(timer));
  return state;
}
