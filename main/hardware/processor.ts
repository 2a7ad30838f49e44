import os from 'node:os';
import { cpu as systemCpu, system as systemProduct } from 'systeminformation';
import type { Machine } from '../../preload/contract.ts';
import { identityTimeoutMs, runCommand, withinTime } from './command.ts';
import { instructionSetsOfSysctl, instructionSetsOfWindowsFeatures } from './instructionSets.ts';
import { parseProcessorText } from './processorText.ts';
import { listSystemFolder, parseCpuList, readSystemFile, readSystemNumber } from './systemFiles.ts';

export type Processor = Machine['cpu'];

/**
 * The processor as this process may use it: core counts respect affinity and a container's quota
 * (`os.availableParallelism`), instruction sets are those that the operating system lets programs use.
 */
export async function detectProcessor(): Promise<Processor> {
  const [general, product, isa] = await Promise.all([
    withinTime(systemCpu(), identityTimeoutMs, null),
    withinTime(systemProduct(), identityTimeoutMs, null),
    instructionSetsHere(),
  ]);
  const linux = process.platform === 'linux' ? readLinuxProcessor('') : null;
  const logicalCores = os.availableParallelism();
  const generalModel = general === null ? '' : `${general.manufacturer} ${general.brand}`.trim();
  const physicalCores = linux?.physicalCores ?? general?.physicalCores ?? logicalCores;
  return {
    model: linux?.model ?? (generalModel === '' ? (os.cpus()[0]?.model ?? 'unknown') : generalModel),
    vendor: linux?.vendor ?? positiveText(general?.manufacturer) ?? 'unknown',
    physicalCores: Math.max(1, Math.min(physicalCores, logicalCores)),
    logicalCores,
    isa: [...(linux?.isa ?? isa)],
    maxClockMhz: linux?.maxClockMhz ?? positive(general === null ? null : general.speedMax * 1000),
    l3CacheBytes: linux?.l3CacheBytes ?? positive(general?.cache.l3),
    virtualised: linux?.virtualised ?? product?.virtual ?? false,
  };
}

export interface LinuxProcessor {
  readonly model: string | null;
  readonly vendor: string | null;
  readonly physicalCores: number | null;
  readonly isa: readonly string[];
  readonly maxClockMhz: number | null;
  readonly l3CacheBytes: number | null;
  readonly virtualised: boolean | null;
}

/** The processor from /proc and /sys below `root` ('' is this machine). */
export function readLinuxProcessor(root: string): LinuxProcessor {
  const status = readSystemFile(`${root}/proc/self/status`) ?? '';
  const allowedText = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  const allowed = allowedText === undefined ? null : new Set(parseCpuList(allowedText));
  const text = parseProcessorText(readSystemFile(`${root}/proc/cpuinfo`) ?? '', allowed);
  const cpuFolder = `${root}/sys/devices/system/cpu`;
  const cpus = listSystemFolder(cpuFolder)
    .filter((name) => /^cpu\d+$/.test(name) && (allowed?.has(Number(name.slice(3))) ?? true))
    .map((name) => `${cpuFolder}/${name}`);
  const topologyCores = new Set(
    cpus
      .map((cpu) => readSystemFile(`${cpu}/topology/thread_siblings_list`) ?? '')
      .filter((list) => list !== ''),
  );
  const clocksKhz = cpus.map((cpu) => readSystemNumber(`${cpu}/cpufreq/cpuinfo_max_freq`) ?? 0);
  return {
    model: text.model,
    vendor: text.vendor,
    physicalCores: text.physicalCores ?? positive(topologyCores.size),
    isa: text.isa,
    maxClockMhz: positive(Math.max(0, ...clocksKhz) / 1000),
    l3CacheBytes: positive(sumLastLevelCaches(cpus)),
    virtualised: text.hypervisor ?? guestByFirmware(root),
  };
}

/** Bytes of all level-3 caches that the usable cores reach; one that several cores share counts once. */
function sumLastLevelCaches(cpus: readonly string[]): number {
  const sizes = new Map<string, number>();
  for (const cpu of cpus) {
    for (const index of listSystemFolder(`${cpu}/cache`)) {
      const cache = `${cpu}/cache/${index}`;
      if (readSystemFile(`${cache}/level`) !== '3') continue;
      const kib = /^(\d+)K$/.exec(readSystemFile(`${cache}/size`) ?? '')?.[1];
      if (kib !== undefined) sizes.set(readSystemFile(`${cache}/shared_cpu_list`) ?? cpu, Number(kib) * 1024);
    }
  }
  return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** ARM has no hypervisor flag: the firmware's maker tells, on servers by DMI, on small boards by the device tree. */
function guestByFirmware(root: string): boolean | null {
  if (readSystemFile(`${root}/proc/device-tree/hypervisor/compatible`) !== null) return true;
  const maker = readSystemFile(`${root}/sys/class/dmi/id/sys_vendor`);
  const product = readSystemFile(`${root}/sys/class/dmi/id/product_name`);
  if (maker === null && product === null) {
    return readSystemFile(`${root}/proc/device-tree/model`) === null ? null : false;
  }
  if (/\.metal/.test(product ?? '')) return false;
  return /QEMU|KVM|VMware|Xen|Amazon EC2|Google|Microsoft Corporation.*Virtual|OpenStack|Parallels|innotek/i.test(
    `${maker} ${product}`,
  );
}

async function instructionSetsHere(): Promise<readonly string[]> {
  if (process.platform === 'darwin') {
    const said = await runCommand('sysctl', ['hw.optional'], identityTimeoutMs);
    return said.ok ? instructionSetsOfSysctl(said.stdout) : [];
  }
  if (process.platform === 'win32') {
    const said = await runCommand(
      'powershell.exe',
      ['-NoProfile', '-NonInteractive', '-Command', windowsFeatureScript],
      identityTimeoutMs,
    );
    return said.ok ? instructionSetsOfWindowsFeatures(said.stdout) : [];
  }
  return [];
}

const windowsFeatureScript = [
  "$k = Add-Type -PassThru -Namespace Backbench -Name Kernel -MemberDefinition '",
  '[DllImport("kernel32.dll")] public static extern bool IsProcessorFeaturePresent(uint feature);',
  "'; (0..80 | Where-Object { $k::IsProcessorFeaturePresent($_) }) -join ' '",
].join('');

function positive(value: number | null | undefined): number | null {
  return value === null || value === undefined || !(value > 0) ? null : value;
}

function positiveText(text: string | undefined): string | null {
  return text === undefined || text.trim() === '' ? null : text.trim();
}
