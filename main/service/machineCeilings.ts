import { MachineCeilings, type CallRequest } from '../../preload/contract.ts';
import { measureCeilings } from '../measure/ceilings.ts';
import type { WorkerLauncher } from '../measure/trial.ts';
import { getSetting, setSetting } from '../store/settings.ts';
import type { Store } from '../store/store.ts';
import { FailedCall } from './asFailure.ts';
import type { Watch } from './longWork.ts';
import type { Found } from './machineState.ts';
import { workingProvider } from './planRun.ts';

/**
 * The machine's ceilings under a provider: measured once, in some ten seconds, and remembered until asked for anew. Fails
 * where the provider does not work here or its worker fails.
 */
export async function machineCeilings(
  store: Store,
  request: CallRequest<'machineCeilings'>,
  found: Found,
  launcher: WorkerLauncher,
  { signal }: Watch,
): Promise<MachineCeilings> {
  const { machine } = found;
  const { precision } = request;
  const provider = workingProvider(request.provider, found);
  const threads = request.threads ?? machine.cpu.physicalCores;
  const key = ['ceilings', machine.id, provider, threads, precision].join(':');
  const known = MachineCeilings.safeParse(getSetting(store, key));
  if (known.success && !request.refresh) return known.data;
  const cacheBytes = machine.cpu.l3CacheBytes;
  const measured = await measureCeilings(launcher, { provider, threads, precision, cacheBytes }, { signal });
  if (!measured.ok) throw new FailedCall(measured.failure);
  const { ok: _, ...figures } = measured;
  const ceilings = {
    ...{ machineId: machine.id, provider, threads, precision },
    ...figures,
    measuredAt: new Date().toISOString(),
  };
  setSetting(store, key, ceilings);
  return ceilings;
}
