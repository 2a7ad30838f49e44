import type { Backup } from '../../../preload/contract.ts';
import { ask, withService } from '../ask.ts';
import { askLong } from '../askLong.ts';
import { megabytes, table } from '../format.ts';

interface StorageOptions {
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** `backbench backup [file]`: copies the database, also while another Backbench measures. */
export async function backupCommand(file: string | undefined, options: StorageOptions): Promise<void> {
  const { path } = await withService(options, (service) =>
    askLong(service, 'backUp', { path: file ?? null }),
  );
  console.log(options.json === true ? JSON.stringify({ path }) : `The database was copied to ${path}.`);
}

/** `backbench backups`: the copies in the data folder, the newest first. */
export async function backupsCommand(options: StorageOptions): Promise<void> {
  const backups = await withService(options, (service) => ask(service, 'listBackups', {}));
  if (options.json === true) return console.log(JSON.stringify(backups, null, 1));
  console.log(
    backups.length === 0 ? 'There are no copies yet: backbench backup makes one.' : backupTable(backups),
  );
}

/** `backbench restore FILE`: puts a copy in the database's place, after copying what is there. */
export async function restoreCommand(file: string, options: StorageOptions): Promise<void> {
  const restored = await withService(options, (service) => askLong(service, 'restoreBackup', { path: file }));
  if (options.json === true) return console.log(JSON.stringify(restored));
  const { results, runs, previous } = restored;
  console.log(`Restored: ${results} results of ${runs} runs. What was there before is kept in ${previous}.`);
}

const kinds: Readonly<Record<Backup['kind'], string>> = {
  asked: 'asked for',
  'before-migration': 'before an update of the database',
  'before-restore': 'before a restore',
  damaged: 'found damaged and moved aside',
};

function backupTable(backups: readonly Backup[]): string {
  const rows = backups.map(({ path, kind, bytes, madeAt }) => [madeAt, megabytes(bytes), kinds[kind], path]);
  return table(['made', 'size', 'why', 'file'], rows, ['size']);
}
