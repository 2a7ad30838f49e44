import { describe, expect, test } from 'vitest';
import { MemoryGauge } from '../../main/measure/memory.ts';

const none = { available: false, reason: 'no device' } as const;

/** A process whose memory the test sets; `resettable`: whether the system can forget a high-water mark. */
class Source {
  readonly method = 'test';
  readonly resettable: boolean;
  #resident = 100;
  #mark = 100;

  constructor(resettable: boolean) {
    this.resettable = resettable;
  }

  holds(bytes: number): void {
    this.#resident = bytes;
    this.#mark = Math.max(this.#mark, bytes);
  }

  resident(): number {
    return this.#resident;
  }

  highWater(): number {
    return this.#mark;
  }

  resetHighWater(): boolean {
    if (this.resettable) this.#mark = this.#resident;
    return this.resettable;
  }
}

/** A life of a process: a peak while it loads, a lower one while it runs. */
function measured(resettable: boolean, runPeak: number) {
  const source = new Source(resettable);
  const gauge = new MemoryGauge(source);
  gauge.markBaseline();
  source.holds(500);
  source.holds(300);
  gauge.markLoaded();
  source.holds(runPeak);
  source.holds(320);
  return gauge.finish(none);
}

describe('memory', () => {
  test('is told above the baseline, with the peaks of load and run apart', () => {
    expect(measured(true, 350)).toMatchObject({
      baselineBytes: 100,
      peakBytes: { value: 400 },
      loadPeakBytes: { value: 400 },
      runPeakBytes: { value: 250 },
      steadyBytes: { value: 220 },
      gpuBytes: none,
    });
  });

  test('says that the peak of the runs is hidden where the system cannot tell, and never 0', () => {
    expect(measured(false, 350).runPeakBytes).toMatchObject({ available: false });
    expect(measured(false, 700)).toMatchObject({ peakBytes: { value: 600 }, runPeakBytes: { value: 600 } });
  });
});
