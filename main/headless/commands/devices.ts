import type { Device } from '../../../preload/contract.ts';
import { ask, withService } from '../ask.ts';
import { table } from '../format.ts';

/** `backbench devices`: what can be asked about with --device. */
export async function devicesCommand(options: { json?: boolean; dataDir?: string }): Promise<void> {
  const devices = await withService(options, (service) => ask(service, 'listDevices', {}));
  console.log(options.json === true ? JSON.stringify(devices, null, 1) : deviceTable(devices));
}

function deviceTable(devices: readonly Device[]): string {
  const rows = devices.map(({ id, name, kind, isThisMachine, models, results, batches, source }) => [
    id,
    isThisMachine ? `${name} (this machine)` : name,
    kind,
    `${models}`,
    `${results}`,
    batches.length > 8 ? `${batches[0]} … ${batches.at(-1)}` : batches.join(', '),
    source,
  ]);
  const head = ['id', 'name', 'kind', 'models', 'figures', 'batches', 'source'];
  return table(head, rows, ['models', 'figures']);
}
