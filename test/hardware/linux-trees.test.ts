import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sensorKinds } from '../../preload/contract.ts';
import { readDrmAdapters } from '../../main/hardware/gpus.ts';
import { readAmdSensors } from '../../main/hardware/gpuSensors.ts';
import { parseMacMode, parseWindowsPlan, readLinuxPower } from '../../main/hardware/powerState.ts';
import { readLinuxProcessor } from '../../main/hardware/processor.ts';
import {
  energyBetweenJ,
  readCpuClockMhz,
  readCpuTemperatureC,
  readCpuThrottleCount,
  readPackageEnergy,
} from '../../main/hardware/sensors.ts';
import { readSensors } from '../../main/hardware/sensorReport.ts';
import { parseCpuList } from '../../main/hardware/systemFiles.ts';

/** Trees of /proc and /sys as other machines have them. */
let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'backbench-tree-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function tree(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
}

const cpu = 'sys/devices/system/cpu';

describe('the processor', () => {
  test('limited by affinity to one of two L3 slices counts only what it may use', () => {
    for (const i of [0, 1, 2, 3]) {
      const slice = i < 2 ? '0-1' : '2-3';
      tree({
        [`${cpu}/cpu${i}/cache/index0/level`]: '1',
        [`${cpu}/cpu${i}/cache/index0/size`]: '32K',
        [`${cpu}/cpu${i}/cache/index3/level`]: '3',
        [`${cpu}/cpu${i}/cache/index3/size`]: '32768K',
        [`${cpu}/cpu${i}/cache/index3/shared_cpu_list`]: slice,
        [`${cpu}/cpu${i}/cpufreq/cpuinfo_max_freq`]: i < 2 ? '4500000' : '5700000',
        [`${cpu}/cpu${i}/topology/thread_siblings_list`]: slice,
      });
    }
    expect(readLinuxProcessor(root)).toMatchObject({
      l3CacheBytes: 2 * 32768 * 1024,
      maxClockMhz: 5700,
      physicalCores: 2,
    });
    tree({ 'proc/self/status': 'Name:\tnode\nCpus_allowed_list:\t0-1' });
    expect(readLinuxProcessor(root)).toMatchObject({
      l3CacheBytes: 32768 * 1024,
      maxClockMhz: 4500,
      physicalCores: 1,
    });
  });

  test('of an ARM server is a guest on EC2, and is not on a bare-metal instance or a Raspberry Pi', () => {
    const cpuinfo = {
      'proc/cpuinfo': 'processor\t: 0\nFeatures\t: asimd\nCPU implementer\t: 0x41\nCPU part\t: 0xd40',
    };
    tree({
      ...cpuinfo,
      'sys/class/dmi/id/sys_vendor': 'Amazon EC2',
      'sys/class/dmi/id/product_name': 'c7g.large',
    });
    expect(readLinuxProcessor(root).virtualised).toBe(true);
    tree({ 'sys/class/dmi/id/product_name': 'c7g.metal' });
    expect(readLinuxProcessor(root).virtualised).toBe(false);
    rmSync(join(root, 'sys'), { recursive: true });
    tree({ 'proc/device-tree/model': 'Raspberry Pi 5 Model B Rev 1.0\0' });
    expect(readLinuxProcessor(root).virtualised).toBe(false);
  });

  test('of an empty tree is unknown in every field', () => {
    expect(readLinuxProcessor(root)).toEqual({
      model: null,
      vendor: null,
      physicalCores: null,
      isa: [],
      maxClockMhz: null,
      l3CacheBytes: null,
      virtualised: null,
    });
  });
});

