import type { AnalysisName, AnalysisRequest, FrontMetric } from '../../../preload/contract.ts';
import { analysisFindings, analysisTable } from '../../exchange/analysisTable.ts';
import { csvText } from '../../exchange/csv.ts';
import { cellText, type Table } from '../../exchange/table.ts';
import { ask, withService } from '../ask.ts';
import { CommandFailure, exitCodes } from '../failure.ts';
import { table } from '../format.ts';

export interface AnalyseOptions {
  readonly device?: string;
  readonly run?: string;
  readonly provider?: string;
  readonly precision?: string;
  readonly batch?: number;
  readonly against?: string;
  readonly againstRun?: string;
  readonly againstProvider?: string;
  readonly againstPrecision?: string;
  readonly metrics?: FrontMetric[];
  readonly memory?: number[];
  readonly fps?: number[];
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly dataDir?: string;
}

/** `backbench analyse`. Exit code 1 where there are no figures to analyse. */
export async function analyseCommand(analysis: AnalysisName, options: AnalyseOptions): Promise<void> {
  const request = requestOf(analysis, options);
  const answer = await withService(options, (service) => ask(service, 'analyse', request));
  const rows = analysisTable(answer);
  if (options.json === true) console.log(JSON.stringify(answer, null, 1));
  else if (options.csv === true) process.stdout.write(csvText(rows));
  if (answer.selection.origin === 'none') {
    throw new CommandFailure(
      `There are no such figures of ${answer.selection.device.name}. Measure with: npm run backbench -- run --models all`,
    );
  }
  if (options.json === true || options.csv === true) return;
  console.log([rows.title, tableText(rows), ...analysisFindings(answer)].join('\n\n'));
}

function requestOf(analysis: AnalysisName, options: AnalyseOptions): AnalysisRequest {
  const { device = null, run = null, provider = null, precision = null, batch = null } = options;
  const otherPlace = options.against !== undefined || options.againstRun !== undefined;
  const isTwoSided =
    otherPlace || options.againstProvider !== undefined || options.againstPrecision !== undefined;
  if (analysis === 'devices' && !isTwoSided)
    throw new CommandFailure(
      'Against what? Name the other side with --against, --against-run, --against-provider or --against-precision.',
      exitCodes.usage,
    );
  return {
    analysis,
    ...{ device, run, provider, precision, batch },
    against: isTwoSided
      ? {
          device: options.against ?? device,
          run: options.againstRun ?? (otherPlace ? null : run),
          provider: options.againstProvider ?? (otherPlace ? null : provider),
          precision: options.againstPrecision ?? (otherPlace ? null : precision),
          batch,
        }
      : null,
    ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    ...(options.memory === undefined ? {} : { memoryLimitsBytes: options.memory }),
    ...(options.fps === undefined ? {} : { fpsLimits: options.fps }),
  };
}

function tableText({ columns, rows }: Table): string {
  const numeric = columns.filter((_, index) => rows.some((row) => typeof row[index] === 'number'));
  return table(
    columns.map(({ name }) => name),
    rows.map((row) => row.map((cell, index) => cellText(cell, columns[index]))),
    numeric.map(({ name }) => name),
  );
}
