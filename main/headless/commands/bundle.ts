import { existsSync } from 'node:fs';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { mostBundleBytes, type ImportedBundle } from '../../../preload/contract.ts';
import { withService } from '../ask.ts';
import { askLong } from '../askLong.ts';
import { CommandFailure, exitCodes } from '../failure.ts';
import { megabytes } from '../format.ts';

export interface ExportOptions {
  readonly machine?: string;
  readonly run?: string;
  readonly force?: boolean;
  readonly dataDir?: string;
}

/** `backbench export FILE`: results with all their samples, for another installation. The file appears whole or not at all. */
export async function exportCommand(file: string, options: ExportOptions): Promise<void> {
  if (existsSync(file) && options.force !== true)
    throw new CommandFailure(`${file} exists; give --force to overwrite it.`, exitCodes.usage);
  const { base64, results } = await withService(options, (service) =>
    askLong(service, 'exportBundle', { machineId: options.machine ?? null, runId: options.run ?? null }),
  );
  const bytes = Buffer.from(base64, 'base64');
  const unfinished = `${file}.${process.pid}.part`;
  try {
    await writeFile(unfinished, bytes);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`Cannot write ${file}: ${reason}.`, exitCodes.failed);
  }
  console.log(
    `${file}: ${results} ${results === 1 ? 'result' : 'results'}, ${megabytes(bytes.length)}. Import it elsewhere with: backbench import ${basename(file)}`,
  );
}

/** `backbench import FILE`: takes a bundle in; twice changes nothing. */
export async function importCommand(
  file: string | undefined,
  options: { json?: boolean; dataDir?: string },
): Promise<void> {
  if (file === undefined)
    throw new CommandFailure(
      'Name a bundle that backbench export wrote, or say: import timm FILE.csv',
      exitCodes.usage,
    );
  const bytes = await bytesOf(file);
  const imported = await withService(options, (service) =>
    askLong(service, 'importBundle', { fileName: basename(file), base64: bytes.toString('base64') }),
  );
  console.log(options.json === true ? JSON.stringify(imported, null, 1) : importedText(imported));
}

async function bytesOf(file: string): Promise<Buffer> {
  const size = await stat(file).then(
    (info) => (info.isFile() ? info.size : null),
    () => undefined,
  );
  if (size === undefined) throw new CommandFailure(`There is no file ${file}.`, exitCodes.usage);
  if (size === null) throw new CommandFailure(`${file} is no file.`, exitCodes.usage);
  if (size > mostBundleBytes)
    throw new CommandFailure(
      `${file} is larger than ${megabytes(mostBundleBytes)}, the most that is imported at once.`,
      exitCodes.usage,
    );
  return readFile(file);
}

function importedText({ machines, results, samples, known }: ImportedBundle): string {
  const before = known === 0 ? '' : `; ${known} were here before`;
  return [
    `${results} new ${results === 1 ? 'result' : 'results'} with ${samples} samples${before}.`,
    ...machines.map(({ id, name }) => `${name}: npm run backbench -- recommend --device ${id}`),
  ].join('\n');
}
