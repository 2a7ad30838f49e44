import os from 'node:os';
import { osInfo } from 'systeminformation';
import type { Machine } from '../../preload/contract.ts';
import { identityTimeoutMs, withinTime } from './command.ts';
import { machineFingerprint } from './fingerprint.ts';
import { detectGpus } from './gpus.ts';
import { readPowerState } from './powerState.ts';
import { detectProcessor } from './processor.ts';
import { runtimeVersions } from './runtimeVersions.ts';

/**
 * What this machine is, within 2 s where it is not kept busy: every source is asked at once and has a time limit, and one that fails leaves
 * an honest null or 'unknown' in its field.
 */
export async function detectMachine(): Promise<Machine> {
  const processor = detectProcessor();
  const [cpu, gpus, system, power] = await Promise.all([
    processor,
    detectGpus(),
    detectSystem(),
    readPowerState(processor),
  ]);
  const found = {
    cpu,
    memoryBytes: usableMemoryBytes(),
    gpus,
    os: system,
    runtime: runtimeVersions(),
    power,
  };
  return { id: machineFingerprint(found), name: os.hostname(), ...found };
}

async function detectSystem(): Promise<Machine['os']> {
  const info = await withinTime(osInfo(), identityTimeoutMs, null);
  const name = info === null ? '' : [info.distro, info.release].filter((part) => part !== '').join(' ');
  return {
    platform: process.platform,
    name: name === '' ? os.version() : name,
    release: os.release(),
    arch: process.arch,
  };
}

/** Bytes of memory that this process could use: a container's limit where there is one, else all of it. */
function usableMemoryBytes(): number {
  const total = os.totalmem();
  const limit = process.constrainedMemory();
  return limit > 0 && limit < total ? limit : total;
}
