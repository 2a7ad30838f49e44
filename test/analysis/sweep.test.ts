import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recommend } from '../../main/analysis/recommend.ts';
import { firstContenders, outlookOf, type Contender } from '../../main/analysis/sweep/policy.ts';
import { skippedModels } from '../../main/analysis/sweep/skipped.ts';
import { inEnglish } from '../../main/analysis/words/inEnglish.ts';
import type { Observation } from '../../main/analysis/observation.ts';
import { Limits } from '../../preload/contract.ts';
import { observation } from './observations.ts';

const question = (limits: Partial<Limits>) => ({
  limits: Limits.parse(limits),
  scenario: { kind: 'single-stream' as const },
  objective: { kind: 'accuracy' as const },
});

/** What a prediction with this relative error would be. */
function predicted(known: Observation, error: number): Observation {
  const { median } = known.latencyMs;
  return {
    ...known,
    origin: 'predicted',
    processes: null,
    latencyMs: { median: median * error, low: (median * error) / 1.8, high: median * error * 1.8 },
  };
}

/** Measures as the policy says, until it is settled. Returns the answer and what was measured. */
function sweep(truth: readonly Observation[], guesses: readonly Observation[], limits: Partial<Limits>) {
  const asked = question(limits);
  const measured = new Set<number>();
  for (;;) {
    const contenders = truth.map((known, index): Contender =>
      measured.has(index)
        ? { observation: known, knowledge: 'final' }
        : { observation: guesses[index] ?? known, knowledge: 'predicted' },
    );
    const outlook = outlookOf(contenders, asked);
    if (outlook.settled >= 0.95 || outlook.next === null) return { outlook, measured, contenders, asked };
    measured.add(outlook.next.index);
  }
}

describe('a sweep', () => {
  const models = fc.array(
    fc.record({
      latencyMs: fc.double({ min: 5, max: 200, noNaN: true }),
      top1: fc.integer({ min: 500, max: 900 }).map((value) => value / 10),
      error: fc.double({ min: 0.75, max: 1.33, noNaN: true }),
    }),
    { minLength: 8, maxLength: 40 },
  );

  test('comes to the best that an exhaustive measurement would, where predictions are within their intervals', () => {
    let right = 0;
    let runs = 0;
    fc.assert(
      fc.property(models, fc.double({ min: 10, max: 100, noNaN: true }), (rows, minFps) => {
        const truth = rows.map((row, index) =>
          observation({ ...row, model: `m${index}`, halfWidth: 0.0001 }),
        );
        const guesses = truth.map((known, index) => predicted(known, rows[index]?.error ?? 1));
        const { outlook } = sweep(truth, guesses, { minFps });
        const { ranked } = recommend(
          truth,
          { limits: { minFps }, predicted: 'none' },
          { id: 'test', name: 'test' },
        );
        const best = ranked.filter(({ sure }) => sure).map(({ top1 }) => top1);
        const found = outlook.answer.map((index) => truth[index]?.top1).sort((a = 0, b = 0) => b - a);
        runs += 1;
        if (JSON.stringify(found) === JSON.stringify(best)) right += 1;
      }),
      { numRuns: 60, seed: 7 },
    );
    // 95 % were asked for; sixty runs may by chance show somewhat fewer.
    expect(right / runs).toBeGreaterThan(0.88);
  });

  test('measures a small part of what there is, and says of the rest why not', () => {
    const truth = Array.from({ length: 200 }, (_, index) =>
      observation({
        model: `m${index}`,
        top1: 50 + index * 0.2,
        latencyMs: 5 * 1.03 ** index,
        halfWidth: 0.0001,
      }),
    );
    const guesses = truth.map((known, index) => predicted(known, 0.9 + 0.2 * ((index * 37) % 10) * 0.1));
    const { outlook, measured, contenders, asked } = sweep(truth, guesses, { minFps: 20 });
    const fitting = truth.filter(({ latencyMs }) => latencyMs.median <= 50).slice(-5);
    expect(outlook.answer.map((index) => truth[index]?.model).sort()).toEqual(
      fitting.map(({ model }) => model).sort(),
    );
    expect(measured.size).toBeLessThan(50);
    const skipped = skippedModels(contenders, asked, outlook, false);
    expect(skipped).toHaveLength(truth.length - measured.size);
    expect(new Set(skipped.map(({ why }) => why))).toEqual(new Set(['predicted', 'not-needed']));
    for (const { sentence, said = [] } of skipped) {
      expect(sentence).not.toBe('');
      expect(said.map(inEnglish).join(': ')).toBe(sentence);
    }
  });

  test('never measures what breaks a limit on parameters', () => {
    const truth = Array.from({ length: 20 }, (_, index) =>
      observation({ model: `m${index}`, params: index < 10 ? 5e6 : 50e6, top1: 60 + index }),
    );
    const { measured, contenders, asked, outlook } = sweep(
      truth,
      truth.map((known) => predicted(known, 1)),
      { maxParams: 10e6, minFps: 50 },
    );
    expect([...measured].every((index) => index < 10)).toBe(true);
    expect(
      skippedModels(contenders, asked, outlook, false).filter(({ why }) => why === 'limits'),
    ).toHaveLength(10);
  });

  test('begins with five cheap models of different families', () => {
    const contenders = Array.from({ length: 60 }, (_, index): Contender => ({
      observation: observation({ model: `m${index}`, family: `f${index % 7}`, macs: (index + 1) * 1e8 }),
      knowledge: 'predicted',
    }));
    const first = firstContenders(contenders, question({}));
    expect(first).toHaveLength(5);
    expect(Math.max(...first)).toBeLessThan(30);
    expect(new Set(first.map((index) => index % 7)).size).toBe(5);
  });
});
