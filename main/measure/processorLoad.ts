import type { Reading } from '../../preload/contract.ts';
import { busyCores, readCpuTimes } from '../hardware/sensors.ts';

/** CPU times are counted in ticks of 10 ms (4–16 ms elsewhere): shorter spans say nothing. */
const shortestSpanMs = 250;

/**
 * CPU time of this process and of the whole machine, since it was made. Own time over the timed windows only; the
 * machine's from start to end, since reading it costs more with every core.
 */
export class ProcessorLoad {
  readonly #startedMs = performance.now();
  readonly #machineBefore = readCpuTimes();
  readonly #ownBefore = process.cpuUsage();
  #windowOwnMs = 0;
  #windowsMs = 0;
  #windowStartedMs = 0;
  #windowOwnBefore = this.#ownBefore;

  openWindow(): void {
    this.#windowOwnBefore = process.cpuUsage();
    this.#windowStartedMs = performance.now();
  }

  closeWindow(): void {
    this.#windowsMs += performance.now() - this.#windowStartedMs;
    this.#windowOwnMs += totalMs(process.cpuUsage(this.#windowOwnBefore));
  }

  /** Wall time of all windows so far, in ms. */
  get timedMs(): number {
    return this.#windowsMs;
  }

  /** CPU time of this process over the windows' wall time, in cores. */
  utilisation(): Reading {
    if (this.#windowsMs < shortestSpanMs) return tooShort(this.#windowsMs);
    return {
      available: true,
      value: this.#windowOwnMs / this.#windowsMs,
      method: 'CPU time of the worker in cores',
    };
  }

  /** CPU time of everything else on the machine, in cores. */
  competing(): Reading {
    const wallMs = performance.now() - this.#startedMs;
    if (wallMs < shortestSpanMs) return tooShort(wallMs);
    const ownCores = totalMs(process.cpuUsage(this.#ownBefore)) / wallMs;
    return {
      available: true,
      value: Math.max(0, busyCores(this.#machineBefore, readCpuTimes()) - ownCores),
      method: "the machine's busy CPU time less the worker's, in cores",
    };
  }
}

function totalMs({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}

function tooShort(ms: number): Reading {
  return {
    available: false,
    reason: `${Math.round(ms)} ms of timed runs are too short for the system's CPU clock.`,
  };
}
