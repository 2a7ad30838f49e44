import { Command } from 'commander';
import {
  backboneUses,
  latencyModes,
  presetNames,
  precisionNames,
  providerNames,
} from '../../preload/contract.ts';
import { runtimeVersions } from '../hardware/runtimeVersions.ts';
import { addAnswerCommands } from './answerCommands.ts';
import { backupCommand, backupsCommand, restoreCommand } from './commands/backups.ts';
import { costCommand } from './commands/cost.ts';
import { generateCommand } from './commands/generate.ts';
import { hardwareCommand } from './commands/hardware.ts';
import { journeyCommand } from './commands/journey.ts';
import { modelsCommand } from './commands/models.ts';
import { presetsCommand } from './commands/presets.ts';
import { profileCommand } from './commands/profile.ts';
import { runCommand } from './commands/run.ts';
import { endOf } from './failure.ts';
import {
  byteSize,
  halfWidth,
  listOf,
  namedValues,
  oneOf,
  positiveNumber,
  processorListOption,
  wholeNumber,
} from './optionValues.ts';

/** The command line: `backbench …`. */
const program = new Command('backbench')
  .description(
    'Benchmarks image-recognition backbones on this machine and answers which one to use. Without a command: the whole way, in a few minutes.',
  )
  .version(runtimeVersions().backbench)
  .option(
    '--data-dir <folder>',
    'where results are kept (default: the platform’s data folder, or BACKBENCH_DATA)',
  )
  .showHelpAfterError('(see backbench --help)')
  .exitOverride()
  .action((options: { dataDir?: string }) => journeyCommand(options));

program
  .command('hardware')
  .description('what this machine is, and which execution providers really work')
  .option('--json', 'one JSON document on stdout')
  .action((options: { json?: boolean }) => hardwareCommand({ ...options, ...program.opts() }));

program
  .command('models')
  .description('the catalog of backbones, with costs computed from each graph')
  .option('--json', 'one JSON array on stdout')
  .option('--size <px>', 'costs at this input size', wholeNumber(32, 2048))
  .action(modelsCommand);

program
  .command('cost')
  .description('parameters, MACs and activations of any ONNX file')
  .argument('<file>', 'an .onnx file')
  .option('--json', 'one JSON document on stdout')
  .option('--batch <n>', 'batch size', wholeNumber(1, 1024))
  .option('--size <px>', 'height and width where the file leaves them open', wholeNumber(1, 8192))
  .action(costCommand);

program
  .command('generate')
  .description('writes a backbone as an ONNX file with synthetic weights')
  .argument('<model>', 'a name from `backbench models`')
  .requiredOption('--out <file>', 'the file to write')
  .option('--precision <precision>', precisionNames.join(', '), oneOf(precisionNames), 'fp32' as const)
  .option('--use <use>', backboneUses.join(', '), oneOf(backboneUses), 'classifier' as const)
  .option('--size <px>', 'input size', wholeNumber(32, 2048))
  .option('--force', 'overwrite an existing file')
  .action(generateCommand);

