import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeGpus } from '../../main/hardware/gpus.ts';
import { parseGpuProcessMemory, parseGpuSensors, parseThrottling } from '../../main/hardware/gpuSensors.ts';
import { parseNvidiaGpus, parseNvidiaNumber } from '../../main/hardware/nvidiaSmi.ts';

const rtx4090 =
  '0, GPU-4fd5c2f1-0b0d-4d2c-8a3e-7d8f7c1c9b11, NVIDIA GeForce RTX 4090, 00000000:01:00.0, 24564, 550.163.01\n';

describe('what nvidia-smi prints becomes GPUs', () => {
  test('one card', () => {
    expect(parseNvidiaGpus(rtx4090, '')).toEqual([
      {
        index: 0,
        uuid: 'GPU-4fd5c2f1-0b0d-4d2c-8a3e-7d8f7c1c9b11',
        name: 'NVIDIA GeForce RTX 4090',
        busId: '00000000:01:00.0',
        memoryBytes: 24564 * 1024 * 1024,
        driver: '550.163.01',
      },
    ]);
  });

  test('a card cut into MIG slices is its slices, of unknown memory', () => {
    const csv =
      '0, GPU-792fe281-9572-edc7-e6f2-4c560560e705, NVIDIA A100-SXM4-40GB, 00000000:07:00.0, [Insufficient Permissions], 535.161.08\n' +
      '1, GPU-9bd75b6b-cd91-ef22-0000-000000000000, NVIDIA A100-SXM4-40GB, 00000000:0F:00.0, 40960, 535.161.08\n';
    const list =
      'GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-792fe281-9572-edc7-e6f2-4c560560e705)\n' +
      '  MIG 3g.20gb     Device  0: (UUID: MIG-264aac46-78a8-5ba5-b310-98568efd5090)\n' +
      '  MIG 2g.10gb     Device  1: (UUID: MIG-f834809e-335d-573a-ad0f-b89906f7b2e4)\n' +
      'GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-9bd75b6b-cd91-ef22-0000-000000000000)\n';
    expect(parseNvidiaGpus(csv, list).map((gpu) => [gpu.name, gpu.memoryBytes])).toEqual([
      ['NVIDIA A100-SXM4-40GB MIG 3g.20gb', null],
      ['NVIDIA A100-SXM4-40GB MIG 2g.10gb', null],
      ['NVIDIA A100-SXM4-40GB', 40960 * 1024 * 1024],
    ]);
  });

  test('cells without a value are unknown, not 0', () => {
    const [gpu] = parseNvidiaGpus(rtx4090.replace('24564', '[N/A]').replace('550.163.01', '[N/A]'), '');
    expect(gpu).toMatchObject({ memoryBytes: null, driver: null });
  });

  test.each([
    ['nothing', ''],
    ['no driver', "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n"],
    ['no device', 'No devices were found\n'],
    ['a lost GPU', 'Unable to determine the device handle for GPU0000:01:00.0: Unknown Error\n'],
    ['the header', 'index, uuid, name, pci.bus_id, memory.total [MiB], driver_version\n'],
  ])('%s is no GPU', (_, text) => {
    expect(parseNvidiaGpus(text, text)).toEqual([]);
  });

  test('any text is read without an exception', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (csv, list) => {
        parseNvidiaGpus(csv, list);
        parseGpuSensors(csv);
        parseGpuProcessMemory(csv, 1);
      }),
    );
  });
});

test('a number is read with or without its unit, and nothing else is a number', () => {
  expect(['97.36 W', '1410 MHz', '47', '0.5'].map(parseNvidiaNumber)).toEqual([97.36, 1410, 47, 0.5]);
  expect(
    ['[N/A]', 'N/A', '[Not Supported]', '[Insufficient Permissions]', 'ERR!', '', '1e9x'].map(
      parseNvidiaNumber,
    ),
  ).toEqual(Array(7).fill(null));
});

describe('sensors of a GPU', () => {
  test('a row of readings', () => {
    expect(parseGpuSensors('97.36, 2520, 47, 1621\n')).toEqual({
      powerW: { available: true, value: 97.36, method: 'nvidia-smi power.draw' },
      clockMhz: { available: true, value: 2520, method: 'nvidia-smi clocks.sm' },
      temperatureC: { available: true, value: 47, method: 'nvidia-smi temperature.gpu' },
      memoryUsedBytes: { available: true, value: 1621 * 1024 * 1024, method: 'nvidia-smi memory.used' },
    });
  });

  test('a laptop card that hides its power says so, and gives the rest', () => {
    const sensors = parseGpuSensors('[N/A], 300, 51, 10\n');
    expect(sensors.powerW).toEqual({ available: false, reason: 'nvidia-smi power.draw says "[N/A]".' });
    expect(sensors.temperatureC).toMatchObject({ value: 51 });
  });

  test('why a clock is held down is read from the mask: idling and settings are no throttling', () => {
    expect(parseThrottling('0x0000000000000000\n')).toEqual([]);
    expect(parseThrottling('0x0000000000000001\n')).toEqual([]);
    expect(parseThrottling('0x0000000000000024\n')).toEqual(['power limit', 'heat']);
    expect(parseThrottling('[N/A]\n')).toBeNull();
  });

  test("a process's memory is the sum over its GPUs; another's is not counted", () => {
    const rows = '4711, 512\n4712, 9000\n4711, 256\n';
    expect(parseGpuProcessMemory(rows, 4711)).toMatchObject({ available: true, value: 768 * 1024 * 1024 });
    expect(parseGpuProcessMemory(rows, 1).available).toBe(false);
    expect(parseGpuProcessMemory('4711, [N/A]\n', 4711).available).toBe(false);
  });
});

test("a card that nvidia-smi knows is not listed twice, other vendors' stay", () => {
  const listed = [
    {
      name: 'NVIDIA AD102 [GeForce RTX 4090]',
      vendor: 'NVIDIA Corporation',
      memoryBytes: null,
      driver: null,
    },
    { name: 'Raphael', vendor: 'Advanced Micro Devices, Inc. [AMD/ATI]', memoryBytes: null, driver: null },
    { name: 'Microsoft Basic Render Driver', vendor: 'Microsoft', memoryBytes: null, driver: null },
  ];
  const drm = [{ name: 'AMD GPU 0x164e', vendor: 'AMD', memoryBytes: 536870912, driver: 'amdgpu' }];
  expect(mergeGpus(parseNvidiaGpus(rtx4090, ''), listed, drm)).toEqual([
    expect.objectContaining({ name: 'NVIDIA GeForce RTX 4090', vendor: 'NVIDIA', driver: '550.163.01' }),
    { name: 'Raphael', vendor: 'AMD', memoryBytes: 536870912, driver: 'amdgpu', software: false },
    expect.objectContaining({ vendor: 'Microsoft', software: true }),
  ]);
});
