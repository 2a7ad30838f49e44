import os from 'node:os';
import type { Reading } from '../../preload/contract.ts';
import { listSystemFolder, readSystemFile, readSystemNumber } from './systemFiles.ts';

/**
 * The processor's sensors. Each is a handful of small files (well under a millisecond), or absent with the reason; `root`
 * stands in for `/` in tests. Even so they belong between timed windows, never inside one.
 */

/** Clock in MHz of the fastest core just now, which is where a single busy thread runs. */
export function readCpuClockMhz(root = ''): Reading {
  const folder = `${root}/sys/devices/system/cpu`;
  const clocksKhz = listSystemFolder(folder)
    .filter((name) => /^cpu\d+$/.test(name))
    .map((name) => readSystemNumber(`${folder}/${name}/cpufreq/scaling_cur_freq`))
    .filter((clock) => clock !== null);
  if (clocksKhz.length > 0) return reading(Math.max(...clocksKhz) / 1000, 'cpufreq scaling_cur_freq');
  const text = readSystemFile(`${root}/proc/cpuinfo`);
  if (text === null) return absent(onlyLinux('clock'));
  if (/^flags\s*:.*\bhypervisor\b/m.test(text)) {
    return absent('A virtual machine shows its nominal clock, not the real one.');
  }
  const clocksMhz = [...text.matchAll(/^cpu MHz\s*:\s*([\d.]+)/gm)].map((match) => Number(match[1]));
  if (clocksMhz.length === 0) return absent('This kernel does not tell the clock.');
  return reading(Math.max(...clocksMhz), '/proc/cpuinfo cpu MHz');
}

/**
 * How often the processor has slowed itself down because of heat, since the machine was started: Intel's count, of the
 * package where there is one and of its hottest core else. A count that rises says what a clock read between runs may miss.
 */
export function readCpuThrottleCount(root = ''): Reading {
  const folder = `${root}/sys/devices/system/cpu`;
  const counts = ['package_throttle_count', 'core_throttle_count'].flatMap((name) => {
    const values = listSystemFolder(folder)
      .filter((cpu) => /^cpu\d+$/.test(cpu))
      .map((cpu) => readSystemNumber(`${folder}/${cpu}/thermal_throttle/${name}`))
      .filter((count) => count !== null);
    return values.length === 0 ? [] : [{ name, most: Math.max(...values) }];
  });
  const [first] = counts;
  if (first !== undefined) return reading(first.most, `thermal_throttle ${first.name}`);
  return absent(
    process.platform === 'linux'
      ? 'This kernel keeps no count of thermal throttling here.'
      : onlyLinux('throttling'),
  );
}

const cpuChips =
  /^(?:coretemp|k10temp|zenpower|cpu_thermal|cpu-thermal|soc_thermal|scpi_sensors|bigcore\d*_thermal)$/;
const cpuZones = /^(?:x86_pkg_temp|cpu|soc|bigcore|littlecore)/i;

/** Temperature in °C of the processor: its package sensor where there is one, else the hottest core. */
export function readCpuTemperatureC(root = ''): Reading {
  const hwmon = `${root}/sys/class/hwmon`;
  for (const chip of listSystemFolder(hwmon).map((name) => `${hwmon}/${name}`)) {
    if (!cpuChips.test(readSystemFile(`${chip}/name`) ?? '')) continue;
    const sensors = listSystemFolder(chip)
      .filter((file) => /^temp\d+_input$/.test(file))
      .map((file) => ({
        label: readSystemFile(`${chip}/${file.replace('_input', '_label')}`) ?? '',
        celsius: plausibleCelsius(readSystemNumber(`${chip}/${file}`)),
      }))
      .filter((sensor): sensor is { label: string; celsius: number } => sensor.celsius !== null);
    // Tctl is Tdie plus an offset on some AMD parts: it steers the fan and is not a temperature.
    const best =
      sensors.find((sensor) => sensor.label === 'Tdie') ??
      sensors.find((sensor) => /^Package id|^Tctl/.test(sensor.label));
    if (best !== undefined) return reading(best.celsius, `hwmon ${best.label}`);
    if (sensors.length > 0)
      return reading(Math.max(...sensors.map((sensor) => sensor.celsius)), 'hwmon, hottest');
  }
  const zones = `${root}/sys/class/thermal`;
  const celsius = listSystemFolder(zones)
    .filter((name) => name.startsWith('thermal_zone'))
    .filter((name) => cpuZones.test(readSystemFile(`${zones}/${name}/type`) ?? ''))
    .map((name) => plausibleCelsius(readSystemNumber(`${zones}/${name}/temp`)))
    .filter((value) => value !== null);
  if (celsius.length > 0) return reading(Math.max(...celsius), 'thermal zone, hottest');
  return absent(
    process.platform === 'linux'
      ? 'No temperature sensor of the processor is exposed here.'
      : onlyLinux('temperature'),
  );
}