describe('power', () => {
  const supplies = 'sys/class/power_supply';
  const laptop = { [`${supplies}/BAT0/type`]: 'Battery', [`${supplies}/AC/type`]: 'Mains' };

  test('a laptop is on battery or on mains', () => {
    tree({ ...laptop, [`${supplies}/BAT0/status`]: 'Discharging', [`${supplies}/AC/online`]: '0' });
    expect(readLinuxPower(root, false).source).toBe('battery');
    tree({ [`${supplies}/AC/online`]: '1' });
    expect(readLinuxPower(root, false).source).toBe('mains');
  });

  test("a desktop with a wireless mouse is on mains, whatever the mouse's battery does", () => {
    tree({
      [`${supplies}/hidpp_battery_0/type`]: 'Battery',
      [`${supplies}/hidpp_battery_0/scope`]: 'Device',
      [`${supplies}/hidpp_battery_0/status`]: 'Discharging',
    });
    expect(readLinuxPower(root, false).source).toBe('mains');
  });

  test('a guest cannot know', () => {
    expect(readLinuxPower(root, true)).toEqual({ source: 'unknown', governor: null });
  });

  test('governors that differ between cores are both named', () => {
    tree({
      [`${cpu}/cpu0/cpufreq/scaling_governor`]: 'schedutil',
      [`${cpu}/cpu1/cpufreq/scaling_governor`]: 'performance',
      [`${cpu}/cpufreq/boost`]: '1',
    });
    expect(readLinuxPower(root, false).governor).toBe('performance+schedutil');
  });

  test('plans of Windows are known by identifier in any language, those of macOS by number', () => {
    expect(
      parseWindowsPlan('GUID des Energieschemas: 381b4222-f694-41f0-9685-ff5bb260df2e  (Ausbalanciert)\r\n'),
    ).toBe('balanced');
    expect(parseWindowsPlan('Power Scheme GUID: 11111111-2222-3333-4444-555555555555  (Vendor Turbo)')).toBe(
      'Vendor Turbo',
    );
    expect(parseWindowsPlan('nothing')).toBeNull();
    expect(parseMacMode(' sleep                1\n lowpowermode         1\n')).toBe('low power');
    expect(parseMacMode(' lowpowermode         0\n')).toBe('automatic');
    expect(parseMacMode('')).toBeNull();
  });
});

describe('sensors', () => {
  test('the clock is that of the fastest core', () => {
    tree({
      [`${cpu}/cpu0/cpufreq/scaling_cur_freq`]: '1200000',
      [`${cpu}/cpu1/cpufreq/scaling_cur_freq`]: '4900000',
    });
    expect(readCpuClockMhz(root)).toMatchObject({ available: true, value: 4900 });
  });

  test("a guest's clock is absent, not the nominal one", () => {
    tree({ 'proc/cpuinfo': 'processor\t: 0\ncpu MHz\t\t: 2596.122\nflags\t\t: fpu hypervisor avx2' });
    expect(readCpuClockMhz(root).available).toBe(false);
    tree({ 'proc/cpuinfo': 'processor\t: 0\ncpu MHz\t\t: 2596.122\nflags\t\t: fpu avx2' });
    expect(readCpuClockMhz(root)).toMatchObject({ available: true, value: 2596.122 });
  });

  test("the temperature is the package's, not that of a disk, a broken sensor or AMD's fan control", () => {
    const hwmon = 'sys/class/hwmon';
    tree({
      [`${hwmon}/hwmon0/name`]: 'nvme',
      [`${hwmon}/hwmon0/temp1_input`]: '71850',
      [`${hwmon}/hwmon1/name`]: 'k10temp',
      [`${hwmon}/hwmon1/temp1_input`]: '81000',
      [`${hwmon}/hwmon1/temp1_label`]: 'Tctl',
      [`${hwmon}/hwmon1/temp2_input`]: '54000',
      [`${hwmon}/hwmon1/temp2_label`]: 'Tdie',
      [`${hwmon}/hwmon1/temp3_input`]: '-273000',
    });
    expect(readCpuTemperatureC(root)).toEqual({ available: true, value: 54, method: 'hwmon Tdie' });
  });

  test("Intel's count of thermal throttling is the package's, absent where the kernel keeps none", () => {
    expect(readCpuThrottleCount(root).available).toBe(false);
    const cpu = 'sys/devices/system/cpu';
    tree({
      [`${cpu}/cpu0/thermal_throttle/package_throttle_count`]: '12',
      [`${cpu}/cpu0/thermal_throttle/core_throttle_count`]: '3',
      [`${cpu}/cpu1/thermal_throttle/package_throttle_count`]: '12',
    });
    expect(readCpuThrottleCount(root)).toMatchObject({ available: true, value: 12 });
  });

  test('a board without hwmon gives its thermal zone', () => {
    tree({
      'sys/class/thermal/thermal_zone0/type': 'acpitz',
      'sys/class/thermal/thermal_zone0/temp': '27800',
      'sys/class/thermal/thermal_zone1/type': 'cpu-thermal',
      'sys/class/thermal/thermal_zone1/temp': '52345',
    });
    expect(readCpuTemperatureC(root)).toMatchObject({ available: true, value: 52.345 });
  });

  test('energy is summed over packages, and a counter that wrapped is mended', () => {
    const zone = 'sys/class/powercap/intel-rapl:0';
    const files = (microjoules: number): Record<string, string> => ({
      [`${zone}/name`]: 'package-0',
      [`${zone}/energy_uj`]: String(microjoules),
      [`${zone}/max_energy_range_uj`]: '262143328850',
      'sys/class/powercap/intel-rapl:0:0/name': 'core',
      'sys/class/powercap/intel-rapl:0:0/energy_uj': '5',
    });
    tree(files(262143000000));
    const before = readPackageEnergy(root);
    tree(files(1671150));
    expect(energyBetweenJ(before, readPackageEnergy(root))).toBeCloseTo(2, 9);
  });

  test('energy never runs backwards, wherever the counter stands', () => {
    fc.assert(
      fc.property(fc.nat(262143), fc.nat(262143), (start, moved) => {
        const at = (microjoules: number) => ({
          available: true as const,
          packages: [{ name: 'package-0', microjoules, rangeMicrojoules: 262144 }],
        });
        expect(energyBetweenJ(at(start), at((start + moved) % 262144))).toBeCloseTo(moved / 1e6, 9);
      }),
    );
  });

  test('a machine without any sensor gives reasons', () => {
    for (const reading of [readCpuClockMhz(root), readCpuTemperatureC(root), readPackageEnergy(root)]) {
      expect(reading).toMatchObject({ available: false, reason: expect.stringMatching(/\w{3}/) as string });
    }
    expect(energyBetweenJ(readPackageEnergy(root), readPackageEnergy(root))).toBeNull();
  });
});

