import { describe, expect, test } from 'vitest';
import { recommend } from '../../main/analysis/recommend.ts';
import { observation } from './observations.ts';

const device = { id: 'test', name: 'Test' };
const names = (list: readonly { model: string }[]) => list.map(({ model }) => model);

describe('limits', () => {
  test('an interval that straddles a limit ranks behind the sure ones and says how likely it is to keep it', () => {
    const rows = [
      observation({ model: 'straddler', top1: 80, latencyMs: 33, halfWidth: 0.05 }),
      observation({ model: 'sure', top1: 70, latencyMs: 20 }),
    ];
    const { ranked, notes } = recommend(rows, { limits: { minFps: 30 } }, device);
    expect(names(ranked)).toEqual(['sure', 'straddler']);
    expect(ranked[1]?.verdicts[0]?.sentence).toMatch(
      /30\.3 FPS is within the noise of 30\.0 FPS \(70 % likely to keep it\)/,
    );
    expect(ranked[0]?.verdicts[0]?.sentence).toMatch(
      /^50\.0 FPS clears 30\.0 FPS by 66\.7 % \(> 99\.9 % confidence\)$/,
    );
    expect(notes).toEqual([]);
  });

  test('an absent reading is neither passed nor failed, and its reason is told', () => {
    const rows = [
      observation({ model: 'a', memoryBytes: null, memoryMethod: 'the driver tells no process memory' }),
    ];
    const { ranked, passing } = recommend(rows, { limits: { maxMemoryBytes: 1e9 } }, device);
    expect(passing).toBe(0);
    expect(ranked[0]?.sure).toBe(false);
    expect(ranked[0]?.verdicts[0]).toMatchObject({ verdict: 'unknown', confidence: null });
    expect(ranked[0]?.verdicts[0]?.sentence).toContain('the driver tells no process memory');
  });

  test('p99 and energy are limits too, absent ones unknown', () => {
    const rows = [
      observation({ model: 'calm', latencyMs: 10, p99Ms: 11, energyJ: 2 }),
      observation({ model: 'spiky', top1: 80, latencyMs: 10, p99Ms: 40, energyJ: 2 }),
      observation({ model: 'hungry', top1: 80, latencyMs: 10, p99Ms: 11, energyJ: 9 }),
      observation({ model: 'short', top1: 80, latencyMs: 10, p99Ms: null, energyJ: 2 }),
    ];
    const { ranked, excluded } = recommend(rows, { limits: { maxP99Ms: 20, maxEnergyJ: 5 } }, device);
    expect(names(ranked)).toEqual(['calm', 'short']);
    expect(excluded.map(({ candidate, binding }) => [candidate.model, binding])).toEqual([
      ['hungry', ['maxEnergyJ']],
      ['spiky', ['maxP99Ms']],
    ]);
  });

  test('a server that was measured at the asked rate is judged by what was measured, not by the formula', () => {
    const served = { requestsPerSecond: 100, p99Ms: 44, p99RelativeError: 0 };
    const rows = [observation({ model: 'measured', latencyMs: 5, p99Ms: 6, served })];
    const clears = (requestsPerSecond: number, maxP99Ms: number) =>
      recommend(rows, { scenario: { kind: 'server', requestsPerSecond }, limits: { maxP99Ms } }, device)
        .ranked.length === 1;
    expect([clears(100, 43), clears(100, 45)]).toEqual([false, true]);
    expect(clears(50, 43)).toBe(true);
  });

  test('a server must keep up with its requests, and p99 holds the wait for earlier ones', () => {
    const rows = [
      observation({ model: 'fast', top1: 70, latencyMs: 2, p99Ms: 2.2 }),
      observation({ model: 'busy', top1: 75, latencyMs: 9, p99Ms: 10 }),
      observation({ model: 'slow', top1: 80, latencyMs: 12, p99Ms: 13 }),
    ];
    const server = { kind: 'server', requestsPerSecond: 100 } as const;
    expect(names(recommend(rows, { scenario: server }, device).ranked)).toEqual(['busy', 'fast']);
    const tail = recommend(rows, { scenario: server, limits: { maxP99Ms: 30 } }, device);
    expect(names(tail.ranked)).toEqual(['fast']);
    expect(tail.excluded.find(({ candidate }) => candidate.model === 'busy')?.reason).toContain('at p99');
  });

  test('without a fit the nearest misses come with the limit that binds', () => {
    const rows = [
      observation({ model: 'near', latencyMs: 40 }),
      observation({ model: 'far', latencyMs: 400, memoryBytes: 2 ** 30 }),
    ];
    const answer = recommend(rows, { limits: { minFps: 30, maxMemoryBytes: 2 ** 29 } }, device);
    expect(answer.ranked).toEqual([]);
    expect(answer.nearestMisses.map(({ candidate }) => candidate.model)).toEqual(['near', 'far']);
    expect(answer.bindingLimit).toEqual({
      limit: 'minFps',
      sentence: '30.0 FPS binds: without it 1 of 2 models would fit',
      said: { code: 'binds-alone', values: { limit: 'minFps', asked: 30, freed: 1, models: 2 } },
    });
    expect(answer.relaxHints.map(({ limit, winner }) => [limit, winner])).toEqual([
      ['minFps', null],
      ['maxMemoryBytes', null],
    ]);
  });

  test('with nothing known the answer is empty, not wrong', () => {
    expect(recommend([], {}, device)).toMatchObject({
      ranked: [],
      excluded: [],
      considered: 0,
      bindingLimit: null,
    });
  });
});

