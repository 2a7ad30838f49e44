import os from 'node:os';
import { describe, expect, test } from 'vitest';
import { Machine } from '../../preload/contract.ts';
import { machineFingerprint } from '../../main/hardware/fingerprint.ts';
import { detectMachine } from '../../main/hardware/machine.ts';
import { bestProvider } from '../../main/hardware/providers.ts';

describe('this machine', () => {
  test('is described within the contract, in terms that fit what Node sees', async () => {
    const machine = Machine.parse(await detectMachine());
    expect(machine.cpu.logicalCores).toBe(os.availableParallelism());
    expect(machine.cpu.physicalCores).toBeLessThanOrEqual(machine.cpu.logicalCores);
    expect(machine.cpu.model).not.toBe('unknown');
    expect(machine.cpu.isa).toContain(process.arch === 'arm64' ? 'NEON' : 'AVX2');
    expect(machine.memoryBytes).toBeGreaterThan(1e8);
    expect(machine.memoryBytes).toBeLessThanOrEqual(os.totalmem());
    expect(machine.runtime.onnxruntime).toMatch(/^\d+\.\d+\.\d+$/);
    expect(machine.runtime.backbench).toMatch(/^\d+\.\d+\.\d+/);
    expect(machine.id).toMatch(/^[0-9a-f]{16}$/);
  });

  test('has the same id each time it is asked', async () => {
    expect((await detectMachine()).id).toBe((await detectMachine()).id);
  });
});

const laptop: Omit<Machine, 'id' | 'name'> = {
  cpu: {
    model: 'AMD Ryzen 7 8745HS',
    vendor: 'AMD',
    physicalCores: 8,
    logicalCores: 16,
    isa: ['AVX2', 'FMA'],
    maxClockMhz: 4966,
    l3CacheBytes: 16777216,
    virtualised: false,
  },
  memoryBytes: 15_500_000_000,
  gpus: [
    { name: 'RTX 4070 Laptop', vendor: 'NVIDIA', memoryBytes: 8e9, driver: '550.163.01', software: false },
    { name: 'Radeon 780M', vendor: 'AMD', memoryBytes: null, driver: 'amdgpu', software: false },
  ],
  os: { platform: 'linux', name: 'Ubuntu 24.04', release: '6.8.0-40-generic', arch: 'x64' },
  runtime: { onnxruntime: '1.30.0', node: '24.21.0', backbench: '0.1.0' },
  power: { source: 'mains', governor: 'performance' },
};

describe('the fingerprint', () => {
  const id = machineFingerprint(laptop);
  const changed = (change: Partial<typeof laptop>): string => machineFingerprint({ ...laptop, ...change });

  test.each<[string, Partial<typeof laptop>]>([
    ['the order in which GPUs are found', { gpus: [...laptop.gpus].reverse() }],
    ['the order of instruction sets', { cpu: { ...laptop.cpu, isa: ['FMA', 'AVX2'] } }],
    ['a few MiB that a kernel reserves', { memoryBytes: laptop.memoryBytes + 3_000_000 }],
    ["Backbench's own version", { runtime: { ...laptop.runtime, backbench: '0.2.0' } }],
    ["Node's minor version", { runtime: { ...laptop.runtime, node: '24.99.1' } }],
  ])('stays with %s', (_, change) => {
    expect(changed(change)).toBe(id);
  });

  test.each<[string, Partial<typeof laptop>]>([
    ["a GPU's driver", { gpus: laptop.gpus.map((gpu) => ({ ...gpu, driver: '580.1' })) }],
    ['a GPU taken out', { gpus: laptop.gpus.slice(1) }],
    ['memory added', { memoryBytes: 2 * laptop.memoryBytes }],
    ['fewer cores allowed', { cpu: { ...laptop.cpu, logicalCores: 8 } }],
    ['the kernel', { os: { ...laptop.os, release: '6.11.0-9-generic' } }],
    ['ONNX Runtime', { runtime: { ...laptop.runtime, onnxruntime: '1.31.0' } }],
    ['battery instead of mains', { power: { source: 'battery', governor: 'performance' } }],
    ['the governor', { power: { source: 'mains', governor: 'powersave' } }],
  ])('differs with %s', (_, change) => {
    expect(changed(change)).not.toBe(id);
  });
});

describe('the best provider', () => {
  const status = (provider: 'cpu' | 'cuda' | 'tensorrt' | 'webgpu', works = true, software = false) => ({
    provider,
    works,
    device: null,
    software,
    reason: null,
    remedy: null,
  });

  test('is CUDA before all others, WebGPU before the CPU', () => {
    expect(
      bestProvider({ providers: [status('cpu'), status('tensorrt'), status('webgpu'), status('cuda')] }),
    ).toBe('cuda');
    expect(bestProvider({ providers: [status('cpu'), status('webgpu')] })).toBe('webgpu');
  });

  test('is never one that does not work, nor one on a software adapter', () => {
    expect(
      bestProvider({ providers: [status('cpu'), status('cuda', false), status('webgpu', true, true)] }),
    ).toBe('cpu');
    expect(bestProvider({ providers: [] })).toBe('cpu');
  });
});
