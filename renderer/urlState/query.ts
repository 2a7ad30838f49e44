import type { Fields } from './fields.ts';

/** A query as vue-router gives it. */
export type Query = Readonly<Record<string, string | null | undefined | readonly (string | null)[]>>;

/** Reads a view's settings from the address; what is absent or not understood gets its fallback. */
export function readQuery<S extends object>(fields: Fields<S>, query: Query): S {
  const state = {} as S;
  for (const name of Object.keys(fields) as (keyof S & string)[]) {
    const field = fields[name];
    const raw = query[name];
    const text = raw === null || raw === undefined || typeof raw === 'string' ? raw : raw[0];
    const value = text === null || text === undefined ? undefined : field.parse(text);
    state[name] = value === undefined ? field.fallback : value;
  }
  return state;
}

/** Writes a view's settings for the address; what stands at its fallback is left out, so that links stay short. */
export function writeQuery<S extends object>(fields: Fields<S>, state: S): Record<string, string> {
  const query: Record<string, string> = {};
  for (const name of Object.keys(fields) as (keyof S & string)[]) {
    const field = fields[name];
    const text = field.format(state[name]);
    if (text !== field.format(field.fallback)) query[name] = text;
  }
  return query;
}
