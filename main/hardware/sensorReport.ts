import { setTimeout } from 'node:timers/promises';
import type { Reading, Sensor } from '../../preload/contract.ts';
import { readGpuSensors } from './gpuSensors.ts';
import {
  energyBetweenJ,
  readCpuClockMhz,
  readCpuTemperatureC,
  readCpuThrottleCount,
  readPackageEnergy,
} from './sensors.ts';

/** RAPL is renewed every millisecond; over this long its steps do not show. */
const powerWindowMs = 200;

/**
 * Every sensor that measurements look at, read once by the very functions that they use: with its way, or the reason why
 * not. Of several GPUs the first one. Starts a process (nvidia-smi), so never while something is timed.
 */
export async function readSensors(root = ''): Promise<Sensor[]> {
  const [power, gpu] = await Promise.all([readCpuPowerW(root), readGpuSensors(0, root)]);
  return [
    { kind: 'cpu-clock', reading: readCpuClockMhz(root) },
    { kind: 'cpu-temperature', reading: readCpuTemperatureC(root) },
    { kind: 'cpu-throttling', reading: readCpuThrottleCount(root) },
    { kind: 'cpu-power', reading: power },
    { kind: 'gpu-clock', reading: gpu.clockMhz },
    { kind: 'gpu-temperature', reading: gpu.temperatureC },
    { kind: 'gpu-power', reading: gpu.powerW },
    { kind: 'gpu-memory', reading: gpu.memoryUsedBytes },
  ];
}

/** A counter of energy tells a power only over a time. */
async function readCpuPowerW(root: string): Promise<Reading> {
  const before = readPackageEnergy(root);
  if (!before.available) return { available: false, reason: before.reason };
  const beginMs = performance.now();
  await setTimeout(powerWindowMs);
  const joules = energyBetweenJ(before, readPackageEnergy(root));
  const seconds = (performance.now() - beginMs) / 1000;
  if (joules === null) return { available: false, reason: 'The energy counter (RAPL) stopped answering.' };
  return { available: true, value: joules / seconds, method: 'RAPL energy counter, all processor packages' };
}
