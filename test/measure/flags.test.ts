import { describe, expect, test } from 'vitest';
import { presets, type Flag, type SamplingPlan } from '../../preload/contract.ts';
import { needsAnotherProcess, processMediansMs, summariseTrials } from '../../main/measure/summarise.ts';
import type { SensorSample, Trial } from '../../main/measure/trial.ts';
import { processSource, trialOf, type Behaviour } from './simulatedLatencies.ts';

const quiet: Behaviour = { between: 0.002, within: 0.01 };

function trials(
  count: number,
  behaviour: Behaviour = quiet,
  changes: Partial<Trial> = {},
  seed = 1,
): Trial[] {
  const source = processSource(behaviour, seed);
  return Array.from({ length: count }, () => trialOf(source(200), changes));
}

function flagsOf(of: Trial[], plan: SamplingPlan = presets.standard): Flag['code'][] {
  return summariseTrials(of, 1, plan).flags.map(({ code }) => code);
}

function clocks(cpuClockMhz: readonly number[]): SensorSample[] {
  return cpuClockMhz.map((mhz, index) => ({
    atMs: index * 1000,
    cpuClockMhz: mhz,
    cpuTemperatureC: null,
    gpuClockMhz: null,
    gpuTemperatureC: null,
    powerW: null,
  }));
}

describe('a summary is flagged', () => {
  test('not at all where nothing is wrong', () => {
    expect(flagsOf(trials(5))).toEqual([]);
  });

  test('hardly ever by chance: under 3 % of clean and of spiky results', () => {
    for (const behaviour of [quiet, { ...quiet, spikes: 0.05 }]) {
      const flagged = Array.from({ length: 300 }, (_, seed) =>
        flagsOf(trials(3, behaviour, {}, seed)).filter((code) => code !== 'not-converged'),
      ).filter((codes) => codes.length > 0);
      expect(flagged.length).toBeLessThanOrEqual(9);
    }
  });

  test('few-processes under three', () => {
    expect(flagsOf(trials(2), presets.quick)).toEqual(['few-processes']);
    expect(flagsOf(trials(3))).toEqual([]);
  });

  test('not-converged where the interval stayed wide', () => {
    expect(flagsOf(trials(10, { between: 0.1, within: 0.02 }))).toContain('not-converged');
  });

  test('bimodal where runs jump between two modes', () => {
    expect(flagsOf(trials(5, { ...quiet, slowModeRuns: 0.35 }))).toContain('bimodal');
  });

  test('bimodal where processes fall into two groups, not where one is odd', () => {
    const slow = trials(3, quiet).map((trial) => ({
      ...trial,
      samplesMs: trial.samplesMs.map((ms) => ms * 1.2),
    }));
    expect(flagsOf([...trials(4), ...slow])).toContain('bimodal');
    expect(flagsOf([...trials(4), ...slow.slice(0, 1)])).not.toContain('bimodal');
  });

  test('drift where the last runs take longer than the first', () => {
    expect(flagsOf(trials(5, { ...quiet, drift: 0.08 }))).toContain('drift');
  });

  test('throttled where the clock fell, on most of the processes', () => {
    const falling = trials(3, quiet, { sensors: clocks([4000, 3900, 3500, 3200, 3000, 2900]) });
    expect(flagsOf(falling)).toContain('throttled');
    const steady = trials(3, quiet, { sensors: clocks([4000, 3990, 4010, 4000]) });
    expect(flagsOf(steady)).toEqual([]);
    expect(flagsOf([...steady, ...falling.slice(0, 1)])).not.toContain('throttled');
  });

  test('throttled where the processor counted it, the GPU gave a reason, or power fell while runs grew longer', () => {
    const looks = (...changes: Partial<SensorSample>[]): SensorSample[] =>
      clocks([4000, 4000, 4000]).map((sample, look) => ({ ...sample, ...changes[look % changes.length] }));
    const flagged = (sensors: SensorSample[], behaviour = quiet): boolean =>
      flagsOf(trials(3, behaviour, { sensors })).includes('throttled');
    expect(flagged(looks({ cpuThrottleCount: 7 }, { cpuThrottleCount: 7 }, { cpuThrottleCount: 9 }))).toBe(
      true,
    );
    expect(flagged(looks({ cpuThrottleCount: 7 }))).toBe(false);
    expect(flagged(looks({ gpuThrottling: [] }, { gpuThrottling: ['heat'] }))).toBe(true);
    expect(flagged(looks({ gpuThrottling: [] }))).toBe(false);
    const falling = looks({ powerW: 45 }, { powerW: 40 }, { powerW: 28 });
    expect(flagged(falling, { ...quiet, drift: 0.2 })).toBe(true);
    expect(flagged(falling)).toBe(false);
  });

  test('competing-load where others kept cores busy', () => {
    const load = { available: true, value: 1.5, method: 'test' } as const;
    expect(flagsOf(trials(3, quiet, { competingLoad: load }))).toContain('competing-load');
  });

  test('slept where the machine slept in any process', () => {
    expect(flagsOf([...trials(3), ...trials(1, quiet, { slept: true })])).toContain('slept');
  });

  test('in a sentence that a reader understands', () => {
    const { flags } = summariseTrials(trials(5, { ...quiet, drift: 0.08 }), 1, presets.standard);
    expect(flags.find(({ code }) => code === 'drift')?.message).toMatch(
      /^The last third of the runs took \d+\.\d % more than the first third\.$/,
    );
  });
});

describe('a summary', () => {
  test('keeps every sample and tells no quantile that its samples cannot tell', () => {
    const { latencyMs } = summariseTrials(
      [trialOf(Float64Array.from({ length: 50 }, (_, i) => 10 + i / 100))],
      1,
      presets.quick,
    );
    expect(latencyMs).toMatchObject({ samples: 50, processes: 1, p99: null, p999: null, min: 10 });
    const more = summariseTrials(trials(5), 1, presets.standard).latencyMs;
    expect(more.p99).not.toBeNull();
    expect(more.p999).not.toBeNull();
    expect([more.min, more.low, more.median, more.high]).toEqual(
      [more.min, more.low, more.median, more.high].sort((a, b) => a - b),
    );
    expect([more.median, more.p90, more.p95, more.p99, more.p999]).toEqual(
      [more.median, more.p90, more.p95, more.p99, more.p999].sort((a, b) => Number(a) - Number(b)),
    );
  });

  test('gives time per image and throughput of the batch', () => {
    const summary = summariseTrials(trials(5), 8, presets.standard);
    expect(summary.perImageMs * 8).toBeCloseTo(summary.latencyMs.median, 12);
    expect(summary.throughputPerSecond * summary.perImageMs).toBeCloseTo(1000, 9);
  });

  test('has the median of the process medians in the middle', () => {
    const some = trials(5);
    const medians = processMediansMs(some).sort((a, b) => a - b);
    expect(summariseTrials(some, 1, presets.standard).latencyMs.median).toBe(medians[2]);
  });
});

describe('another process is started', () => {
  test('until the plan has its minimum', () => {
    expect(needsAnotherProcess([], presets.standard)).toBe(true);
    expect(needsAnotherProcess(trials(2), presets.standard)).toBe(true);
  });

  test('no more once processes agree', () => {
    expect(needsAnotherProcess(trials(presets.standard.minProcesses), presets.standard)).toBe(false);
  });

  test('while they disagree, up to the maximum', () => {
    const noisy = { between: 0.1, within: 0.02 };
    expect(needsAnotherProcess(trials(9, noisy), presets.standard)).toBe(true);
    expect(needsAnotherProcess(trials(10, noisy), presets.standard)).toBe(false);
  });
});
