import { graphics } from 'systeminformation';
import type { Gpu } from '../../preload/contract.ts';
import { identityTimeoutMs, withinTime } from './command.ts';
import { detectNvidiaGpus, type NvidiaGpu } from './nvidiaSmi.ts';
import { isSoftwareAdapter } from './softwareAdapter.ts';
import { listSystemFolder, readSystemFile, readSystemNumber } from './systemFiles.ts';

const vendorNames: readonly (readonly [RegExp, string])[] = [
  [/nvidia/i, 'NVIDIA'],
  [/\bamd\b|advanced micro devices|\bati\b/i, 'AMD'],
  [/intel/i, 'Intel'],
  [/apple/i, 'Apple'],
  [/qualcomm/i, 'Qualcomm'],
  [/microsoft/i, 'Microsoft'],
];

/** A graphics adapter that some source told of, before the sources are put together. */
export interface AdapterSighting {
  readonly name: string;
  readonly vendor: string;
  readonly memoryBytes: number | null;
  readonly driver: string | null;
}

/**
 * The GPUs here. NVIDIA's own tool knows its cards best (memory, driver, MIG); the system's list has the others;
 * /sys/class/drm fills in where no list can be had (no lspci in a container).
 */
export async function detectGpus(): Promise<Gpu[]> {
  const [nvidia, controllers] = await Promise.all([
    detectNvidiaGpus(),
    withinTime(
      graphics().then((found) => found.controllers),
      identityTimeoutMs,
      [],
    ),
  ]);
  const listed = controllers.map((controller): AdapterSighting => ({
    name: (controller.name ?? controller.model) || controller.vendor,
    vendor: controller.vendor,
    memoryBytes:
      controller.vram === null || controller.vram <= 0 || controller.vramDynamic
        ? null
        : controller.vram * 1024 * 1024,
    driver:
      controller.driverVersion === undefined || controller.driverVersion === ''
        ? null
        : controller.driverVersion,
  }));
  const drm = process.platform === 'linux' ? readDrmAdapters('') : [];
  return mergeGpus(nvidia, listed, drm);
}

/** Puts the sources together; cards that nvidia-smi lists are not taken a second time from elsewhere. */
export function mergeGpus(
  nvidia: readonly NvidiaGpu[],
  listed: readonly AdapterSighting[],
  drm: readonly AdapterSighting[],
): Gpu[] {
  const fromNvidia = nvidia.map((gpu): Gpu => ({
    name: gpu.name,
    vendor: 'NVIDIA',
    memoryBytes: gpu.memoryBytes,
    driver: gpu.driver,
    software: false,
  }));
  const others = (listed.length > 0 ? enrich(listed, drm) : drm)
    .map((adapter): Gpu => ({
      ...adapter,
      vendor: vendorOf(`${adapter.vendor} ${adapter.name}`) ?? (adapter.vendor || 'unknown'),
      software: isSoftwareAdapter(adapter.name),
    }))
    .filter((gpu) => gpu.vendor !== 'NVIDIA' || fromNvidia.length === 0);
  return [...fromNvidia, ...others];
}

/** lspci knows the name, the kernel knows memory and driver: taken over where a vendor has exactly one card in each list. */
function enrich(listed: readonly AdapterSighting[], drm: readonly AdapterSighting[]): AdapterSighting[] {
  return listed.map((adapter) => {
    const vendor = vendorOf(`${adapter.vendor} ${adapter.name}`);
    const same = (other: AdapterSighting): boolean => vendorOf(`${other.vendor} ${other.name}`) === vendor;
    const twins = drm.filter(same);
    const twin = twins[0];
    if (vendor === null || twin === undefined || twins.length > 1 || listed.filter(same).length > 1)
      return adapter;
    return {
      ...adapter,
      memoryBytes: twin.memoryBytes ?? adapter.memoryBytes,
      driver: adapter.driver ?? twin.driver,
    };
  });
}

const pciVendors: Readonly<Record<string, string>> = {
  '0x10de': 'NVIDIA',
  '0x1002': 'AMD',
  '0x8086': 'Intel',
  '0x1af4': 'Red Hat virtio',
  '0x1234': 'QEMU',
  '0x15ad': 'VMware',
  '0x5143': 'Qualcomm',
};

/** Cards of /sys/class/drm below `root`; display-only chips without a render node are left out. */
export function readDrmAdapters(root: string): AdapterSighting[] {
  const folder = `${root}/sys/class/drm`;
  return listSystemFolder(folder)
    .filter((name) => /^card\d+$/.test(name))
    .flatMap((card) => {
      const device = `${folder}/${card}/device`;
      if (!listSystemFolder(`${device}/drm`).some((name) => name.startsWith('renderD'))) return [];
      const uevent = readSystemFile(`${device}/uevent`) ?? '';
      const kernelDriver = /^DRIVER=(.+)$/m.exec(uevent)?.[1] ?? null;
      const vendorId = readSystemFile(`${device}/vendor`);
      const deviceId = readSystemFile(`${device}/device`);
      const vendor = vendorId === null ? (kernelDriver ?? 'unknown') : (pciVendors[vendorId] ?? vendorId);
      const product = readSystemFile(`${device}/product_name`);
      const name = product !== null && product !== '' ? product : `${vendor} GPU ${deviceId ?? ''}`.trim();
      const moduleVersion =
        kernelDriver === null ? null : readSystemFile(`${root}/sys/module/${kernelDriver}/version`);
      const driver = [kernelDriver, moduleVersion].filter((part) => part !== null).join(' ');
      return [
        {
          name,
          vendor,
          memoryBytes: readSystemNumber(`${device}/mem_info_vram_total`),
          driver: driver === '' ? null : driver,
        },
      ];
    });
}

function vendorOf(text: string): string | null {
  return vendorNames.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
