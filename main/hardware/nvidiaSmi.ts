import { identityTimeoutMs, runCommand } from './command.ts';

/** One GPU (or one MIG slice of it) as nvidia-smi tells it. */
export interface NvidiaGpu {
  readonly index: number;
  readonly name: string;
  readonly busId: string;
  /** Null on MIG slices and where a container may not read it. */
  readonly memoryBytes: number | null;
  readonly driver: string | null;
  readonly uuid: string;
}

const identityFields = ['index', 'uuid', 'name', 'pci.bus_id', 'memory.total', 'driver_version'];

/** The NVIDIA GPUs here; empty where there is no nvidia-smi, no driver or no answer in time. */
export async function detectNvidiaGpus(): Promise<readonly NvidiaGpu[]> {
  const [gpus, list] = await Promise.all([
    runCommand(
      'nvidia-smi',
      [`--query-gpu=${identityFields.join(',')}`, '--format=csv,noheader,nounits'],
      identityTimeoutMs,
    ),
    runCommand('nvidia-smi', ['-L'], identityTimeoutMs),
  ]);
  return gpus.ok ? parseNvidiaGpus(gpus.stdout, list.ok ? list.stdout : '') : [];
}

/**
 * Reads `nvidia-smi --query-gpu=index,uuid,name,pci.bus_id,memory.total,driver_version --format=csv,noheader,nounits`
 * and `nvidia-smi -L`. A GPU that is cut into MIG slices is replaced by its slices, since a program sees only those.
 * Lines that are no row of the table (warnings, garbage) are left out.
 */
export function parseNvidiaGpus(csv: string, list: string): readonly NvidiaGpu[] {
  const slices = parseMigSlices(list);
  return csv.split('\n').flatMap((line) => {
    const cells = line.split(',').map((cell) => cell.trim());
    const [index, uuid, name, busId, memory, driver] = cells;
    if (cells.length !== identityFields.length || !/^\d+$/.test(index ?? '') || !/^GPU-/.test(uuid ?? ''))
      return [];
    const memoryMib = parseNvidiaNumber(memory ?? '');
    const gpu: NvidiaGpu = {
      index: Number(index),
      uuid: uuid ?? '',
      name: name ?? '',
      busId: busId ?? '',
      memoryBytes: memoryMib === null ? null : memoryMib * 1024 * 1024,
      driver: /^\d/.test(driver ?? '') ? (driver ?? null) : null,
    };
    const own = slices.get(gpu.uuid) ?? [];
    if (own.length === 0) return [gpu];
    return own.map((profile) => ({ ...gpu, name: `${gpu.name} MIG ${profile}`, memoryBytes: null }));
  });
}

/** From `nvidia-smi -L`: the profiles ("3g.20gb") of each GPU's MIG slices, by the GPU's UUID. */
function parseMigSlices(list: string): Map<string, string[]> {
  const slices = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of list.split('\n')) {
    const gpu = /^GPU \d+: .*\(UUID: (GPU-[^)]+)\)/.exec(line);
    if (gpu?.[1] !== undefined) {
      current = slices.get(gpu[1]) ?? [];
      slices.set(gpu[1], current);
      continue;
    }
    const slice = /^\s+MIG (\S+)\s+Device\s+\d+:/.exec(line);
    if (slice?.[1] !== undefined) current.push(slice[1]);
  }
  return slices;
}

/** A cell of nvidia-smi: a number, or null for "[N/A]", "[Not Supported]", "[Insufficient Permissions]", "ERR!". */
export function parseNvidiaNumber(cell: string): number | null {
  const match = /^(-?\d+(?:\.\d+)?)(?:\s*(?:MiB|W|MHz|C|%))?$/.exec(cell.trim());
  return match?.[1] === undefined ? null : Number(match[1]);
}
