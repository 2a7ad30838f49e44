import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { TimmImported } from '../../../preload/contract.ts';
import { ask, withService } from '../ask.ts';
import { CommandFailure, exitCodes } from '../failure.ts';

export interface ImportTimmOptions {
  readonly name?: string;
  readonly precision?: string;
  readonly json?: boolean;
  readonly dataDir?: string;
}

/** `backbench import timm FILE`: published figures become a reference device. */
export async function importTimmCommand(file: string, options: ImportTimmOptions): Promise<void> {
  const text = await textOf(file);
  const imported = await withService(options, (service) =>
    ask(service, 'importTimm', {
      fileName: basename(file),
      text,
      name: options.name ?? null,
      precision: options.precision ?? null,
    }),
  );
  console.log(options.json === true ? JSON.stringify(imported, null, 1) : importedText(imported));
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const words =
      reason === 'ENOENT' ? 'there is no such file' : reason === 'EISDIR' ? 'it is a folder' : reason;
    throw new CommandFailure(`Cannot read ${file}: ${words}.`, exitCodes.usage);
  }
}

const outcomes: Readonly<Record<TimmImported['outcome'], string>> = {
  added: 'Added',
  replaced: 'Replaced',
  unchanged: 'Already there, unchanged:',
};

function importedText({ device, outcome, rows, leftOut }: TimmImported): string {
  const rest =
    leftOut === 0
      ? ''
      : `; ${leftOut} of ${rows} rows were left out: no speed, or no published accuracy at their image size`;
  return [
    `${outcomes[outcome]} ${device.name} (${device.precisions.join(', ')}) as ${device.id}: ${device.results} figures of ${device.models} models${rest}.`,
    `Ask it with: npm run backbench -- recommend --device ${device.id}`,
  ].join('\n');
}
