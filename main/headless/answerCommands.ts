import { Argument, type Command } from 'commander';
import {
  analysisNames,
  backboneUses,
  costMetrics,
  frontMetrics,
  precisionNames,
  predictedChoices,
  providerNames,
} from '../../preload/contract.ts';
import { analyseCommand, type AnalyseOptions } from './commands/analyse.ts';
import { exportCommand, importCommand, type ExportOptions } from './commands/bundle.ts';
import { devicesCommand } from './commands/devices.ts';
import { handOverCommand, type HandOverOptions } from './commands/handOver.ts';
import { importTimmCommand } from './commands/importTimm.ts';
import { recommendCommand } from './commands/recommend.ts';
import { sweepCommand, type SweepOptions } from './commands/sweep.ts';
import { reportEndings, reportFile } from './reportFile.ts';
import {
  byteSize,
  count,
  listOf,
  oneOf,
  percentage,
  positiveNumber,
  share,
  weights,
  wholeNumber,
} from './optionValues.ts';

/** Adds the commands that answer from what is known: devices, analyse, recommend. */
export function addAnswerCommands(program: Command): void {
  program
    .command('devices')
    .description('the machines that were measured and the reference devices, with their ids')
    .option('--json', 'one JSON array on stdout and nothing else')
    .action((options: Parameters<typeof devicesCommand>[0]) =>
      devicesCommand({ ...options, ...program.opts() }),
    );

  program
    .command('hand-over')
    .description('the ONNX file of a measured model and programs that run it as it was measured')
    .argument('<model>', 'a model that was measured; its newest result is taken')
    .requiredOption('--out <folder>', 'where to write the file and the programs')
    .option('--provider <provider>', providerNames.join(', '), oneOf(providerNames))
    .option('--precision <precision>', precisionNames.join(', '), oneOf(precisionNames))
    .option('--batch <n>', 'images at once', wholeNumber(1, 1024))
    .option('--force', 'overwrite existing files')
    .action((model: string, options: HandOverOptions) =>
      handOverCommand(model, { ...options, ...program.opts() }),
    );

  program
    .command('export')
    .description('results with all their samples as one file, for another installation')
    .argument('<file>', 'the file to write, such as results.backbench')
    .option('--machine <id>', 'only of this machine, by its id from `backbench devices`')
    .option('--run <id>', 'only of this run')
    .option('--force', 'overwrite an existing file')
    .action((file: string, options: ExportOptions) => exportCommand(file, { ...options, ...program.opts() }));

  program
    .command('import')
    .description('takes in what another installation exported, or a published table (import timm)')
    .argument('[bundle]', 'a file that `backbench export` wrote')
    .option('--json', 'one JSON document on stdout and nothing else')
    .action((file: string | undefined, options: { json?: boolean }) =>
      importCommand(file, { ...options, ...program.opts() }),
    )
    .command('timm')
    .description('a reference device from one of timm’s results/benchmark-infer-*.csv')
    .argument('<csv>', 'the file; its name tells device, precision and PyTorch')
    .option('--name <name>', 'the device’s name, where the file’s name does not tell it')
    .option('--precision <name>', 'such as amp or fp32, where the file’s name does not tell it')
    .option('--json', 'one JSON document on stdout and nothing else')
    .action((file: string, options: Parameters<typeof importTimmCommand>[1]) =>
      importTimmCommand(file, { ...options, ...program.opts() }),
    );

  questionOptions(
    program.command('recommend').description('the best backbones within limits, from what was measured'),
  )
    .option('--device <id>', 'a device’s id from `backbench devices` (default: this machine)')
    .option(
      '--predicted <how>',
      `models that were not measured, from a prediction: ${predictedChoices.join(', ')}`,
      oneOf(predictedChoices),
      'none' as const,
    )
    .option('--report <file>', `also writes the answer as ${reportEndings.join(', ')}`, reportFile)
    .option('--json', 'one JSON document on stdout and nothing else')
    .action((options: Parameters<typeof recommendCommand>[0]) =>
      recommendCommand({ ...options, ...program.opts() }),
    );

  questionOptions(
    program
      .command('sweep')
      .description('measures only what the answer depends on, until the best five are settled, and answers'),
  )
    .option('--confidence <share>', 'how sure the best five must be, such as 90%', share, 0.9)
    .option('--max-minutes <n>', 'ends then, settled or not', positiveNumber)
    .option(
      '--models <names>',
      'only these may be measured (default: the whole catalog)',
      listOf((name) => name),
    )
    .option('--threads <n>', 'intra-op threads (default: physical cores)', wholeNumber(1, 1024))
    .option('--json', 'one JSON document on stdout and nothing else')
    .action((options: SweepOptions) => sweepCommand({ ...options, ...program.opts(), predicted: 'none' }));

  program
    .command('analyse')
    .description('the analyses of the papers, for this machine or any device')
    .addArgument(
      new Argument('<analysis>', analysisNames.join(', ')).argParser(oneOf(analysisNames)).argRequired(),
    )
    .option('--device <id>', 'a device’s id from `backbench devices` (default: this machine)')
    .option('--run <id>', 'only what this run measured')
    .option('--provider <name>', 'an execution provider (default: the one with most models)')
    .option('--precision <name>', 'a precision (default: fp32 where measured)')
    .option('--batch <n>', 'batch size (default: 1 where measured)', wholeNumber(1, 1024))
    .option('--against <id>', 'analysis devices: the other device')
    .option('--against-run <id>', 'analysis devices: the other run')
    .option('--against-provider <name>', 'analysis devices: the other provider')
    .option('--against-precision <name>', 'analysis devices: the other precision')
    .option(
      '--metrics <list>',
      `analysis pareto: two or three of ${frontMetrics.join(', ')}`,
      listOf(oneOf(frontMetrics)),
    )
    .option('--memory <list>', 'analysis top-tables: memory limits, such as 0.7GB,1GB', listOf(byteSize))
    .option('--fps <list>', 'analysis top-tables: speed limits, such as 15,30,60', listOf(positiveNumber))
    .option('--json', 'one JSON document on stdout and nothing else')
    .option('--csv', 'the rows as CSV on stdout and nothing else')
    .action((analysis: (typeof analysisNames)[number], options: AnalyseOptions) =>
      analyseCommand(analysis, { ...options, ...program.opts() }),
    );
}

