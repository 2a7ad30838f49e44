import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Candidate, Objective } from '../../preload/contract.ts';
import { framesPerSecond, type Observation } from '../../main/analysis/observation.ts';
import { recommend } from '../../main/analysis/recommend.ts';
import { limitsList, observationList } from './observations.ts';

const device = { id: 'test', name: 'Test' };
const objectives: Objective[] = [
  { kind: 'accuracy' },
  { kind: 'cheapest', cost: 'latencyMs' },
  { kind: 'cheapest', cost: 'memoryBytes' },
  { kind: 'weighted', weights: { latencyMs: 3, params: 1 } },
];
const question = fc.record({
  limits: limitsList,
  objective: fc.constantFrom(...objectives),
  count: fc.constantFrom(5, 100),
});
type Limits = (typeof question extends fc.Arbitrary<infer Q> ? Q : never)['limits'];

/** Whether the whole interval of a candidate keeps every limit, from first principles. */
function surelyKeeps(candidate: Candidate | Observation, limits: Limits): boolean {
  const slowest = candidate.latencyMs.high ?? candidate.latencyMs.median;
  const within = (value: number | null, limit: number | null) =>
    limit === null || (value !== null && value <= limit * (1 + 1e-9));
  return (
    within(slowest, limits.maxLatencyMs) &&
    (limits.minFps === null || (1000 * candidate.batch) / slowest >= limits.minFps * (1 - 1e-9)) &&
    within(candidate.p99Ms, limits.maxP99Ms) &&
    within(candidate.memoryBytes, limits.maxMemoryBytes) &&
    within(candidate.params, limits.maxParams) &&
    (limits.minTop1 === null || candidate.top1 >= limits.minTop1)
  );
}

