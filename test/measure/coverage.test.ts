import { describe, expect, test } from 'vitest';
import { presets, type SamplingPlan } from '../../preload/contract.ts';
import { compareLatency } from '../../main/measure/compare.ts';
import { grandMedian } from '../../main/measure/grandMedian.ts';
import { medianOf, sorted } from '../../main/measure/quantiles.ts';
import { seededRandom } from '../../main/measure/random.ts';
import { needsAnotherProcess, processMediansMs, summariseTrials } from '../../main/measure/summarise.ts';
import type { Trial } from '../../main/measure/trial.ts';
import { bootstrapInterval } from './hierarchicalBootstrap.ts';
import { processSource, trialOf, type Behaviour, type ProcessSource } from './simulatedLatencies.ts';

/**
 * The statistics on latencies of which the truth is known, through the same functions that real results go through, with
 * the plan's own decision when to stop. Seeds are fixed, so a failure is a change of the method and not bad luck.
 */
const behaviours: Readonly<Record<string, Behaviour>> = {
  'log-normal': { between: 0.01, within: 0.02 },
  'log-normal, quiet': { between: 0.003, within: 0.01 },
  'log-normal, noisy machine': { between: 0.03, within: 0.05 },
  'heavy tails: spikes, and every tenth process 1.4–4 times slower': {
    between: 0.01,
    within: 0.02,
    spikes: 0.1,
    slowProcesses: 0.1,
  },
  'bimodal runs': { between: 0.01, within: 0.01, slowModeRuns: 0.3 },
  'bimodal processes': { between: 0.01, within: 0.01, slowModeProcesses: 0.25 },
  drift: { between: 0.01, within: 0.02, drift: 0.05 },
};

const runsPerProcess = 30;
const repetitions = 5000;
const fiveProcesses: SamplingPlan = { ...presets.standard, minProcesses: 5, maxProcesses: 5 };

/** One result: processes are added for as long as the plan wants more. `slowdown` is injected into every run. */
function measure(source: ProcessSource, plan: SamplingPlan, slowdown = 1): Trial[] {
  const trials: Trial[] = [];
  while (needsAnotherProcess(trials, plan)) {
    trials.push(trialOf(source(runsPerProcess).map((ms) => ms * slowdown)));
  }
  return trials;
}

function truth(behaviour: Behaviour): number {
  const source = processSource(behaviour, 1000);
  return medianOf(Array.from({ length: 20_001 }, () => medianOf(source(runsPerProcess))));
}

/** Share of `count` repetitions, in %, of which `holds` is true. */
function percent(count: number, holds: () => boolean): number {
  let held = 0;
  for (let repetition = 0; repetition < count; repetition++) if (holds()) held += 1;
  return (100 * held) / count;
}

describe('the 95 % interval covers the truth in 93–97 % of 5,000 results', () => {
  test.each(Object.entries(behaviours))('%s', (_, behaviour) => {
    const actual = truth(behaviour);
    for (const plan of [presets.standard, fiveProcesses]) {
      const source = processSource(behaviour, 7);
      const covered = percent(repetitions, () => {
        const { low, high } = summariseTrials(measure(source, plan), 1, plan).latencyMs;
        return low <= actual && actual <= high;
      });
      expect(covered).toBeGreaterThanOrEqual(93);
      expect(covered).toBeLessThanOrEqual(97);
    }
  });

  test('where a hierarchical bootstrap of three processes covers it in about 75 %', () => {
    const behaviour: Behaviour = { between: 0.01, within: 0.01 };
    const source = processSource(behaviour, 7);
    const random = seededRandom(8);
    const actual = truth(behaviour);
    const three = () => Array.from({ length: 3 }, () => sorted(source(runsPerProcess)));
    const covers = ({ low, high }: { low: number; high: number }) => low <= actual && actual <= high;
    expect(percent(400, () => covers(bootstrapInterval(three(), 100, random)))).toBeLessThan(85);
    expect(percent(repetitions, () => covers(grandMedian(three(), 0.95)))).toBeGreaterThan(93);
  });
});

describe('two results of the same thing are called different in at most 5 %', () => {
  test.each(Object.entries(behaviours))('%s', (_, behaviour) => {
    const source = processSource(behaviour, 11);
    const different = percent(repetitions, () => {
      const [a, b] = [measure(source, presets.standard), measure(source, presets.standard)];
      return compareLatency(processMediansMs(a), processMediansMs(b)).verdict !== 'no difference found';
    });
    expect(different).toBeLessThanOrEqual(5);
  });

  test.each(Object.entries(behaviours))(
    '%s, of one run, whose processes are compared in pairs',
    (_, behaviour) => {
      const source = processSource(behaviour, 17);
      const different = percent(2000, () => {
        const [a, b] = [measure(source, presets.standard), measure(source, presets.standard)];
        const { verdict } = compareLatency(processMediansMs(a), processMediansMs(b), { paired: true });
        return verdict !== 'no difference found';
      });
      expect(different).toBeLessThanOrEqual(5);
    },
  );
});

describe('a slowdown of 3 % is found in at least 90 %', () => {
  /** Share of comparisons that find it, and never the contrary. */
  function power(behaviour: Behaviour, plan: SamplingPlan): number {
    const source = processSource(behaviour, 13);
    return percent(1000, () => {
      const [before, after] = [measure(source, plan), measure(source, plan, 1.03)];
      return compareLatency(processMediansMs(before), processMediansMs(after)).verdict === 'slower';
    });
  }

  test('by the standard preset, where single runs vary by 2 % and processes by 0.8 %', () => {
    expect(power({ between: 0.008, within: 0.02 }, presets.standard)).toBeGreaterThanOrEqual(90);
  });

  test('by the rigorous preset, where processes too vary by 2 %', () => {
    expect(power({ between: 0.02, within: 0.02 }, presets.rigorous)).toBeGreaterThanOrEqual(90);
  });

  test('by fourteen processes of each, where processes vary by 2 %', () => {
    const plan = { ...presets.standard, minProcesses: 14, maxProcesses: 14 };
    expect(power({ between: 0.02, within: 0.02 }, plan)).toBeGreaterThanOrEqual(90);
  });
});