/** Sensors report millidegrees; broken ones report 0, or values that no running chip has. */
function plausibleCelsius(millidegrees: number | null): number | null {
  return millidegrees !== null && millidegrees > 1_000 && millidegrees < 150_000 ? millidegrees / 1000 : null;
}

/** Energy counters of the processor packages (Intel's and AMD's RAPL), as they stand. */
export type EnergyReading =
  | { readonly available: true; readonly packages: readonly EnergyCounter[] }
  | { readonly available: false; readonly reason: string };

export interface EnergyCounter {
  readonly name: string;
  readonly microjoules: number;
  /** The counter starts again at 0 after this value. */
  readonly rangeMicrojoules: number;
}

/** Reads RAPL through powercap. Since Linux 5.10 (CVE-2020-8694) only root may. It counts the package, not the process. */
export function readPackageEnergy(root = ''): EnergyReading {
  const folder = `${root}/sys/class/powercap`;
  const zones = listSystemFolder(folder)
    .filter((name) => /^intel-rapl:\d+$/.test(name))
    .map((name) => `${folder}/${name}`)
    .filter((zone) => /^package/.test(readSystemFile(`${zone}/name`) ?? ''));
  if (zones.length === 0) {
    return {
      available: false,
      reason:
        process.platform === 'linux'
          ? 'This machine exposes no energy counter (RAPL).'
          : onlyLinux('energy counter'),
    };
  }
  const packages = zones.flatMap((zone): EnergyCounter[] => {
    const microjoules = readSystemNumber(`${zone}/energy_uj`);
    const rangeMicrojoules = readSystemNumber(`${zone}/max_energy_range_uj`);
    if (microjoules === null || rangeMicrojoules === null) return [];
    return [{ name: readSystemFile(`${zone}/name`) ?? zone, microjoules, rangeMicrojoules }];
  });
  if (packages.length === 0)
    return { available: false, reason: 'Only root may read the energy counter (RAPL).' };
  return { available: true, packages };
}

/**
 * Joules of all packages from one reading to a later one. A counter that became smaller wrapped once; at 200 W the common
 * range of 262 kJ wraps every 22 minutes, so readings must not lie further apart. Null where either is absent.
 */
export function energyBetweenJ(before: EnergyReading, after: EnergyReading): number | null {
  if (!before.available || !after.available || before.packages.length !== after.packages.length) return null;
  return after.packages.reduce((sum, counter, i) => {
    const start = before.packages[i]?.microjoules ?? counter.microjoules;
    const moved = counter.microjoules - start;
    return sum + (moved >= 0 ? moved : moved + counter.rangeMicrojoules) / 1e6;
  }, 0);
}

/** CPU time of the whole machine since its start, all cores together, in ms. A container sees its host's. */
export interface CpuTimes {
  readonly idleMs: number;
  readonly totalMs: number;
}

export function readCpuTimes(): CpuTimes {
  let idleMs = 0;
  let totalMs = 0;
  for (const { times } of os.cpus()) {
    idleMs += times.idle;
    totalMs += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { idleMs, totalMs };
}

/** Cores that were busy on average between two readings; 0 where no time passed. */
export function busyCores(before: CpuTimes, after: CpuTimes): number {
  const total = after.totalMs - before.totalMs;
  if (total <= 0) return 0;
  return Math.max(0, 1 - (after.idleMs - before.idleMs) / total) * os.cpus().length;
}

function reading(value: number, method: string): Reading {
  return { available: true, value, method };
}

function absent(reason: string): Reading {
  return { available: false, reason };
}

function onlyLinux(what: string): string {
  return process.platform === 'win32'
    ? `Windows tells the processor's ${what} to drivers only.`
    : `macOS tells the processor's ${what} to root only.`;
}
