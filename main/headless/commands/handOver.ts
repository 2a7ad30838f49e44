import { constants, existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HandOver, Precision, ProviderName } from '../../../preload/contract.ts';
import type { Service } from '../../service/service.ts';
import { ask, withService } from '../ask.ts';
import { askLong } from '../askLong.ts';
import { CommandFailure, exitCodes } from '../failure.ts';
import { megabytes } from '../format.ts';

export interface HandOverOptions {
  readonly out: string;
  readonly provider?: ProviderName;
  readonly precision?: Precision;
  readonly batch?: number;
  readonly force?: boolean;
  readonly dataDir?: string;
}

/** `backbench hand-over MODEL --out FOLDER`: the measured model file and programs that run it as it was measured. */
export async function handOverCommand(model: string, options: HandOverOptions): Promise<void> {
  const { result, handOver } = await withService(options, async (service) => {
    const measured = await newestOf(service, model, options);
    return { result: measured, handOver: await askLong(service, 'handOver', { resultId: measured.id }) };
  });
  const { modelFile, dataFiles, snippets } = handOver;
  const names = [modelFile, ...dataFiles, ...snippets.map(({ fileName }) => fileName)];
  const taken = names.filter((name) => existsSync(join(options.out, name)));
  if (taken.length > 0 && options.force !== true) {
    throw new CommandFailure(
      `${options.out} already holds ${taken.join(', ')}; give --force to overwrite.`,
      exitCodes.usage,
    );
  }
  await write(handOver, options.out);
  const { provider, precision, batch, threads } = result.configuration;
  console.log(
    `${options.out}: ${names.join(', ')}; ${megabytes(handOver.modelBytes)}, as measured on ${result.measuredAt.slice(0, 10)} (${provider}, ${precision}, batch ${batch}, ${threads} threads).`,
  );
}

async function newestOf(service: Service, model: string, options: HandOverOptions) {
  const { rows } = await ask(service, 'listResults', {
    models: [model],
    providers: options.provider === undefined ? null : [options.provider],
    precisions: options.precision === undefined ? null : [options.precision],
    batches: options.batch === undefined ? null : [options.batch],
    limit: 1,
  });
  const [row] = rows;
  if (row === undefined)
    throw new CommandFailure(
      `There is no such result of '${model}'. Measure with: npm run backbench -- run --models ${model}`,
    );
  return row.result;
}

/** Each file appears whole or not at all. */
async function write({ modelPath, modelFile, dataFiles, snippets }: HandOver, folder: string): Promise<void> {
  const whole = async (name: string, make: (path: string) => Promise<void>) => {
    const unfinished = join(folder, `${name}.${process.pid}.part`);
    try {
      await mkdir(dirname(unfinished), { recursive: true });
      await make(unfinished);
      await rename(unfinished, join(folder, name));
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  };
  try {
    const copied = (name: string, from: string) =>
      whole(name, (path) => copyFile(from, path, constants.COPYFILE_FICLONE));
    for (const name of dataFiles) await copied(name, join(dirname(modelPath), name));
    await copied(modelFile, modelPath);
    for (const { fileName, code } of snippets) await whole(fileName, (path) => writeFile(path, code));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`Cannot write to ${folder}: ${reason}.`, exitCodes.failed);
  }
}
