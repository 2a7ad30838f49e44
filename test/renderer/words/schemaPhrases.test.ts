// @vitest-environment node

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { calls, type CallName } from '../../../preload/contract.ts';
import { invalidInput } from '../../../main/service/invalidInput.ts';
import { schemaPhrasesZhCn } from '../../../renderer/locales/schemaPhrasesZhCn.ts';
import { phrasebook } from '../../../renderer/words/phrasebook.ts';

const say = phrasebook(schemaPhrasesZhCn);

const wrong = [null, true, -1, 0, 0.5, 1e12, NaN, '', '?', 'x'.repeat(600_000), [], {}, { kind: '?' }];
const wrongValues: readonly unknown[] = [...wrong, ...wrong.map((value) => [value]), undefined];

/** Said of a text of 86 million letters. */
const tooLongToTry = 'the bundle is larger than 64 MB';

/** Values for each field, of which at least one is wrong, as deep as objects lie in one another. */
function* inputs(schema: z.core.JSONSchema.BaseSchema, depth = 0): Generator<unknown> {
  yield* wrongValues;
  if (depth > 3) return;
  for (const one of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) {
    if (typeof one === 'object') yield* inputs(one, depth + 1);
  }
  if (typeof schema.items === 'object' && !Array.isArray(schema.items)) {
    for (const item of inputs(schema.items, depth + 1)) yield [item];
  }
  for (const [field, of] of Object.entries(schema.properties ?? {})) {
    if (typeof of !== 'object') continue;
    const kind = schema.properties?.kind;
    const constant = typeof kind === 'object' && kind.const !== undefined ? { kind: kind.const } : {};
    for (const value of inputs(of, depth + 1)) yield { ...constant, [field]: value };
  }
}

/** Every line with which the contract refuses something. */
function refusals(): Set<string> {
  const lines = new Set<string>();
  for (const name of Object.keys(calls) as CallName[]) {
    const { input } = calls[name];
    const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any', reused: 'inline' });
    for (const value of inputs(schema)) {
      const parsed = input.safeParse(value);
      if (parsed.success) continue;
      for (const line of invalidInput(name, parsed.error).message.split('\n')) lines.add(line);
    }
  }
  return lines;
}

describe('what the contract refuses', () => {
  test('is said in Chinese, line by line', () => {
    const lines = refusals();
    expect(lines.size).toBeGreaterThan(100);
    const english = /expected|received|invalid|too (big|small)|characters|items|not accepted|→ at| to /i;
    const left = [...lines].filter((line) => english.test(say(line)) || !/\p{Script=Han}/u.test(say(line)));
    expect(left).toEqual([]);
  });

  test('has no Chinese that nothing calls for', () => {
    const said = [...refusals(), tooLongToTry].join('\n');
    const fixed = (english: string) => english.split(/\{\d\}/).filter((part) => part !== '');
    const unsaid = Object.keys(schemaPhrasesZhCn).filter(
      (english) => !fixed(english).every((part) => said.includes(part)),
    );
    expect(unsaid).toEqual([]);
  });
});
