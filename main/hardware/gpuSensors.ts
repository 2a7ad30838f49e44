import type { Reading } from '../../preload/contract.ts';
import { runCommand } from './command.ts';
import { parseNvidiaNumber } from './nvidiaSmi.ts';
import { listSystemFolder, readSystemFile, readSystemNumber } from './systemFiles.ts';

/** A GPU's own readings: W, MHz, °C and bytes in use by all processes together. */
export interface GpuSensors {
  readonly powerW: Reading;
  readonly clockMhz: Reading;
  readonly temperatureC: Reading;
  readonly memoryUsedBytes: Reading;
}

const timeoutMs = 1000;
const sensorFields = ['power.draw', 'clocks.sm', 'temperature.gpu', 'memory.used'];

/**
 * Reads one GPU: NVIDIA by nvidia-smi, else AMD by the kernel's files. `index` is nvidia-smi's (PCI order; CUDA numbers
 * the fastest card first unless CUDA_DEVICE_ORDER=PCI_BUS_ID).
 *
 * Never call this inside a timed window: it starts a process (30–100 ms, at most 1 s), which takes CPU time and wakes the
 * GPU. Read before and after.
 */
export async function readGpuSensors(index = 0, root = ''): Promise<GpuSensors> {
  const said = await runCommand(
    'nvidia-smi',
    [`--id=${index}`, `--query-gpu=${sensorFields.join(',')}`, '--format=csv,noheader,nounits'],
    timeoutMs,
  );
  if (said.ok) return parseGpuSensors(said.stdout);
  return readAmdSensors(root) ?? allAbsent(said.reason);
}

/** Reads the row of nvidia-smi's `power.draw,clocks.sm,temperature.gpu,memory.used` without units. */
export function parseGpuSensors(csv: string): GpuSensors {
  const row = csv
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .find((cells) => cells.length === sensorFields.length);
  if (row === undefined) return allAbsent('nvidia-smi answered something else than a row of readings.');
  const cell = (i: number, scale: number): Reading => {
    const value = parseNvidiaNumber(row[i] ?? '');
    const method = `nvidia-smi ${sensorFields[i]}`;
    if (value === null) return { available: false, reason: `${method} says "${row[i]}".` };
    return { available: true, value: value * scale, method };
  };
  return {
    powerW: cell(0, 1),
    clockMhz: cell(1, 1),
    temperatureC: cell(2, 1),
    memoryUsedBytes: cell(3, 1024 * 1024),
  };
}

/**
 * Bytes of GPU memory that one process holds, by NVIDIA's own account. Absent in most containers (their process numbers
 * are others than the driver's) and on Windows' WDDM, where nvidia-smi says "[N/A]". Spawns: see `readGpuSensors`.
 */
export async function readGpuProcessMemory(pid: number): Promise<Reading> {
  const said = await runCommand(
    'nvidia-smi',
    ['--query-compute-apps=pid,used_memory', '--format=csv,noheader,nounits'],
    timeoutMs,
  );
  return said.ok ? parseGpuProcessMemory(said.stdout, pid) : { available: false, reason: said.reason };
}

/** Bits of NVIDIA's clock event reasons that mean throttling (NVML's nvmlClocksEventReason…); idle and settings are none. */
const throttleReasons: readonly (readonly [bit: bigint, reason: string])[] = [
  [0x4n, 'power limit'],
  [0x8n, 'hardware slowdown'],
  [0x20n, 'heat'],
  [0x40n, 'heat (hardware)'],
  [0x80n, 'power brake'],
];

/**
 * Why a GPU's clock is held down at this moment, by nvidia-smi; empty: it is not. null where the driver does not tell.
 * Spawns: see `readGpuSensors`. Drivers before 535 know the field by its older name.
 */
export async function readGpuThrottling(index = 0): Promise<string[] | null> {
  for (const field of ['clocks_event_reasons.active', 'clocks_throttle_reasons.active']) {
    const said = await runCommand(
      'nvidia-smi',
      [`--id=${index}`, `--query-gpu=${field}`, '--format=csv,noheader'],
      timeoutMs,
    );
    const reasons = said.ok ? parseThrottling(said.stdout) : null;
    if (reasons !== null) return reasons;
  }
  return null;
}

/** Reads a mask such as "0x0000000000000024"; null where it is none. */
export function parseThrottling(text: string): string[] | null {
  const mask = /^0x[0-9a-f]+$/im.exec(text.trim())?.[0];
  if (mask === undefined) return null;
  return throttleReasons.filter(([bit]) => (BigInt(mask) & bit) !== 0n).map(([, reason]) => reason);
}

/** Sums the rows of `pid,used_memory` (MiB) of one process: it has one on each GPU that it uses. */
export function parseGpuProcessMemory(csv: string, pid: number): Reading {
  const own = csv
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter((cells) => cells[0] === String(pid));
  if (own.length === 0) return { available: false, reason: `nvidia-smi lists no process ${pid}.` };
  const mebibytes = own.map((cells) => parseNvidiaNumber(cells[1] ?? ''));
  const known = mebibytes.filter((value) => value !== null);
  if (known.length < mebibytes.length) {
    return { available: false, reason: 'nvidia-smi does not tell the memory of single processes here.' };
  }
  const value = known.reduce((sum, mib) => sum + mib, 0) * 1024 * 1024;
  return { available: true, value, method: 'nvidia-smi used_memory' };
}

/** amdgpu's files for the first card that has them; null where there is none. */
export function readAmdSensors(root: string): GpuSensors | null {
  const folder = `${root}/sys/class/drm`;
  const device = listSystemFolder(folder)
    .filter((name) => /^card\d+$/.test(name))
    .map((name) => `${folder}/${name}/device`)
    .find((path) => readSystemFile(`${path}/mem_info_vram_used`) !== null);
  if (device === undefined) return null;
  const monitor = `${device}/hwmon/${listSystemFolder(`${device}/hwmon`)[0] ?? 'none'}`;
  const file = (paths: readonly string[], scale: number): Reading => {
    for (const path of paths) {
      const value = readSystemNumber(path);
      if (value !== null)
        return { available: true, value: value * scale, method: `amdgpu ${path.split('/').at(-1)}` };
    }
    return { available: false, reason: 'amdgpu does not tell it for this card.' };
  };
  return {
    powerW: file([`${monitor}/power1_average`, `${monitor}/power1_input`], 1e-6),
    clockMhz: file([`${monitor}/freq1_input`], 1e-6),
    temperatureC: file([`${monitor}/temp1_input`], 1e-3),
    memoryUsedBytes: file([`${device}/mem_info_vram_used`], 1),
  };
}

function allAbsent(reason: string): GpuSensors {
  const absent: Reading = { available: false, reason };
  return { powerW: absent, clockMhz: absent, temperatureC: absent, memoryUsedBytes: absent };
}
