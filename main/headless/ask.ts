import type { Answer, CallInput, CallName, CallOutput } from '../../preload/contract.ts';
import { openService, type OpenedService } from '../service/openService.ts';
import type { Service } from '../service/service.ts';
import { resolveDataFolder } from '../store/dataFolder.ts';
import { CommandFailure, valueOf } from './failure.ts';

/**
 * Opens the service for one command and closes it after. A database that had to be moved aside ends the command with a sentence:
 * whoever relied on its results must know before anything else is said.
 */
export async function withService<T>(
  options: { dataDir?: string },
  work: (service: OpenedService) => Promise<T>,
): Promise<T> {
  const service = await openService({ dataDir: resolveDataFolder(options.dataDir ?? null) });
  try {
    if (service.recovered !== null) {
      const { movedTo, reason } = service.recovered;
      throw new CommandFailure(
        `The database was damaged (${reason}). It now lies at ${movedTo}, and a fresh one was begun: give the command again, or put a copy in its place (backbench backups, backbench restore).`,
      );
    }
    return await work(service);
  } finally {
    await service.close();
  }
}

/** Asks the service over the contract; throws CommandFailure where it fails. */
export async function ask<N extends CallName>(
  service: Service,
  name: N,
  input: CallInput<N>,
): Promise<CallOutput<N>> {
  return valueOf((await service.call(name, input)) as Answer<CallOutput<N>>);
}
