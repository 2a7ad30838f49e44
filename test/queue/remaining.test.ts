import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Extras, type JobTimes, type PastWork, remaining } from '../../main/queue/remaining.ts';
import { plan } from './script.ts';

const job = (changes: Partial<JobTimes> = {}): JobTimes => ({
  open: true,
  processesDone: 0,
  ownMs: [],
  pastMs: null,
  pastProcesses: null,
  prepared: true,
  work: null,
  settings: 'cpu',
  ...changes,
});

const noExtras: Extras = { preparationMs: 0, profileMs: 0, spreadMs: 0 };

describe('the remaining time', () => {
  it('is unknown while nothing is known, and nothing once all jobs have ended', () => {
    expect(remaining([job(), job()], plan, noExtras)).toBeNull();
    expect(remaining([job({ open: false })], plan, noExtras)?.totalMs).toBe(0);
  });

  it('takes a job’s own processes before earlier runs, and those before other jobs', () => {
    const own = job({ processesDone: 1, ownMs: [1000], pastMs: 2000, pastProcesses: 3 });
    const past = job({ pastMs: 4000, pastProcesses: 3 });
    const unknown = job();
    // The machine is twice as fast as then: 4000 becomes 2000; the unknown one takes the mean of 1000 and 2000.
    expect(remaining([own, past, unknown], plan, noExtras)).toEqual({
      totalMs: 2 * 1000 + 3 * 2000 + 3 * 1500,
      processMs: [1000, 2000, 1500],
    });
  });

  it('expects as many processes as finished jobs needed, and one more of a job that needs more than that', () => {
    const ended = job({ open: false, processesDone: 5, ownMs: [1000] });
    const begun = job({ processesDone: 2, ownMs: [1000] });
    const long = job({ processesDone: 7, ownMs: [1000] });
    expect(remaining([ended, begun, long], plan, noExtras)?.totalMs).toBe(3000 + 1000);
  });

  it('adds the generating of models that may not be there yet', () => {
    const begun = job({ processesDone: 2, ownMs: [1000] });
    expect(
      remaining([begun, job({ prepared: false })], plan, { ...noExtras, preparationMs: 500 })?.totalMs,
    ).toBe(1000 + 3000 + 500);
  });

  it('of a model that was never measured follows its work, at the rate of earlier runs of the same settings', () => {
    // 500 ms to start, and 2 ns a multiply-add; the GPU's rate must not be taken for the CPU's.
    const past: PastWork[] = [
      { settings: 'cpu', work: 1e9, ms: 2500, processes: 5 },
      { settings: 'cpu', work: 4e9, ms: 8500, processes: 5 },
      { settings: 'gpu', work: 1e9, ms: 600, processes: 5 },
      { settings: 'gpu', work: 4e9, ms: 900, processes: 5 },
    ];
    const left = remaining([job({ work: 2e9 }), job({ work: 0.5e9, settings: 'gpu' })], plan, noExtras, past);
    expect(left?.processMs[0]).toBeCloseTo(4500);
    expect(left?.processMs[1]).toBeCloseTo(550);
    // As many processes as the jobs of earlier runs took.
    expect(left?.totalMs).toBeCloseTo(5 * 4500 + 5 * 550);
    // A machine that is twice as slow now is so for the unmeasured one too.
    const slow = job({ processesDone: 1, ownMs: [5000], pastMs: 2500, pastProcesses: 5, work: 1e9 });
    expect(remaining([slow, job({ work: 2e9 })], plan, noExtras, past)?.processMs[1]).toBeCloseTo(9000, -3);
  });

  it('of a model that was never measured follows its work at the rate of this run, where there is no earlier one', () => {
    const small = job({ processesDone: 1, ownMs: [2500], work: 1e9 });
    const large = job({ processesDone: 1, ownMs: [8500], work: 4e9 });
    const next = job({ work: 8e9 });
    expect(remaining([small, large, next], plan, noExtras)?.processMs[2]).toBeCloseTo(16_500);
    // One amount of work tells no rate.
    expect(remaining([small, next], plan, noExtras)?.processMs[1]).toBe(2500);
  });

  it('counts one profile for each open job, and the rests of the last job', () => {
    const done = job({ open: false, processesDone: 3, ownMs: [1000] });
    const begun = job({ processesDone: 1, ownMs: [1000] });
    const withProfile = { ...noExtras, profileMs: 700 };
    expect(remaining([done, begun, begun], plan, withProfile)?.totalMs).toBe(2 * (2 * 1000 + 700));
    // Two processes, a rest between them.
    expect(remaining([done, begun], plan, { ...noExtras, spreadMs: 2000 })?.totalMs).toBe(2 * 1000 + 2000);
    expect(remaining([begun, begun], plan, { ...noExtras, spreadMs: 2000 })?.totalMs).toBe(4 * 1000);
  });

  it('is finite, and never negative, for any state of a run', () => {
    const duration = fc.double({ min: 0, max: 1e7, noNaN: true });
    const any = fc.record({
      open: fc.boolean(),
      processesDone: fc.nat(20),
      ownMs: fc.array(duration, { maxLength: 4 }),
      pastMs: fc.option(duration),
      pastProcesses: fc.option(fc.double({ min: 1, max: 20, noNaN: true })),
      prepared: fc.boolean(),
      work: fc.option(fc.maxSafeNat()),
      settings: fc.constantFrom('cpu', 'webgpu'),
    });
    const past = fc.record({
      work: fc.maxSafeNat(),
      ms: duration,
      settings: fc.constantFrom('cpu', 'webgpu'),
      processes: fc.option(fc.double({ min: 1, max: 20, noNaN: true })),
    });
    const extras = fc.record({ preparationMs: duration, profileMs: duration, spreadMs: duration });
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 8 }),
        extras,
        fc.array(past, { maxLength: 5 }),
        (jobs, ...others) => {
          const left = remaining(jobs, plan, ...others);
          if (left === null) return;
          expect(left.totalMs).toBeGreaterThanOrEqual(0);
          expect(Number.isFinite(left.totalMs)).toBe(true);
        },
      ),
      {
        examples: [
          [
            [
              {
                ...{ open: true, processesDone: 1, ownMs: [1000], pastMs: 5e-324, pastProcesses: 3 },
                ...{ prepared: true, work: null, settings: 'cpu' },
              },
              {
                ...{ open: true, processesDone: 0, ownMs: [], pastMs: 0, pastProcesses: 3 },
                ...{ prepared: true, work: null, settings: 'cpu' },
              },
            ],
            { preparationMs: 0, profileMs: 0, spreadMs: 0 },
            [],
          ],
        ],
      },
    );
  });
});