describe('graphics cards in /sys', () => {
  const card = 'sys/class/drm/card1/device';

  test('a Radeon gives memory, driver and sensors; a display-only chip is no GPU', () => {
    tree({
      [`${card}/drm/renderD128/dev`]: '226:128',
      [`${card}/vendor`]: '0x1002',
      [`${card}/device`]: '0x744c',
      [`${card}/uevent`]: 'DRIVER=amdgpu\nPCI_CLASS=30000',
      [`${card}/mem_info_vram_total`]: '25753026560',
      [`${card}/mem_info_vram_used`]: '1048576',
      [`${card}/hwmon/hwmon4/power1_average`]: '97000000',
      [`${card}/hwmon/hwmon4/freq1_input`]: '2500000000',
      'sys/class/drm/card0/device/vendor': '0x1a03',
      'sys/class/drm/card1-DP-1/status': 'connected',
    });
    expect(readDrmAdapters(root)).toEqual([
      { name: 'AMD GPU 0x744c', vendor: 'AMD', memoryBytes: 25753026560, driver: 'amdgpu' },
    ]);
    expect(readAmdSensors(root)).toMatchObject({
      powerW: { available: true, value: 97 },
      clockMhz: { available: true, value: 2500 },
      temperatureC: { available: false },
      memoryUsedBytes: { available: true, value: 1048576 },
    });
  });
});

test("the kernel's lists of processors are read back as written", () => {
  expect(parseCpuList('0-3,8,10-11')).toEqual([0, 1, 2, 3, 8, 10, 11]);
  expect(parseCpuList('')).toEqual([]);
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(500)), (cpus) => {
      const sorted = cpus.toSorted((a, b) => a - b);
      expect(parseCpuList(sorted.join(','))).toEqual(sorted);
    }),
  );
});

describe('the report of the sensors', () => {
  test('names each with its way and value, or why it cannot be read', async () => {
    tree({
      [`${cpu}/cpu0/cpufreq/scaling_cur_freq`]: '3200000',
      'sys/class/hwmon/hwmon0/name': 'k10temp',
      'sys/class/hwmon/hwmon0/temp1_input': '61500',
      'sys/class/hwmon/hwmon0/temp1_label': 'Tdie',
      'sys/class/powercap/intel-rapl:0/name': 'package-0',
      'sys/class/powercap/intel-rapl:0/energy_uj': '5000000',
      'sys/class/powercap/intel-rapl:0/max_energy_range_uj': '262143328850',
    });
    const report = new Map((await readSensors(root)).map(({ kind, reading }) => [kind, reading]));
    expect([...report.keys()].sort()).toEqual([...sensorKinds].sort());
    expect(report.get('cpu-clock')).toMatchObject({ value: 3200, method: 'cpufreq scaling_cur_freq' });
    expect(report.get('cpu-temperature')).toMatchObject({ value: 61.5, method: 'hwmon Tdie' });
    // The counter of this tree stands still.
    expect(report.get('cpu-power')).toMatchObject({ available: true, value: 0 });
    rmSync(join(root, 'sys/class/powercap'), { recursive: true });
    const without = (await readSensors(root)).find(({ kind }) => kind === 'cpu-power');
    expect(without?.reading).toMatchObject({
      available: false,
      reason: expect.stringContaining('RAPL') as string,
    });
  });
});
