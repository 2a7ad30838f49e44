/**
 * Instruction sets that decide how fast a network runs, in the words people use. Each row names one set and how each
 * system spells it: `linux` as in /proc/cpuinfo (x86 `flags`, ARM `Features`), `darwin` as in sysctl's hw.optional,
 * `windows` as the argument of IsProcessorFeaturePresent (winnt.h's PF_ constants; it knows no VNNI, BF16 or AMX of
 * x86, so a Windows list is honest but shorter). The order is that of the screen: older and narrower first.
 */
interface InstructionSet {
  readonly name: string;
  readonly linux: readonly string[];
  readonly darwin: readonly string[];
  readonly windows: number | null;
}

export const instructionSets: readonly InstructionSet[] = [
  { name: 'SSE4.2', linux: ['sse4_2'], darwin: ['sse4_2'], windows: 38 },
  { name: 'AVX', linux: ['avx'], darwin: ['avx1_0'], windows: 39 },
  { name: 'F16C', linux: ['f16c'], darwin: ['f16c'], windows: null },
  { name: 'FMA', linux: ['fma'], darwin: ['fma'], windows: null },
  { name: 'AVX2', linux: ['avx2'], darwin: ['avx2_0'], windows: 40 },
  { name: 'AVX-VNNI', linux: ['avx_vnni'], darwin: [], windows: null },
  { name: 'AVX-VNNI-INT8', linux: ['avx_vnni_int8'], darwin: [], windows: null },
  { name: 'AVX-512F', linux: ['avx512f'], darwin: ['avx512f'], windows: 41 },
  { name: 'AVX-512BW', linux: ['avx512bw'], darwin: ['avx512bw'], windows: null },
  { name: 'AVX-512VL', linux: ['avx512vl'], darwin: ['avx512vl'], windows: null },
  { name: 'AVX-512 VNNI', linux: ['avx512_vnni'], darwin: ['avx512vnni'], windows: null },
  { name: 'AVX-512 BF16', linux: ['avx512_bf16'], darwin: [], windows: null },
  { name: 'AVX-512 FP16', linux: ['avx512_fp16'], darwin: [], windows: null },
  { name: 'AMX-TILE', linux: ['amx_tile'], darwin: [], windows: null },
  { name: 'AMX-INT8', linux: ['amx_int8'], darwin: [], windows: null },
  { name: 'AMX-BF16', linux: ['amx_bf16'], darwin: [], windows: null },
  { name: 'AMX-FP16', linux: ['amx_fp16'], darwin: [], windows: null },
  { name: 'NEON', linux: ['asimd', 'neon'], darwin: ['neon', 'AdvSIMD', 'arm.AdvSIMD'], windows: 19 },
  { name: 'FP16', linux: ['asimdhp'], darwin: ['arm.FEAT_FP16', 'neon_fp16'], windows: 67 },
  { name: 'DotProd', linux: ['asimddp'], darwin: ['arm.FEAT_DotProd'], windows: 43 },
  { name: 'I8MM', linux: ['i8mm'], darwin: ['arm.FEAT_I8MM'], windows: 66 },
  { name: 'BF16', linux: ['bf16'], darwin: ['arm.FEAT_BF16'], windows: 68 },
  { name: 'SVE', linux: ['sve'], darwin: [], windows: 46 },
  { name: 'SVE2', linux: ['sve2'], darwin: [], windows: 47 },
  { name: 'SME', linux: ['sme'], darwin: ['arm.FEAT_SME'], windows: 70 },
  { name: 'SME2', linux: ['sme2'], darwin: ['arm.FEAT_SME2'], windows: 71 },
];

/** Names for the flags of /proc/cpuinfo. Only AMD's `sme` collides: there it is memory encryption, so ask for ARM apart. */
export function instructionSetsOfLinuxFlags(flags: Iterable<string>, arm: boolean): string[] {
  const present = new Set(flags);
  if (!arm) present.delete('sme');
  return instructionSets.filter((set) => set.linux.some((flag) => present.has(flag))).map((set) => set.name);
}

/** Names for the text of `sysctl hw.optional` ("hw.optional.arm.FEAT_I8MM: 1"). */
export function instructionSetsOfSysctl(text: string): string[] {
  const present = new Set<string>();
  for (const line of text.split('\n')) {
    const match = /^hw\.optional\.(\S+):\s*1\s*$/.exec(line.trim());
    if (match?.[1] !== undefined) present.add(match[1]);
  }
  return instructionSets.filter((set) => set.darwin.some((key) => present.has(key))).map((set) => set.name);
}

/** Names for a list of numbers for which Windows' IsProcessorFeaturePresent said yes. On x64 number 19 never is one. */
export function instructionSetsOfWindowsFeatures(text: string): string[] {
  const present = new Set((text.match(/\d+/g) ?? []).map(Number));
  return instructionSets
    .filter((set) => set.windows !== null && present.has(set.windows))
    .map((set) => set.name);
}