describe('what to choose among', () => {
  const rows = [
    observation({ model: 'big', top1: 80, latencyMs: 40, params: 60e6 }),
    observation({ model: 'middle', top1: 76, latencyMs: 20, params: 20e6 }),
    observation({ model: 'small', top1: 70, latencyMs: 5, params: 4e6, licence: 'BSD-3-Clause' }),
  ];

  test('the cheapest that reaches an accuracy', () => {
    const answer = recommend(rows, { objective: { kind: 'cheapest' }, limits: { minTop1: 75 } }, device);
    expect(names(answer.ranked)).toEqual(['middle', 'big']);
    expect(answer.excluded[0]?.candidate.model).toBe('small');
  });

  test('a weight on latency is what half of it is worth in points of top-1', () => {
    const order = (latencyMs: number) =>
      names(recommend(rows, { objective: { kind: 'weighted', weights: { latencyMs } } }, device).ranked);
    // middle → small: a quarter of the latency for 6 points; big → small: an eighth for 10; big → middle: half for 4.
    expect(order(2.9)).toEqual(['big', 'middle', 'small']);
    expect(order(3.1)).toEqual(['big', 'small', 'middle']);
    expect(order(5)).toEqual(['small', 'middle', 'big']);
  });

  test('an unknown cost is ranked last, never as 0', () => {
    const unknown = observation({ model: 'unknown', top1: 99, params: null });
    const answer = recommend([...rows, unknown], { objective: { kind: 'cheapest', cost: 'params' } }, device);
    expect(names(answer.ranked)).toEqual(['small', 'middle', 'big', 'unknown']);
    expect(answer.ranked[3]?.score).toBeNull();
  });

  test('only the licences, sizes, providers and precisions that are allowed', () => {
    expect(names(recommend(rows, { licences: ['BSD-3-Clause'] }, device).ranked)).toEqual(['small']);
    expect(recommend(rows, { inputSizes: [299] }, device).considered).toBe(0);
    expect(recommend(rows, { precisions: ['int8'] }, device).considered).toBe(0);
    expect(recommend(rows, { providers: ['cuda'] }, device).considered).toBe(0);
  });

  test('offline, each model stands with its best batch', () => {
    const batches = [1, 8, 64].map((batch) =>
      observation({ model: 'm', batch, latencyMs: batch === 8 ? 40 : batch * 10 }),
    );
    expect(recommend(batches, { scenario: { kind: 'offline' } }, device).ranked[0]?.batch).toBe(8);
    expect(recommend(batches, {}, device).ranked[0]?.batch).toBe(1);
  });

  test('int8 that is slower than fp32 is named, and fp32 taken', () => {
    const variants = [
      observation({ model: 'm', precision: 'fp32', latencyMs: 10 }),
      observation({ model: 'm', precision: 'int8', latencyMs: 15 }),
    ];
    const { ranked, notes } = recommend(variants, {}, device);
    expect(ranked).toHaveLength(1);
    expect(ranked[0]).toMatchObject({
      precision: 'fp32',
      remarks: ['int8 is 1.50 times slower than fp32 on cpu'],
    });
    expect(notes).toEqual(['int8 is slower than fp32 in 1 of the 1 configurations measured both ways.']);
  });

  test('predicted models stand apart, together or out, and never beside their own measurement', () => {
    const mixed = [
      ...rows,
      observation({ model: 'guess', origin: 'predicted', top1: 90 }),
      observation({ model: 'big', origin: 'predicted', latencyMs: 1, top1: 80 }),
    ];
    const apart = recommend(mixed, {}, device);
    expect(names(apart.ranked)).toEqual(['big', 'middle', 'small']);
    expect(names(apart.predicted)).toEqual(['guess']);
    expect(names(recommend(mixed, { predicted: 'together' }, device).ranked)[0]).toBe('guess');
    expect(recommend(mixed, { predicted: 'none' }, device).predicted).toEqual([]);
    expect(apart.ranked[0]?.latencyMs.median).toBe(40);
  });

  test('published figures are named as such', () => {
    const published = rows.map((row) =>
      observation({ model: row.model, origin: 'published', top1: row.top1 }),
    );
    const { notes, ranked } = recommend(published, { limits: { minFps: 30 } }, device);
    expect(notes[0]).toMatch(/^All figures are published ones/);
    expect(ranked[0]?.verdicts[0]?.sentence).toContain('a published figure without an interval');
  });
});

