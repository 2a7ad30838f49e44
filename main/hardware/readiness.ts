import { statfs } from 'node:fs/promises';
import os from 'node:os';
import { dirname } from 'node:path';
import { mem } from 'systeminformation';
import type { Machine, Reading, ReadinessWarning } from '../../preload/contract.ts';
import { withinTime } from './command.ts';
import { busyCores, readCpuTemperatureC, readCpuTimes } from './sensors.ts';
import { readSystemFile } from './systemFiles.ts';

/** What the judgement rests on, read just now. */
export interface Conditions {
  /** Cores that other programs kept busy. */
  readonly competingCores: number;
  readonly cpuTemperatureC: Reading;
  readonly freeMemoryBytes: number | null;
  readonly freeDiskBytes: number | null;
  /** Linux: how the driver is told to weigh energy against speed; null elsewhere. */
  readonly energyPreference: string | null;
}

const gib = 1024 ** 3;
/** Below these something that Backbench may be asked to do does not fit: VGG-16 alone is a file of 0.55 GB. */
const enoughMemoryBytes = 2 * gib;
const enoughDiskBytes = 2 * gib;
const hotC = 80;
const loadWindowMs = 400;

/** What would spoil measurements now; empty where all is well. Watches the load for 0.4 s. */
export async function checkReadiness(machine: Machine, dataDir: string): Promise<ReadinessWarning[]> {
  return judgeReadiness(machine, await readConditions(dataDir));
}

async function readConditions(dataDir: string): Promise<Conditions> {
  const [competingCores, freeMemoryBytes, freeDiskBytes] = await Promise.all([
    competingCoresNow(),
    freeMemory(),
    freeDisk(dataDir),
  ]);
  return {
    competingCores,
    cpuTemperatureC: readCpuTemperatureC(),
    freeMemoryBytes,
    freeDiskBytes,
    energyPreference: readSystemFile('/sys/devices/system/cpu/cpu0/cpufreq/energy_performance_preference'),
  };
}

/** The warnings for given conditions, gravest first. */
export function judgeReadiness(machine: Machine, now: Conditions): ReadinessWarning[] {
  const warnings: ReadinessWarning[] = [];
  if (machine.power.source === 'battery') {
    warnings.push({
      code: 'battery',
      message: 'The machine runs on battery.',
      effect: 'Clocks are held down: latencies come out longer than on mains, and are kept apart from those.',
    });
  }
  const { governor } = machine.power;
  if (governor !== null && !keepsClockUp(governor, now.energyPreference)) {
    const preference = now.energyPreference === null ? '' : ` (${now.energyPreference})`;
    warnings.push({
      code: 'governor',
      message: `The processor's clock is governed by "${governor}"${preference}, not for performance.`,
      effect: 'The clock follows the load: short runs come out slower than they could be, and vary more.',
    });
  }
  if (now.competingCores >= Math.max(0.3, 0.05 * machine.cpu.logicalCores)) {
    warnings.push({
      code: 'load',
      message: `Other programs keep ${now.competingCores.toFixed(1)} of ${machine.cpu.logicalCores} cores busy.`,
      effect: 'Results vary by 5–12 % instead of 1–2 %, and single processes come out 1.4 to 4 times slower.',
    });
  }
  if (now.cpuTemperatureC.available && now.cpuTemperatureC.value >= hotC) {
    warnings.push({
      code: 'temperature',
      message: `The processor is at ${Math.round(now.cpuTemperatureC.value)} °C before any work.`,
      effect: 'It will lower its clock to cool: later samples come out slower than earlier ones.',
    });
  }
  if (now.freeMemoryBytes !== null && now.freeMemoryBytes < enoughMemoryBytes) {
    warnings.push({
      code: 'memory',
      message: `Only ${inGib(now.freeMemoryBytes)} of memory is free.`,
      effect:
        'Large models or batches are swapped, which makes them many times slower, or are ended by the system.',
    });
  }
  if (now.freeDiskBytes !== null && now.freeDiskBytes < enoughDiskBytes) {
    warnings.push({
      code: 'disk',
      message: `Only ${inGib(now.freeDiskBytes)} is free where models are kept.`,
      effect: 'Models are generated there before they run: jobs of large ones will fail.',
    });
  }
  return warnings;
}

/** Settings under which a busy core gets its full clock at once. */
const fullClock = new Set([
  'performance',
  'high performance',
  'ultimate performance',
  'automatic',
  'high power',
]);

function keepsClockUp(governor: string, energyPreference: string | null): boolean {
  // intel_pstate and amd-pstate call their normal governor "powersave"; what counts there is the preference.
  return fullClock.has(governor) || (governor === 'powersave' && energyPreference === 'performance');
}

/**
 * Cores that others keep busy, over a short window. Not the load average: that remembers Backbench's own last run for
 * minutes, and Windows has none.
 */
async function competingCoresNow(): Promise<number> {
  const before = readCpuTimes();
  const ownBefore = process.cpuUsage();
  const start = performance.now();
  await new Promise((resolve) => setTimeout(resolve, loadWindowMs));
  const elapsedMs = performance.now() - start;
  const own = process.cpuUsage(ownBefore);
  const ownCores = (own.user + own.system) / 1000 / elapsedMs;
  return Math.max(0, busyCores(before, readCpuTimes()) - ownCores);
}

/** Bytes that a process could take without swapping; a container's limit counts. macOS counts reclaimable caches apart. */
async function freeMemory(): Promise<number | null> {
  if (process.platform !== 'darwin') return Math.min(process.availableMemory(), os.freemem());
  const memory = await withinTime(mem(), 1500, null);
  return memory?.available ?? null;
}

/** Free bytes of the disk that holds `folder`, or will: a folder not yet made lies on its parent's disk. */
async function freeDisk(folder: string): Promise<number | null> {
  for (let path = folder; ; path = dirname(path)) {
    const disk = await statfs(path).catch(() => null);
    if (disk !== null) return disk.bavail * disk.bsize;
    if (dirname(path) === path) return null;
  }
}

function inGib(bytes: number): string {
  return `${(bytes / gib).toFixed(1)} GiB`;
}
