import { describe, expect, test } from 'vitest';
import {
  backboneUses,
  costMetrics,
  flagCodes,
  jobStates,
  Limits,
  presetNames,
  Progress,
  providerNames,
  providerOptionTable,
  ReadinessWarning,
  runStates,
  sensorKinds,
} from '../../preload/contract.ts';
import { en } from '../../renderer/locales/en.ts';
import { zhCn } from '../../renderer/locales/zhCn.ts';

type Tree = { [key: string]: string | Tree };

function leaves(tree: Tree, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(prefix + key, value);
    else for (const [inner, text] of leaves(value, `${prefix}${key}.`)) found.set(inner, text);
  }
  return found;
}

const english = leaves(en);
const chinese = leaves(zhCn);
const sources = Object.entries(
  import.meta.glob<string>('../../renderer/**/*.{ts,vue}', { query: '?raw', import: 'default', eager: true }),
)
  .map(([path, text]) => ({ path, text }))
  .filter(({ path }) => !/locales\/(en|zhCn)\.ts$/.test(path));

/** Every text in single quotes that has the form of a key with a known first part, and every template that builds one. */
const firstParts = Object.keys(en).join('|');
const literal = new RegExp(`'((?:${firstParts})(?:\\.[\\w-]+)+)'`, 'g');
const template = new RegExp(`\`((?:${firstParts})\\.[^\`]*\\$\\{[^\`]*)\``, 'g');

describe('texts', () => {
  test('the sources are found', () => {
    expect(sources.length).toBeGreaterThan(50);
  });

  test('Chinese has every key of English and no other', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  test('both languages fill in the same placeholders', () => {
    const placeholders = (text: string | undefined) =>
      [...new Set([...(text ?? '').matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort();
    for (const [key, text] of english) {
      // English leaves the count out where it says "none"; Chinese has one form only.
      expect({ key, has: placeholders(chinese.get(key)) }).toEqual({ key, has: placeholders(text) });
    }
  });

  test('no text has two forms: the first of two is for one and not for none', () => {
    for (const [key, text] of [...english, ...chinese]) expect(text.split(' | '), key).not.toHaveLength(2);
  });

  test('no text is empty, and Chinese texts are not left in English', () => {
    const sameInBoth = /^(page\.|provider\.|figure\.p9|models\.top|limit\.maxMacs|shell\.language)/;
    for (const [key, text] of chinese) {
      expect(text.trim(), key).not.toBe('');
      if (!sameInBoth.test(key)) expect(text, key).not.toBe(english.get(key));
    }
  });

  test('every key used on a screen exists', () => {
    const missing: string[] = [];
    for (const { path, text } of sources) {
      for (const [, key] of text.matchAll(literal)) {
        if (key !== undefined && !english.has(key)) missing.push(`${path}: ${key}`);
      }
    }
    expect(missing).toEqual([]);
  });

  test('every word of the contract that screens show has a text', () => {
    const shown: [string, readonly string[]][] = [
      ['provider.', providerNames],
      [
        'providerOption.',
        Object.values(providerOptionTable).flatMap((options) => options.map(({ name }) => name)),
      ],
      ['sensor.', sensorKinds],
      ['use.', backboneUses],
      ['jobState.', jobStates],
      ['runState.', runStates],
      ['plan.preset.', presetNames],
      ['cost.', costMetrics],
      ['limit.', Object.keys(Limits.shape)],
      ['phase.', Progress.shape.current.unwrap().shape.phase.options],
      ['readiness.', ReadinessWarning.shape.code.options],
    ];
    const wanted = [
      ...shown.flatMap(([prefix, words]) => words.map((word) => prefix + word)),
      ...flagCodes.flatMap((code) => [`flag.${code}.name`, `flag.${code}.meaning`]),
    ];
    expect(wanted.filter((key) => !english.has(key))).toEqual([]);
  });

  test('every key is used on a screen', () => {
    const used = new Set<string>();
    const patterns: RegExp[] = [];
    for (const { text } of sources) {
      for (const [, key] of text.matchAll(literal)) if (key !== undefined) used.add(key);
      for (const [, built] of text.matchAll(template)) {
        const parts = (built ?? '').split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.'));
        patterns.push(new RegExp(`^${parts.join('[\\w-]+')}$`));
      }
    }
    const unused = [...english.keys()].filter(
      (key) => !used.has(key) && !patterns.some((pattern) => pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });
});