describe('how sure the answer is', () => {
  test('a coin between two: each is the best as often as the better one passes', () => {
    const rows = [
      observation({ model: 'edge', top1: 80, latencyMs: 100 / 3, halfWidth: 0.03, processes: 1 }),
      observation({ model: 'safe', top1: 70, latencyMs: 10 }),
    ];
    const { ranked } = recommend(rows, { limits: { minFps: 30 } }, device);
    const chance = new Map(ranked.map(({ model, bestProbability }) => [model, bestProbability]));
    expect(chance.get('edge')).toBeCloseTo(0.5, 5);
    expect(chance.get('safe')).toBeCloseTo(0.5, 5);
  });

  test('two equals are each on the front, and the fastest, half of the time', () => {
    const rows = ['a', 'b'].map((model) =>
      observation({ model, latencyMs: 10, halfWidth: 0.05, processes: 1 }),
    );
    const byAccuracy = recommend(rows, {}, device);
    for (const { frontProbability } of byAccuracy.ranked) expect(frontProbability).toBeCloseTo(0.5, 1);
    const bySpeed = recommend(rows, { objective: { kind: 'cheapest' } }, device);
    for (const { bestProbability } of bySpeed.ranked) expect(bestProbability).toBeCloseTo(0.5, 1);
    expect(byAccuracy.groups.map(({ models }) => models)).toEqual([['a', 'b']]);
  });

  test('the chances of four contenders agree with 100,000 drawn latencies', () => {
    const rows = [
      observation({ model: 'a', top1: 76, latencyMs: 30, halfWidth: 0.2, processes: 1 }),
      observation({ model: 'b', top1: 75, latencyMs: 28, halfWidth: 0.1, processes: 1 }),
      observation({ model: 'c', top1: 74, latencyMs: 26, halfWidth: 0.15, processes: 1 }),
      observation({ model: 'd', top1: 73, latencyMs: 27, halfWidth: 0.3, processes: 1 }),
    ];
    const weight = 10;
    const { ranked } = recommend(
      rows,
      { objective: { kind: 'weighted', weights: { latencyMs: weight } }, limits: { maxLatencyMs: 29 } },
      device,
    );
    const normal = normals();
    const best = new Map<string, number>();
    const front = new Map<string, number>();
    const draws = 100_000;
    for (let draw = 0; draw < draws; draw++) {
      const drawn = rows.map(({ model, top1, latencyMs }) => {
        const deviation = Math.log((latencyMs.high ?? 0) / latencyMs.median) / 1.959964;
        return { model, top1, ms: latencyMs.median * Math.exp(deviation * normal()) };
      });
      const score = ({ top1, ms }: { top1: number; ms: number }) => top1 - weight * Math.log2(ms);
      const winner = drawn.filter(({ ms }) => ms <= 29).toSorted((x, y) => score(y) - score(x))[0];
      if (winner !== undefined) best.set(winner.model, (best.get(winner.model) ?? 0) + 1 / draws);
      for (const entry of drawn) {
        if (!drawn.some(({ top1, ms }) => top1 > entry.top1 && ms < entry.ms))
          front.set(entry.model, (front.get(entry.model) ?? 0) + 1 / draws);
      }
    }
    expect(ranked).toHaveLength(4);
    for (const { model, bestProbability, frontProbability } of ranked) {
      expect(Math.abs((bestProbability ?? 0) - (best.get(model) ?? 0))).toBeLessThan(0.03);
      expect(Math.abs(frontProbability - (front.get(model) ?? 0))).toBeLessThan(0.03);
    }
  });

  test('neighbours are named with what the trade costs', () => {
    const rows = [
      observation({ model: 'big', top1: 80, latencyMs: 40, memoryBytes: 400e6 }),
      observation({ model: 'middle', top1: 76, latencyMs: 20, memoryBytes: 300e6 }),
      observation({ model: 'small', top1: 70, latencyMs: 5, memoryBytes: 100e6 }),
      observation({ model: 'dominated', top1: 69, latencyMs: 15, memoryBytes: 350e6 }),
    ];
    const middle = recommend(rows, {}, device).ranked.find(({ model }) => model === 'middle');
    expect(middle?.trades).toEqual([
      {
        towards: 'faster',
        model: 'small',
        provider: 'cpu',
        precision: 'fp32',
        top1Change: -6,
        latencyRatio: 0.25,
        memoryRatio: 1 / 3,
      },
      {
        towards: 'more-accurate',
        model: 'big',
        provider: 'cpu',
        precision: 'fp32',
        top1Change: 4,
        latencyRatio: 2,
        memoryRatio: 4 / 3,
      },
    ]);
  });
});

/** Normal numbers from a fixed linear congruential generator (Knuth's MMIX constants, upper bits) by Box and Muller. */
function normals(): () => number {
  let state = 42n;
  const uniform = () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return (Number(state >> 11n) + 0.5) / 2 ** 53;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