program
  .command('run')
  .description('benchmarks models on this machine and stores the results')
  .requiredOption(
    '--models <names>',
    'names from `backbench models` or .onnx files, with commas, or `all`',
    listOf((name) => name),
  )
  .option('--batch <sizes>', 'batch sizes, with commas', listOf(wholeNumber(1, 1024)), [1])
  .option(
    '--provider <provider>',
    `${providerNames.join(', ')} (default: the best that works)`,
    oneOf(providerNames),
  )
  .option('--precision <list>', precisionNames.join(', '), listOf(oneOf(precisionNames)))
  .option('--use <use>', backboneUses.join(', '), oneOf(backboneUses))
  .option('--size <px>', 'input size', wholeNumber(32, 2048))
  .option('--threads <n>', 'intra-op threads (default: physical cores)', wholeNumber(1, 1024))
  .option(
    '--affinity <processors>',
    'keep the worker on these logical processors, such as 0-3 or 0,2',
    processorListOption,
  )
  .option(
    '--mode <list>',
    `${latencyModes.join(', ')}: how runs follow one another`,
    listOf(oneOf(latencyModes)),
    ['single-stream' as const],
  )
  .option(
    '--sessions <list>',
    'offline: sessions at once, each in a process of its own, with commas',
    listOf(wholeNumber(1, 64)),
    [1, 2],
  )
  .option('--rate <list>', 'server: requests a second, with commas', listOf(positiveNumber))
  .option('--fps <list>', 'paced: frames a second, with commas', listOf(positiveNumber), [30])
  .option(
    '--memory-limit <size>',
    'ends a worker that holds more, such as 4GB (default: nine tenths of the memory)',
    byteSize,
  )
  .option('--no-arena', 'without ONNX Runtime’s memory arena')
  .option('--device-id <n>', 'which device of the provider, from 0', wholeNumber(0, 63))
  .option(
    '--provider-option <name=value...>',
    'options of the provider; a wrong name lists those there are',
    namedValues,
  )
  .option(
    '--preset <preset>',
    `how much to sample: ${presetNames.join(', ')}, or one of your own`,
    'standard',
  )
  .option('--half-width <percent>', 'stop when the 95 % interval is within ± this, such as 1%', halfWidth)
  .option('--min-processes <n>', 'fresh worker processes, at least', wholeNumber(1, 50))
  .option('--max-processes <n>', 'fresh worker processes, at most', wholeNumber(1, 50))
  .option('--min-samples <n>', 'timed runs in each process, at least', wholeNumber(5, 100_000))
  .option('--max-samples <n>', 'timed runs in each process, at most', wholeNumber(5, 100_000))
  .option('--max-seconds <s>', 'cap of the timed part of one process', positiveNumber)
  .option('--max-warm-up <s>', 'cap of the warm-up of one process, in seconds', positiveNumber)
  .option('--save-preset <name>', 'keep this plan as a preset of your own')
  .option('--json', 'one JSON document on stdout and nothing else')
  .action((options: Parameters<typeof runCommand>[0]) => runCommand({ ...options, ...program.opts() }));

program
  .command('presets')
  .description('the sampling plans: Backbench’s and your own')
  .option('--remove <name>', 'forget one of your own')
  .option('--json', 'one JSON array on stdout and nothing else')
  .action((options: Parameters<typeof presetsCommand>[0]) =>
    presetsCommand({ ...options, ...program.opts() }),
  );

program
  .command('profile')
  .description('where a model’s time goes, by operator and node, against what the machine can do at best')
  .argument('<model>', 'a name from `backbench models`, or an .onnx file')
  .option('--batch <n>', 'batch size', wholeNumber(1, 1024), 1)
  .option(
    '--provider <provider>',
    `${providerNames.join(', ')} (default: the best that works)`,
    oneOf(providerNames),
  )
  .option('--precision <precision>', precisionNames.join(', '), oneOf(precisionNames), 'fp32' as const)
  .option('--size <px>', 'input size', wholeNumber(32, 2048))
  .option('--threads <n>', 'intra-op threads (default: physical cores)', wholeNumber(1, 1024))
  .option('--top <n>', 'how many nodes to list', wholeNumber(1, 100_000), 15)
  .option('--no-ceilings', 'without the machine’s ceilings, whose first measurement takes some ten seconds')
  .option('--json', 'one JSON document on stdout and nothing else')
  .action((model: string, options: Parameters<typeof profileCommand>[1]) =>
    profileCommand(model, { ...options, ...program.opts() }),
  );

program
  .command('backup')
  .description('copies the database, also while something is being measured')
  .argument('[file]', 'where to (default: the data folder’s backups, named by the time)')
  .option('--json', 'one JSON document on stdout and nothing else')
  .action((file: string | undefined, options: { json?: boolean }) =>
    backupCommand(file, { ...options, ...program.opts() }),
  );

program
  .command('backups')
  .description('the copies in the data folder, and databases that were moved aside')
  .option('--json', 'one JSON array on stdout and nothing else')
  .action((options: { json?: boolean }) => backupsCommand({ ...options, ...program.opts() }));

program
  .command('restore')
  .description('puts a copy in the place of the database; what is there is copied first')
  .argument('<file>', 'a copy from `backbench backups`, or any other')
  .option('--json', 'one JSON document on stdout and nothing else')
  .action((file: string, options: { json?: boolean }) =>
    restoreCommand(file, { ...options, ...program.opts() }),
  );

addAnswerCommands(program);

try {
  await program.parseAsync();
} catch (error) {
  const { exitCode, message } = endOf(error);
  if (message !== undefined) console.error(message);
  process.exitCode = exitCode;
}
