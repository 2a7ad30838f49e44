import { describe, expect, it } from 'vitest';
import { Result } from '../../preload/contract.ts';
import { summariseTrials } from '../../main/measure/summarise.ts';
import { aggregate, type Measured } from '../../main/queue/aggregate.ts';
import { absent, bytes, configuration, trial } from '../store/sampleRows.ts';
import { plan } from './script.ts';

function measured(trials: Measured['trials'], changes: Partial<Measured> = {}): Measured {
  return {
    resultId: 'result',
    runId: 'run',
    machineId: 'machine',
    configuration: configuration({ batch: 4 }),
    plan,
    trials,
    summary: summariseTrials(trials, 4, plan),
    profiled: null,
    earlier: null,
    modelFileBytes: 100,
    measuredAt: '2026-11-01T10:00:00.000Z',
    ...changes,
  };
}

describe('the result of a job', () => {
  const base = trial(Array.from({ length: 20 }, (_, i) => 10 + i * 0.001));
  const withPeak = (peak: number | null, sessionCreationMs: number) => ({
    ...base,
    sessionCreationMs,
    memory: {
      ...base.memory,
      peakBytes: peak === null ? absent : bytes(peak),
      steadyBytes: bytes((peak ?? 0) / 2),
    },
  });

  it('is what the contract says it is', () => {
    expect(() => Result.parse(aggregate(measured([base])))).not.toThrow();
  });

  it('takes the largest peak of memory and the median of everything else', () => {
    const { memory, sessionCreationMs, perImageMs, latencyMs, throughputPerSecond } = aggregate(
      measured([withPeak(300, 50), withPeak(500, 10), withPeak(400, 40)]),
    );
    expect(memory.peakBytes).toEqual(bytes(500));
    expect(memory.steadyBytes).toEqual(bytes(200));
    expect(sessionCreationMs).toBe(40);
    expect(perImageMs).toBe(latencyMs.median / 4);
    expect(throughputPerSecond * perImageMs).toBeCloseTo(1000);
  });

  it('takes a reading from the processes that have it, and keeps it absent with its reason where none has', () => {
    const { memory } = aggregate(measured([withPeak(null, 1), withPeak(70, 1)]));
    expect(memory.peakBytes).toEqual(bytes(70));
    expect(memory.gpuBytes).toEqual(absent);
  });

  it('says when the result before it lies elsewhere, and not when their intervals meet', () => {
    const codes = (earlier: Measured['earlier']) =>
      aggregate(measured([base], { earlier })).flags.map(({ code }) => code);
    const { low, high } = measured([base]).summary.latencyMs;
    expect(codes({ median: high * 1.2, low: high * 1.1, high: high * 1.3 })).toContain('unrepeated');
    expect(codes({ median: low * 0.8, low: low * 0.7, high: low * 0.9 })).toContain('unrepeated');
    expect(codes({ median: high * 1.2, low: high * 0.999, high: high * 1.3 })).not.toContain('unrepeated');
    expect(codes(null)).not.toContain('unrepeated');
  });

  it('says when the plug was pulled after the run was planned', () => {
    const codes = (powerSource: 'mains' | 'battery' | 'unknown') =>
      aggregate(measured([base, { ...base, powerSource }])).flags.map(({ code }) => code);
    expect(codes('battery')).toContain('power-changed');
    expect(codes('mains')).not.toContain('power-changed');
    expect(codes('unknown')).not.toContain('power-changed');
  });

  it('says when it rests on fewer processes than were asked for, and when nodes ran elsewhere', () => {
    const assignment = {
      nodeShare: 0.75,
      timeShare: 0.5,
      providers: { CUDAExecutionProvider: 3, CPUExecutionProvider: 1 },
    };
    const { flags } = aggregate(measured([base, base], { profiled: { assignment, modelLoadMs: absent } }));
    expect(flags.map(({ code }) => code)).toEqual(expect.arrayContaining(['few-processes', 'fell-back']));
    expect(flags.find(({ code }) => code === 'fell-back')?.message).toContain('75 %');
    const longer = { ...plan, minProcesses: 5 };
    const cut = aggregate(
      measured([base, base, base, base], {
        plan: longer,
        summary: { ...measured([base]).summary, flags: [] },
      }),
    );
    expect(cut.flags).toEqual([
      {
        code: 'few-processes',
        message: 'Cancelled after 4 of at least 5 processes.',
        said: { code: 'cancelled-early', values: { processes: 4, least: 5 } },
      },
    ]);
    const all = { assignment: { ...assignment, nodeShare: 1 }, modelLoadMs: absent };
    const whole = aggregate(measured([base, base, base], { profiled: all }));
    expect(whole.flags.map(({ code }) => code)).not.toContain('fell-back');
  });
});
