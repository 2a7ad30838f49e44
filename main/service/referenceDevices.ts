import { bianco2018Devices } from '../analysis/reference/bianco2018.ts';
import type { ReferenceDevice } from '../analysis/reference/published.ts';
import { timmDevice } from '../analysis/reference/timm.ts';
import { importedDeviceIds } from '../store/importedTables.ts';
import type { Store } from '../store/store.ts';
import { publishedRows } from '../zoo/published.ts';
import { importedDevice } from './importedDevices.ts';
import { timmIndex } from './timmIndex.ts';

interface TimmTable {
  readonly id: string;
  readonly name: string;
  readonly precision: string;
  readonly file: string;
  readonly runtime: string;
}

/** timm's inference tables that ship with Backbench. */
const timmTables: readonly TimmTable[] = [
  {
    id: 'timm-rtx3090',
    name: 'NVIDIA RTX 3090',
    precision: 'amp',
    file: 'timm/infer-rtx3090-amp-pt240.csv',
    runtime: 'PyTorch 2.4',
  },
  {
    id: 'timm-rtx4090',
    name: 'NVIDIA RTX 4090',
    precision: 'amp',
    file: 'timm/infer-rtx4090-amp-pt291.csv',
    runtime: 'PyTorch 2.9.1',
  },
  {
    id: 'timm-rtx5090',
    name: 'NVIDIA RTX 5090',
    precision: 'amp',
    file: 'timm/infer-rtx5090-amp-pt291.csv',
    runtime: 'PyTorch 2.9.1',
  },
  {
    id: 'timm-rtxpro6000',
    name: 'NVIDIA RTX PRO 6000 Max-Q',
    precision: 'amp',
    file: 'timm/infer-rtxpro6000maxq-amp-pt291.csv',
    runtime: 'PyTorch 2.9.1',
  },
  {
    id: 'timm-i9-10940x',
    name: 'Intel Core i9-10940X',
    precision: 'fp32',
    file: 'timm/infer-i9-10940x-fp32-pt240.csv',
    runtime: 'PyTorch 2.4, compiled',
  },
  {
    id: 'timm-i7-12700h',
    name: 'Intel Core i7-12700H',
    precision: 'fp32',
    file: 'timm/infer-i7-12700h-fp32-pt240.csv',
    runtime: 'PyTorch 2.4, compiled',
  },
];

const loaders = new Map<string, () => ReferenceDevice>([
  ...(['bianco2018-titan-x-pascal', 'bianco2018-jetson-tx1'] as const).map(
    (id) => [id, () => bianco2018Device(id)] as const,
  ),
  ...timmTables.map((table) => [table.id, () => loadTimm(table)] as const),
]);
const loaded = new Map<string, ReferenceDevice>();

export const shippedDeviceIds: readonly string[] = [...loaders.keys()];

/** Every reference device: those that ship with Backbench, then the imported ones. */
export function referenceDeviceIds(store: Store): string[] {
  return [...shippedDeviceIds, ...importedDeviceIds(store)];
}

/** A reference device, read from its tables when first asked for; null where there is no such one. */
export function referenceDevice(store: Store, id: string): ReferenceDevice | null {
  return shippedDevice(id) ?? importedDevice(store, id);
}

export function isShipped(id: string): boolean {
  return loaders.has(id);
}

/** A device that ships with Backbench, read from its tables when first asked for; null where no such one ships. */
export function shippedDevice(id: string): ReferenceDevice | null {
  const known = loaded.get(id);
  if (known !== undefined) return known;
  const device = loaders.get(id)?.() ?? null;
  if (device !== null) loaded.set(id, device);
  return device;
}

function bianco2018Device(id: string): ReferenceDevice {
  const devices = bianco2018Devices({
    models: publishedRows('bianco2018/models.csv'),
    latency: publishedRows('bianco2018/latency.csv'),
    memory: publishedRows('bianco2018/memory.csv'),
  });
  for (const device of devices) loaded.set(device.id, device);
  const found = devices.find((device) => device.id === id);
  if (found === undefined) throw new Error(`the tables of arXiv 1810.00736 have no device '${id}'`);
  return found;
}

function loadTimm({ id, name, precision, file, runtime }: TimmTable): ReferenceDevice {
  const source = `timm results, ${runtime} (Apache-2.0)`;
  const rows = publishedRows(file);
  return timmDevice({ id, name, precision, provider: 'pytorch', source, rows }, timmIndex());
}
