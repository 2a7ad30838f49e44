/**
 * ARM's /proc/cpuinfo gives numbers where x86 gives a name. Implementer and part numbers as in ARM's technical reference
 * manuals (MIDR_EL1), for the cores that people run networks on; an unlisted core keeps its numbers.
 */
const implementers: Readonly<Record<string, string>> = {
  '0x41': 'ARM',
  '0x46': 'Fujitsu',
  '0x48': 'HiSilicon',
  '0x4e': 'NVIDIA',
  '0x51': 'Qualcomm',
  '0x61': 'Apple',
  '0xc0': 'Ampere',
};

const parts: Readonly<Record<string, string>> = {
  '0x41:0xc07': 'Cortex-A7',
  '0x41:0xd03': 'Cortex-A53',
  '0x41:0xd04': 'Cortex-A35',
  '0x41:0xd05': 'Cortex-A55',
  '0x41:0xd07': 'Cortex-A57',
  '0x41:0xd08': 'Cortex-A72',
  '0x41:0xd09': 'Cortex-A73',
  '0x41:0xd0a': 'Cortex-A75',
  '0x41:0xd0b': 'Cortex-A76',
  '0x41:0xd0c': 'Neoverse-N1',
  '0x41:0xd0d': 'Cortex-A77',
  '0x41:0xd40': 'Neoverse-V1',
  '0x41:0xd41': 'Cortex-A78',
  '0x41:0xd42': 'Cortex-A78AE',
  '0x41:0xd44': 'Cortex-X1',
  '0x41:0xd46': 'Cortex-A510',
  '0x41:0xd47': 'Cortex-A710',
  '0x41:0xd49': 'Neoverse-N2',
  '0x41:0xd4d': 'Cortex-A715',
  '0x41:0xd4f': 'Neoverse-V2',
  '0x41:0xd80': 'Cortex-A520',
  '0x41:0xd81': 'Cortex-A720',
  '0x41:0xd84': 'Neoverse-V3',
  '0x41:0xd8e': 'Neoverse-N3',
  '0x46:0x001': 'A64FX',
  '0x48:0xd01': 'Kunpeng-920',
  '0x4e:0x004': 'Carmel',
  '0x51:0x001': 'Oryon',
  '0xc0:0xac3': 'Ampere-1',
  '0xc0:0xac4': 'Ampere-1a',
};

/** Vendor and core of an implementer and part number as /proc/cpuinfo prints them ("0x41", "0xd0c"). */
export function armCore(implementer: string, part: string): { vendor: string; core: string } {
  const key = `${implementer}:${part}`;
  return { vendor: implementers[implementer] ?? implementer, core: parts[key] ?? `ARM core ${key}` };
}
