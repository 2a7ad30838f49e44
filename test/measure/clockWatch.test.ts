import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ClockWatch } from '../../main/measure/clockWatch.ts';

describe('a watch on the clocks', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date', 'performance'] }));
  afterEach(() => vi.useRealTimers());

  test('sees no sleep where both clocks go on together', () => {
    const watch = new ClockWatch();
    vi.advanceTimersByTime(90_000);
    expect(watch.slept(80_000)).toBe(false);
    expect(watch.slept(null)).toBe(false);
  });

  test('sees that the wall clock ran ahead, as after a sleep', () => {
    const watch = new ClockWatch();
    vi.advanceTimersByTime(100);
    vi.setSystemTime(Date.now() + 60_000);
    expect(watch.slept(100)).toBe(true);
    // The answer covers the time since the last one.
    vi.advanceTimersByTime(100);
    expect(watch.slept(100)).toBe(false);
  });

  test('sees a window that took far longer than its runs, where both clocks go on through sleep', () => {
    const watch = new ClockWatch();
    vi.advanceTimersByTime(600_000);
    expect(watch.slept(100)).toBe(true);
  });

  test('does not take a pause for sleep that it is told to forget', () => {
    const watch = new ClockWatch();
    vi.advanceTimersByTime(600_000);
    watch.restart();
    expect(watch.slept(100)).toBe(false);
  });
});
