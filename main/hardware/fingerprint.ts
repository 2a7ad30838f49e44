import { createHash } from 'node:crypto';
import type { Machine } from '../../preload/contract.ts';

/**
 * The first 16 hex digits of a SHA-256 over what changes a latency. Two results compare only under the same id.
 *
 * In: processor, memory size, GPUs with their drivers, operating system, ONNX Runtime's version, Node's major version,
 * and the conditions that a person chooses (power source, governor): a laptop on battery answers for another machine
 * than the same laptop on mains, and their results must not mix.
 * Out: what changes by itself (load, free memory, temperature, battery level, uptime), whether the system is kept
 * awake, the host's name (two equal machines give equal numbers) and Backbench's own version (the store keeps it with
 * each run).
 * Memory is rounded to 256 MiB, because kernels reserve a little more or less from boot to boot.
 */
export function machineFingerprint(machine: Omit<Machine, 'id' | 'name'>): string {
  const { cpu, os, power, runtime } = machine;
  const gpus = machine.gpus
    .map((gpu) => [gpu.name, gpu.vendor, gpu.memoryBytes, gpu.driver, gpu.software])
    .map((gpu) => JSON.stringify(gpu))
    .sort();
  const parts = [
    [cpu.model, cpu.vendor, cpu.physicalCores, cpu.logicalCores, [...cpu.isa].sort()],
    [cpu.maxClockMhz, cpu.l3CacheBytes, cpu.virtualised],
    Math.round(machine.memoryBytes / (256 * 1024 * 1024)),
    gpus,
    [os.platform, os.name, os.release, os.arch],
    [runtime.onnxruntime, runtime.node.split('.')[0]],
    [power.source, power.governor],
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
