import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Machine, ReadinessWarning } from '../../preload/contract.ts';
import { detectMachine } from '../../main/hardware/machine.ts';
import { checkReadiness, type Conditions, judgeReadiness } from '../../main/hardware/readiness.ts';
import { busyCores } from '../../main/hardware/sensors.ts';

const calm: Conditions = {
  competingCores: 0.05,
  cpuTemperatureC: { available: true, value: 45, method: 'hwmon' },
  freeMemoryBytes: 16e9,
  freeDiskBytes: 100e9,
  energyPreference: null,
};

const here = await detectMachine();
const onMains: Machine = { ...here, power: { source: 'mains', governor: 'performance' } };

const codes = (machine: Machine, now: Partial<Conditions>): string[] =>
  judgeReadiness(machine, { ...calm, ...now }).map((warning) => warning.code);

describe('before measuring', () => {
  test('a calm machine gets no warning', () => {
    expect(codes(onMains, {})).toEqual([]);
  });

  test.each<[string, Partial<Conditions>]>([
    ['load', { competingCores: 1 + here.cpu.logicalCores / 2 }],
    ['temperature', { cpuTemperatureC: { available: true, value: 91, method: 'hwmon' } }],
    ['memory', { freeMemoryBytes: 5e8 }],
    ['disk', { freeDiskBytes: 5e8 }],
  ])('%s is warned of', (code, now) => {
    expect(codes(onMains, now)).toEqual([code]);
  });

  test('what cannot be read is not warned of', () => {
    const blind: Partial<Conditions> = {
      cpuTemperatureC: { available: false, reason: 'none' },
      freeMemoryBytes: null,
      freeDiskBytes: null,
    };
    expect(codes({ ...onMains, power: { source: 'unknown', governor: null } }, blind)).toEqual([]);
  });

  test('battery and a saving governor are warned of', () => {
    const saving: Machine = { ...here, power: { source: 'battery', governor: 'powersave' } };
    expect(codes(saving, { energyPreference: 'balance_power' })).toEqual(['battery', 'governor']);
  });

  test('intel_pstate\'s "powersave" with preference for performance is fine: the name misleads', () => {
    const pstate: Machine = { ...here, power: { source: 'mains', governor: 'powersave' } };
    expect(codes(pstate, { energyPreference: 'performance' })).toEqual([]);
  });

  test('this machine is judged within the contract, for a data folder that does not exist yet as well', async () => {
    const warnings = await checkReadiness(here, join(tmpdir(), 'no', 'such', 'folder'));
    for (const warning of warnings) ReadinessWarning.parse(warning);
  });
});

test('busy cores are the share of time that was not idle', () => {
  const before = { idleMs: 1000, totalMs: 2000 };
  expect(busyCores(before, { idleMs: 1100, totalMs: 2100 })).toBe(0);
  expect(busyCores(before, { idleMs: 1000, totalMs: 2100 })).toBeGreaterThanOrEqual(1);
  expect(busyCores(before, before)).toBe(0);
});
