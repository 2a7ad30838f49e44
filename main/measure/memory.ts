import { readFileSync, writeFileSync } from 'node:fs';
import type { Reading } from '../../preload/contract.ts';
import type { Trial } from './trial.ts';

/** What the operating system tells of this process's memory. Bytes. */
interface MemorySource {
  resident(): number;
  /** The most that was resident since the start, or since the last reset. */
  highWater(): number;
  /** Forgets the high-water mark; false where the system cannot. */
  resetHighWater(): boolean;
  readonly method: string;
}

/**
 * Reads a trial's memory: call `markBaseline` before the model is loaded, `markLoaded` after, `finish` after the runs.
 * Load and run peaks are apart, because at small batches the load's is the higher.
 */
export class MemoryGauge {
  readonly #source: MemorySource;
  #baseline = 0;
  #loadMark = 0;
  #resettable = false;

  constructor(source: MemorySource = processMemory()) {
    this.#source = source;
  }

  markBaseline(): void {
    this.#resettable = this.#source.resetHighWater();
    this.#baseline = this.#source.resident();
  }

  markLoaded(): void {
    this.#loadMark = this.#source.highWater();
    if (this.#resettable) this.#source.resetHighWater();
  }

  /** The memory of the trial; `gpuBytes` comes from the device. */
  finish(gpuBytes: Reading): Trial['memory'] {
    const mark = this.#source.highWater();
    const method = `${this.#source.method}, less the process before the model`;
    const above = (bytes: number): Reading => ({
      available: true,
      value: Math.max(0, bytes - this.#baseline),
      method,
    });
    return {
      baselineBytes: this.#baseline,
      peakBytes: above(Math.max(mark, this.#loadMark)),
      loadPeakBytes: above(this.#loadMark),
      runPeakBytes: this.#resettable || mark > this.#loadMark ? above(mark) : hidden,
      steadyBytes: {
        available: true,
        value: Math.max(0, this.#source.resident() - this.#baseline),
        method: 'resident set after the timed runs, less the process before the model',
      },
      gpuBytes,
    };
  }
}

const hidden: Reading = {
  available: false,
  reason: 'This system cannot reset the high-water mark, and the runs stayed below the peak of the load.',
};

function processMemory(): MemorySource {
  return process.platform === 'linux' ? linuxMemory : portableMemory;
}

/** `resourceUsage().maxRSS` is no use on Linux: a child begins with its parent's high-water mark. */
const linuxMemory: MemorySource = {
  method: 'VmHWM of /proc/self/status',
  resident: () => statusBytes('VmRSS'),
  highWater: () => statusBytes('VmHWM'),
  resetHighWater: () => {
    try {
      // proc(5): "5" resets the high-water mark to the resident set.
      writeFileSync('/proc/self/clear_refs', '5');
    } catch {
      return false;
    }
    // Some sandboxes accept the write and ignore it.
    return statusBytes('VmHWM') <= statusBytes('VmRSS') + 1024 * 1024;
  },
};

function statusBytes(field: string): number {
  const match = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'latin1'));
  return Number(match?.[1] ?? 0) * 1024;
}

const portableMemory: MemorySource = {
  method: process.platform === 'win32' ? 'peak working set' : 'maximum resident set of getrusage',
  resident: () => process.memoryUsage.rss(),
  highWater: () => process.resourceUsage().maxRSS * 1024,
  resetHighWater: () => false,
};
