import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  instructionSets,
  instructionSetsOfLinuxFlags,
  instructionSetsOfSysctl,
  instructionSetsOfWindowsFeatures,
} from '../../main/hardware/instructionSets.ts';
import { parseProcessorText } from '../../main/hardware/processorText.ts';

function recorded(path: string): string {
  return readFileSync(new URL(`./fixtures/${path}.txt`, import.meta.url), 'utf8');
}

const avx512 = ['AVX-512F', 'AVX-512BW', 'AVX-512VL', 'AVX-512 VNNI', 'AVX-512 BF16'];
const upToAvx2 = ['SSE4.2', 'AVX', 'F16C', 'FMA', 'AVX2'];

describe('a recorded /proc/cpuinfo gives the processor in the words people use', () => {
  test('Intel Sapphire Rapids, a guest with two threads of one core', () => {
    expect(parseProcessorText(recorded('cpuinfo/intel-sapphire-rapids-guest'))).toEqual({
      model: 'Intel(R) Xeon(R) Platinum 8488C',
      vendor: 'Intel',
      physicalCores: 1,
      processors: 2,
      isa: [...upToAvx2, 'AVX-VNNI', ...avx512, 'AVX-512 FP16', 'AMX-TILE', 'AMX-INT8', 'AMX-BF16'],
      hypervisor: true,
    });
  });

  test('Intel Granite Rapids on the metal is not taken for a guest, for all its vmx flags', () => {
    const cpu = parseProcessorText(recorded('cpuinfo/intel-granite-rapids'));
    expect(cpu.hypervisor).toBe(false);
    expect(cpu.isa).toContain('AMX-BF16');
  });

  test('AMD Zen 4 has AVX-512 VNNI and BF16, but no AVX-VNNI and no AMX', () => {
    const cpu = parseProcessorText(recorded('cpuinfo/amd-zen4'));
    expect(cpu).toMatchObject({ vendor: 'AMD', physicalCores: 8, processors: 16, hypervisor: false });
    expect(cpu.isa).toEqual([...upToAvx2, ...avx512]);
  });

  test('AMD Zen 5 adds AVX-VNNI', () => {
    const cpu = parseProcessorText(recorded('cpuinfo/amd-zen5-guest'));
    expect(cpu).toMatchObject({ model: 'AMD EPYC', vendor: 'AMD', physicalCores: 2, hypervisor: true });
    expect(cpu.isa).toEqual([...upToAvx2, 'AVX-VNNI', ...avx512]);
  });

  test('ARM Neoverse N1 and N2', () => {
    const n1 = parseProcessorText(recorded('cpuinfo/arm-neoverse-n1'));
    expect(n1).toMatchObject({ model: 'Neoverse-N1', vendor: 'ARM', physicalCores: null, hypervisor: null });
    expect(n1.isa).toEqual(['NEON', 'FP16', 'DotProd']);
    const n2 = parseProcessorText(recorded('cpuinfo/arm-neoverse-n2'));
    expect(n2.model).toBe('Neoverse-N2');
    expect(n2.isa).toEqual(['NEON', 'FP16', 'DotProd', 'I8MM', 'BF16', 'SVE', 'SVE2']);
  });

  test('Raspberry Pi 4 (both word sizes) and 5', () => {
    expect(parseProcessorText(recorded('cpuinfo/raspberry-pi-4'))).toMatchObject({
      model: 'Cortex-A72',
      processors: 4,
      isa: ['NEON'],
    });
    expect(parseProcessorText(recorded('cpuinfo/raspberry-pi-4-32bit'))).toMatchObject({
      model: 'Cortex-A72',
      processors: 4,
      isa: ['NEON'],
    });
    expect(parseProcessorText(recorded('cpuinfo/raspberry-pi-5'))).toMatchObject({
      model: 'Cortex-A76',
      isa: ['NEON', 'FP16', 'DotProd'],
    });
  });
});

test('only processors that this process may use are counted', () => {
  const cpu = parseProcessorText(recorded('cpuinfo/amd-zen4'), new Set([0, 1, 2]));
  expect(cpu).toMatchObject({ processors: 3, physicalCores: 2 });
});

test('of unequal cores every kind is named, and only what all of them can do is listed', () => {
  const text = ['0xd05', '0xd0b']
    .map(
      (part, i) =>
        `processor\t: ${i}\nFeatures\t: fp asimd${i === 0 ? '' : ' asimddp'}\nCPU implementer\t: 0x41\nCPU part\t: ${part}\n`,
    )
    .join('\n');
  expect(parseProcessorText(text)).toMatchObject({ model: 'Cortex-A55 + Cortex-A76', isa: ['NEON'] });
});

test("AMD's memory encryption is not taken for ARM's matrix extension of the same name", () => {
  expect(instructionSetsOfLinuxFlags(['sme', 'avx2'], false)).toEqual(['AVX2']);
  expect(instructionSetsOfLinuxFlags(['sme', 'asimd'], true)).toEqual(['NEON', 'SME']);
});

test('macOS: recorded sysctl keys of Apple and Intel processors', () => {
  expect(instructionSetsOfSysctl(recorded('sysctl/apple-m1'))).toEqual(['NEON', 'FP16', 'DotProd']);
  expect(instructionSetsOfSysctl(recorded('sysctl/apple-m4-max'))).toEqual([
    'NEON',
    'FP16',
    'DotProd',
    'I8MM',
    'BF16',
    'SME',
    'SME2',
  ]);
  expect(instructionSetsOfSysctl(recorded('sysctl/intel-mac'))).toEqual(upToAvx2);
});

test('Windows: numbers of present features', () => {
  expect(instructionSetsOfWindowsFeatures('2 3 6 8 10 13 36 37 38 39 40\r\n')).toEqual([
    'SSE4.2',
    'AVX',
    'AVX2',
  ]);
  expect(instructionSetsOfWindowsFeatures('19 29 30 31 34 43')).toEqual(['NEON', 'DotProd']);
});

test('any text is read without an exception, and only known names come out', () => {
  const names = new Set(instructionSets.map((set) => set.name));
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), (text) => {
      const cpu = parseProcessorText(`processor\t: 0\nflags\t: ${text}\n\n${text}`);
      const all = [...cpu.isa, ...instructionSetsOfSysctl(text), ...instructionSetsOfWindowsFeatures(text)];
      expect(all.every((name) => names.has(name))).toBe(true);
    }),
  );
});
