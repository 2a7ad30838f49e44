import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  choiceField,
  flagField,
  listField,
  numberField,
  textField,
  wholeField,
  type Fields,
} from '../../../renderer/urlState/fields.ts';
import { readQuery, writeQuery } from '../../../renderer/urlState/query.ts';

interface View {
  text: string;
  on: boolean;
  choice: 'a' | 'b' | 'c';
  bound: number | null;
  count: number;
  names: readonly string[];
}
const fields: Fields<View> = {
  text: textField('usual'),
  on: flagField(true),
  choice: choiceField(['a', 'b', 'c'], 'b'),
  bound: numberField(-1e9, 1e9),
  count: wholeField(5, 1, 100),
  names: listField(['x']),
};

const anyView: fc.Arbitrary<View> = fc.record({
  text: fc.string(),
  on: fc.boolean(),
  choice: fc.constantFrom('a' as const, 'b' as const, 'c' as const),
  bound: fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => value + 0)),
  count: fc.integer({ min: 1, max: 100 }),
  names: fc.array(fc.string({ minLength: 1 })),
});

describe('view state in the address', () => {
  test('every state survives the way into a link and back', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        const link = `?${new URLSearchParams(writeQuery(fields, view)).toString()}`;
        const query = Object.fromEntries(new URLSearchParams(link));
        expect(readQuery(fields, query)).toEqual(view);
      }),
    );
  });

  test('what stands at its usual value is not in the link', () => {
    expect(writeQuery(fields, readQuery(fields, {}))).toEqual({});
  });

  test('a broken link shows the usual view and never fails', () => {
    const anyQuery = fc.dictionary(
      fc.constantFrom('text', 'on', 'choice', 'bound', 'count', 'names'),
      fc.oneof(fc.string(), fc.constant(null), fc.array(fc.option(fc.string()))),
    );
    fc.assert(
      fc.property(anyQuery, (query) => {
        const view = readQuery(fields, query);
        expect(['a', 'b', 'c']).toContain(view.choice);
        expect(view.count).toBeGreaterThanOrEqual(1);
        expect(view.bound === null || Number.isFinite(view.bound)).toBe(true);
      }),
    );
    expect(readQuery(fields, { choice: 'z', bound: 'much', count: '1e9', on: 'yes' })).toEqual(
      readQuery(fields, {}),
    );
  });
});