describe('a recommendation', () => {
  test('never says "sure" of a model whose interval reaches beyond a limit or whose reading is absent', () => {
    fc.assert(
      fc.property(observationList, question, (observations, asked) => {
        const { ranked } = recommend(observations, asked, device);
        for (const candidate of ranked) {
          expect(candidate.verdicts.some(({ verdict }) => verdict === 'breaks')).toBe(false);
          if (candidate.sure) expect(surelyKeeps(candidate, asked.limits)).toBe(true);
        }
        const firstDoubt = ranked.findIndex(({ sure }) => !sure);
        if (firstDoubt >= 0) expect(ranked.slice(firstDoubt).every(({ sure }) => !sure)).toBe(true);
      }),
    );
  });

  test('never omits a model that dominates a returned one', () => {
    fc.assert(
      fc.property(observationList, limitsList, (observations, limits) => {
        const { ranked } = recommend(observations, { limits }, device);
        const returned = ranked.map(({ model }) => model);
        for (const [place, candidate] of ranked.entries()) {
          for (const other of observations) {
            if (other.model === candidate.model || !dominates(other, candidate)) continue;
            const at = returned.indexOf(other.model);
            expect(at).toBeGreaterThanOrEqual(0);
            if (candidate.sure) expect(at).toBeLessThan(place);
          }
        }
      }),
    );
  });

  test('keeps the previous best when a limit is relaxed', () => {
    fc.assert(
      fc.property(
        observationList,
        question,
        fc.constantFrom('maxLatencyMs', 'maxP99Ms', 'minFps', 'maxMemoryBytes', 'maxParams', 'minTop1'),
        fc.double({ min: 1, max: 3, noNaN: true }),
        (observations, asked, name, factor) => {
          const before = recommend(observations, asked, device);
          const limit = asked.limits[name];
          const best = before.ranked[0];
          if (limit === null || best === undefined) return;
          const relaxed = {
            ...asked.limits,
            [name]: name.startsWith('max') ? limit * factor : limit / factor,
          };
          const after = recommend(observations, { ...asked, limits: relaxed, count: 100 }, device);
          const kept = after.ranked.find(({ model }) => model === best.model);
          expect(kept).toBeDefined();
          if (best.sure) {
            expect(kept?.sure).toBe(true);
            if (asked.objective.kind === 'accuracy')
              expect(after.ranked[0]?.top1).toBeGreaterThanOrEqual(best.top1);
          }
          expect(after.passing).toBeGreaterThanOrEqual(before.passing);
        },
      ),
    );
  });

  test('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(
        observationList.chain((rows) =>
          fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
        ),
        question,
        ([rows, shuffled], asked) => {
          expect(recommend(shuffled, asked, device)).toEqual(recommend(rows, asked, device));
        },
      ),
    );
  });

  test('accounts for every model: ranked, or with a reason, or worse than the winner', () => {
    fc.assert(
      fc.property(observationList, limitsList, (observations, limits) => {
        const answer = recommend(observations, { limits, count: 3 }, device);
        const winner = answer.ranked[0];
        const told = new Set(
          [...answer.ranked, ...answer.excluded.map(({ candidate }) => candidate)].map(({ model }) => model),
        );
        for (const { model, top1 } of observations) {
          if (winner?.sure === true && top1 > winner.top1) expect(told).toContain(model);
        }
        for (const { reason, binding } of [...answer.excluded, ...answer.nearestMisses]) {
          expect(reason).not.toBe('');
          expect(binding.length).toBeGreaterThan(0);
        }
        if (winner === undefined && answer.considered > 0) {
          expect(answer.nearestMisses.length).toBeGreaterThan(0);
          expect(answer.bindingLimit).not.toBeNull();
        }
      }),
    );
  });

  test('gives probabilities of being the best that sum to one at most', () => {
    fc.assert(
      fc.property(observationList, question, (observations, asked) => {
        const { ranked } = recommend(observations, { ...asked, count: 100 }, device);
        const sum = ranked.reduce((total, { bestProbability }) => total + (bestProbability ?? 0), 0);
        expect(sum).toBeLessThanOrEqual(1.05);
        for (const { frontProbability } of ranked) {
          expect(frontProbability).toBeGreaterThanOrEqual(0);
          expect(frontProbability).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('is right about what relaxing and tightening a limit changes', () => {
    fc.assert(
      fc.property(observationList, limitsList, (observations, limits) => {
        const before = recommend(observations, { limits }, device);
        const winner = before.ranked[0];
        for (const hint of before.relaxHints) {
          const after = recommend(observations, { limits: { ...limits, [hint.limit]: hint.to } }, device);
          const first = after.ranked[0];
          expect(first?.sure === true ? first.model : null).toBe(hint.winner);
        }
        for (const { limit, direction, to, winner: flipped } of before.flipPoints) {
          const outward = limit.startsWith('max') ? 1 : -1;
          const nudge = direction === 'relax' ? 1e-6 : -1e-6;
          const beyond = recommend(
            observations,
            { limits: { ...limits, [limit]: to * (1 + outward * nudge) } },
            device,
          ).ranked[0];
          if (flipped === null) expect(beyond?.sure ?? false).toBe(false);
          else {
            expect(beyond?.model).toBe(flipped);
            expect(beyond?.model).not.toBe(winner?.model);
          }
        }
      }),
    );
  });
});

function dominates(a: Observation, b: Candidate): boolean {
  const known = b.memoryBytes !== null && a.memoryBytes !== null && a.params !== null && b.params !== null;
  return (
    known &&
    a.p99Ms !== null &&
    b.p99Ms !== null &&
    a.top1 > b.top1 &&
    framesPerSecond(a) >= b.fps &&
    (a.latencyMs.high ?? a.latencyMs.median) <= (b.latencyMs.high ?? b.latencyMs.median) &&
    (a.latencyMs.low ?? a.latencyMs.median) <= (b.latencyMs.low ?? b.latencyMs.median) &&
    a.p99Ms <= b.p99Ms &&
    (a.memoryBytes ?? 0) <= (b.memoryBytes ?? 0) &&
    (a.params ?? 0) <= (b.params ?? 0)
  );
}
