import { closest } from 'fastest-levenshtein';
import type {
  CallRequest,
  Configuration,
  Device,
  Machine,
  Statement,
  TimmImported,
} from '../../preload/contract.ts';
import {
  observationOf,
  servedResponseOf,
  type Observation,
  type ServedResponse,
} from '../analysis/observation.ts';
import type { ReferenceDevice } from '../analysis/reference/published.ts';
import { inEnglish } from '../analysis/words/inEnglish.ts';
import { getMachine, listMachines } from '../store/machines.ts';
import { listResults, type ResultQuery } from '../store/results.ts';
import type { Store } from '../store/store.ts';
import { FailedCall } from './asFailure.ts';
import { importTimm, removeImportedDevice } from './importedDevices.ts';
import { isShipped, referenceDevice, referenceDeviceIds } from './referenceDevices.ts';
import { resultRow } from './resultRows.ts';
import { runNamed } from './runs.ts';

/** A device with all that is known about it: what analyses and recommendations work on. */
export interface DeviceFigures {
  readonly id: string;
  readonly name: string;
  readonly kind: Device['kind'];
  /** What a reader must know about its figures; nothing where they were measured. */
  readonly about: readonly Statement[];
  readonly observations: readonly Observation[];
}

/** More results than anybody measures on one machine; a bound, so that a broken store cannot fill memory. */
const mostResults = 100_000;

/** Every device of which there are figures: this machine first, then other measured ones, then the reference devices. */
export function listDevices(store: Store, thisMachine: Machine): Device[] {
  const others = listMachines(store)
    .map(({ machine }) => machine)
    .filter(({ id }) => id !== thisMachine.id);
  return [
    ...[thisMachine, ...others].map((machine) => measuredDevice(store, machine, machine === thisMachine)),
    ...referenceDeviceIds(store).flatMap((id) => {
      const device = referenceDevice(store, id);
      return device === null ? [] : [publishedDevice(device)];
    }),
  ];
}

/**
 * A device's figures; `id` null: this machine. Of a measured one the newest single-stream result of each configuration that
 * `query` names, beside its response as a server where that was measured at `requestsPerSecond`: figures of two modes are
 * never mixed. Of a reference device all. Fails with 'unknown-device' and the nearest id.
 */
export async function deviceFigures(
  store: Store,
  thisMachine: () => Promise<Machine>,
  id: string | null,
  query: Omit<ResultQuery, 'limit' | 'machineId' | 'modes'> = {},
  requestsPerSecond: number | null = null,
): Promise<DeviceFigures> {
  const reference = id === null ? null : referenceDevice(store, id);
  if (reference !== null) return { ...reference, kind: 'reference' };
  const machine = id === null ? await thisMachine() : (getMachine(store, id) ?? (await thisMachine()));
  if (id !== null && machine.id !== id) throw unknownDevice(store, id);
  const { rows } = listResults(store, {
    ...query,
    modes: ['single-stream'],
    machineId: machine.id,
    newestOnly: true,
    limit: mostResults,
  });
  const served =
    requestsPerSecond === null
      ? new Map<string, ServedResponse>()
      : responses(store, machine.id, requestsPerSecond);
  const observations = rows.flatMap((row) => {
    const observation = observationOf(resultRow(row));
    const response = served.get(keyBesideMode(row.result.configuration));
    return observation === null
      ? []
      : [response === undefined ? observation : { ...observation, served: response }];
  });
  return { id: machine.id, name: machine.name, kind: 'measured', about: [], observations };
}

/** What one run measured on its machine, newer results of the same configurations aside. Throws NotFound. */
export function runFigures(store: Store, runId: string, query: Pick<ResultQuery, 'uses'>): DeviceFigures {
  const { machineId, createdAt } = runNamed(store, runId);
  const machine = getMachine(store, machineId);
  const { rows } = listResults(store, { ...query, modes: ['single-stream'], runId, limit: mostResults });
  return {
    id: machineId,
    name: `${machine?.name ?? machineId}, run of ${createdAt.slice(0, 16).replace('T', ' ')} UTC`,
    kind: 'measured',
    about: [],
    observations: rows.flatMap((row) => observationOf(resultRow(row)) ?? []),
  };
}

/** The newest responses of a machine as a server at this rate, by configuration. */
function responses(store: Store, machineId: string, requestsPerSecond: number): Map<string, ServedResponse> {
  const { rows } = listResults(store, { machineId, modes: ['server'], newestOnly: true, limit: mostResults });
  return new Map(
    rows.flatMap(({ result }) => {
      const response = servedResponseOf(result);
      const asked = response?.requestsPerSecond === requestsPerSecond;
      return response !== null && asked ? [[keyBesideMode(result.configuration), response]] : [];
    }),
  );
}

/** What two results of one configuration in different modes have in common. */
function keyBesideMode({ mode: _mode, ...others }: Configuration): string {
  return JSON.stringify(others);
}

/** Adds a reference device from one of timm's tables and tells what it holds. */
export function addTimmDevice(store: Store, request: CallRequest<'importTimm'>, now: Date): TimmImported {
  const { device, ...rest } = importTimm(store, request, now);
  return { ...rest, device: publishedDevice(device) };
}

/** Forgets an imported device; returns those that are left. */
export function removeDevice(store: Store, thisMachine: Machine, id: string): Device[] {
  removeImportedDevice(store, id);
  return listDevices(store, thisMachine);
}

function unknownDevice(store: Store, id: string): FailedCall {
  const known = [...referenceDeviceIds(store), ...listMachines(store).map(({ machine }) => machine.id)];
  return new FailedCall({
    code: 'unknown-device',
    message: `There is no device '${id}'; did you mean '${closest(id, known)}'?`,
    remedy: 'List them with: backbench devices',
  });
}

function measuredDevice(store: Store, machine: Machine, isThisMachine: boolean): Device {
  const { rows } = listResults(store, { machineId: machine.id, newestOnly: true, limit: mostResults });
  const configurations = rows.map(({ result }) => result.configuration);
  return {
    id: machine.id,
    name: machine.name,
    kind: 'measured',
    isThisMachine,
    isImported: false,
    source: `measured with Backbench ${machine.runtime.backbench}, ONNX Runtime ${machine.runtime.onnxruntime}`,
    note: null,
    said: [],
    ...coverage(configurations),
  };
}

function publishedDevice({ id, name, source, about, observations }: ReferenceDevice): Device {
  return {
    ...{ id, name, kind: 'reference', isThisMachine: false, isImported: !isShipped(id), source },
    note: about.map(inEnglish).join(' '),
    said: [...about],
    ...coverage(observations),
  };
}

function coverage(
  rows: readonly { model: string; batch: number; precision: string; provider: string }[],
): Pick<Device, 'batches' | 'precisions' | 'providers' | 'models' | 'results'> {
  const distinct = <T>(values: readonly T[]) => [...new Set(values)];
  return {
    batches: distinct(rows.map(({ batch }) => batch)).toSorted((a, b) => a - b),
    precisions: distinct(rows.map(({ precision }) => precision)).toSorted(),
    providers: distinct(rows.map(({ provider }) => provider)).toSorted(),
    models: distinct(rows.map(({ model }) => model)).length,
    results: rows.length,
  };
}
