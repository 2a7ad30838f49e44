import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CallRequest, TimmImported } from '../../preload/contract.ts';
import type { ReferenceDevice } from '../analysis/reference/published.ts';
import { timmDevice } from '../analysis/reference/timm.ts';
import { readTimmFileName, readTimmTable } from '../exchange/timmTable.ts';
import {
  deleteImportedTable,
  getImportedTable,
  putImportedTable,
  type ImportedTable,
} from '../store/importedTables.ts';
import type { Store } from '../store/store.ts';
import { FailedCall } from './asFailure.ts';
import { timmIndex } from './timmIndex.ts';

/** What is kept beside a timm table's text. */
const TimmDetails = z.object({ name: z.string(), precision: z.string(), runtime: z.string().nullable() });

/**
 * Adds a device from one of timm's inference tables. Its id is made of name, precision and runtime, so that two tables of
 * one device stand side by side. Fails with 'table' where the file is not sound, and changes nothing then.
 */
export function importTimm(
  store: Store,
  { fileName, text, name: givenName, precision: givenPrecision }: CallRequest<'importTimm'>,
  now: Date,
): Omit<TimmImported, 'device'> & { device: ReferenceDevice } {
  const told = readTimmFileName(fileName);
  const name = givenName ?? told.device;
  const precision = givenPrecision ?? told.precision;
  const rows = readTimmTable(text, fileName);
  if (name === null || precision === null) throw untold(fileName, name === null, precision === null);
  const details = { name, precision, runtime: told.runtime };
  const deviceId = ['timm', name, precision, told.runtime ?? ''].map(slug).filter(Boolean).join('-');
  const sha256 = createHash('sha256').update(text).digest('hex');
  const before = getImportedTable(store, deviceId);
  const table: ImportedTable = {
    ...{ deviceId, kind: 'timm', fileName, sha256, details, csv: text },
    importedAt: now.toISOString(),
  };
  const device = deviceOf(table);
  if (device.observations.length === 0)
    throw new FailedCall({
      code: 'table',
      message: `${fileName} has ${rows.length} rows, but none with a speed of a model whose accuracy timm publishes at that image size.`,
      remedy: 'Give one of timm’s results/benchmark-infer-*.csv.',
    });
  const isSame = before?.sha256 === sha256 && JSON.stringify(before.details) === JSON.stringify(details);
  if (!isSame) putImportedTable(store, table);
  return {
    device,
    outcome: isSame ? 'unchanged' : before === null ? 'added' : 'replaced',
    rows: rows.length,
    leftOut: rows.length - device.observations.length,
  };
}

function untold(fileName: string, lacksName: boolean, lacksPrecision: boolean): FailedCall {
  const lacking = [lacksName ? 'the device' : '', lacksPrecision ? 'the precision' : ''].filter(Boolean);
  return new FailedCall({
    code: 'invalid-input',
    message: `The name of ${fileName} does not tell ${lacking.join(' and ')}`,
    remedy:
      'Give the device’s name and the precision (such as amp or fp32), or keep timm’s own file name, such as benchmark-infer-amp-nhwc-pt240-cu124-rtx4090.csv.',
  });
}

/** "RTX 4090 (laptop)" → "rtx-4090-laptop". */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** Devices that were read, by the text they were read from. */
const read = new Map<string, ReferenceDevice>();

/** A device that was imported; null where there is no such one. */
export function importedDevice(store: Store, id: string): ReferenceDevice | null {
  const table = getImportedTable(store, id);
  if (table === null) return null;
  const key = `${id} ${table.sha256} ${table.importedAt}`;
  const device = read.get(key) ?? deviceOf(table);
  read.set(key, device);
  return device;
}

function deviceOf({ deviceId: id, details, csv, fileName, importedAt }: ImportedTable): ReferenceDevice {
  const { name, precision, runtime } = TimmDetails.parse(details);
  return timmDevice(
    {
      ...{ id, name, precision, provider: 'pytorch' },
      source: `timm results${runtime === null ? '' : `, ${runtime}`}; ${fileName}, imported on ${importedAt.slice(0, 10)}`,
      rows: readTimmTable(csv, fileName),
    },
    timmIndex(),
  );
}

/** Forgets an imported device. Fails with 'unknown-device' where none of that id was imported. */
export function removeImportedDevice(store: Store, id: string): void {
  if (!deleteImportedTable(store, id))
    throw new FailedCall({
      code: 'unknown-device',
      message: `No device '${id}' was imported`,
      remedy: 'List them with: backbench devices',
    });
}