/** The options that ask a question: limits, scenario, objective, and what is allowed. */
function questionOptions(command: Command): Command {
  return command
    .option('--max-memory <size>', 'peak memory, such as 700MB or 1.4GB', byteSize)
    .option('--max-gpu-memory <size>', 'GPU memory, such as 2GB', byteSize)
    .option('--min-fps <n>', 'images per second', positiveNumber)
    .option('--max-latency <ms>', 'latency of one run in ms', positiveNumber)
    .option('--max-p99 <ms>', '99th percentile of the latency in ms', positiveNumber)
    .option('--min-top1 <percent>', 'least top-1 accuracy', percentage)
    .option('--max-params <n>', 'parameters, such as 25M', count)
    .option('--max-macs <n>', 'multiply-adds, such as 4G', count)
    .option('--max-file <size>', 'model file, such as 100MB', byteSize)
    .option('--max-energy <joule>', 'energy of one run in J', positiveNumber)
    .option('--batch <n>', 'batch size', wholeNumber(1, 1024), 1)
    .option('--offline', 'as many images a second as possible: of each model its best batch size')
    .option('--requests <per-second>', 'a server at this rate: p99 then holds the wait', positiveNumber)
    .option('--cheapest <cost>', `rank by the least: ${costMetrics.join(', ')}`, oneOf(costMetrics))
    .option(
      '--weights <list>',
      'points of top-1 that half of a cost is worth, such as latencyMs=2,params=0.5',
      weights(costMetrics),
    )
    .option('--provider <list>', providerNames.join(', '), listOf(oneOf(providerNames)))
    .option('--precision <list>', precisionNames.join(', '), listOf(oneOf(precisionNames)))
    .option('--size <list>', 'input sizes in px, with commas', listOf(wholeNumber(1, 8192)))
    .option('--use <use>', backboneUses.join(', '), oneOf(backboneUses))
    .option(
      '--licence <list>',
      'licences of weights that are allowed, with commas',
      listOf((name) => name),
    )
    .option('--count <n>', 'how many to rank', wholeNumber(1, 100), 5);
}
