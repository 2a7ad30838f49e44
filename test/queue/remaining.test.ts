import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JobTimes, remaining } from '../../main/queue/remaining.ts';
import { plan } from './script.ts';

const job = (changes: Partial<JobTimes> = {}): JobTimes => ({
  open: true,
  processesDone: 0,
  ownMs: [],
  pastMs: null,
  pastProcesses: null,
  prepared: true,
  ...changes,
});

describe('the remaining time', () => {
  it('is unknown while nothing is known, and nothing once all jobs have ended', () => {
    expect(remaining([job(), job()], plan, 0)).toBeNull();
    expect(remaining([job({ open: false })], plan, 0)?.totalMs).toBe(0);
  });

  it('takes a job’s own processes before earlier runs, and those before other jobs', () => {
    const own = job({ processesDone: 1, ownMs: [1000], pastMs: 2000, pastProcesses: 3 });
    const past = job({ pastMs: 4000, pastProcesses: 3 });
    const unknown = job();
    // The machine is twice as fast as then: 4000 becomes 2000; the unknown one takes the mean of 1000 and 2000.
    expect(remaining([own, past, unknown], plan, 0)).toEqual({
      totalMs: 2 * 1000 + 3 * 2000 + 3 * 1500,
      processMs: [1000, 2000, 1500],
    });
  });

  it('expects as many processes as finished jobs needed, and one more of a job that needs more than that', () => {
    const ended = job({ open: false, processesDone: 5, ownMs: [1000] });
    const begun = job({ processesDone: 2, ownMs: [1000] });
    const long = job({ processesDone: 7, ownMs: [1000] });
    expect(remaining([ended, begun, long], plan, 0)?.totalMs).toBe(3000 + 1000);
  });

  it('adds the generating of models that may not be there yet', () => {
    const begun = job({ processesDone: 2, ownMs: [1000] });
    expect(remaining([begun, job({ prepared: false })], plan, 500)?.totalMs).toBe(1000 + 3000 + 500);
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
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 8 }), duration, (jobs, preparationMs) => {
        const left = remaining(jobs, plan, preparationMs);
        if (left === null) return;
        expect(left.totalMs).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(left.totalMs)).toBe(true);
      }),
    );
  });
});
