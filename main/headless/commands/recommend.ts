import type {
  BackboneUse,
  Candidate,
  CostMetric,
  Objective,
  Precision,
  ProviderName,
  Recommendation,
  RecommendationRequest,
  Scenario,
} from '../../../preload/contract.ts';
import { ask, withService } from '../ask.ts';
import { CommandFailure, exitCodes } from '../failure.ts';
import { latency, megabytes, table } from '../format.ts';
import { writeReportFile, type ReportFile } from '../reportFile.ts';

export interface RecommendOptions {
  readonly device?: string;
  readonly maxMemory?: number;
  readonly maxGpuMemory?: number;
  readonly minFps?: number;
  readonly maxLatency?: number;
  readonly maxP99?: number;
  readonly minTop1?: number;
  readonly maxParams?: number;
  readonly maxMacs?: number;
  readonly maxFile?: number;
  readonly maxEnergy?: number;
  readonly batch: number;
  readonly offline?: boolean;
  readonly requests?: number;
  readonly cheapest?: CostMetric;
  readonly weights?: Partial<Record<CostMetric, number>>;
  readonly provider?: ProviderName[];
  readonly precision?: Precision[];
  readonly size?: number[];
  readonly licence?: string[];
  readonly use?: BackboneUse;
  readonly predicted: 'apart' | 'together' | 'none';
  readonly count: number;
  readonly report?: ReportFile;
  readonly json?: boolean;
  readonly dataDir?: string;
}

/** `backbench recommend`. Exit code 1 where nothing was measured that could answer. */
export async function recommendCommand(options: RecommendOptions): Promise<void> {
  const request = requestOf(options);
  const answer = await withService(options, async (service) => {
    const recommended = await ask(service, 'recommend', request);
    if (options.report !== undefined && recommended.considered > 0) {
      const { text } = await ask(service, 'report', { question: request, format: options.report.format });
      await writeReportFile(options.report, text);
    }
    return recommended;
  });
  if (options.json === true) console.log(JSON.stringify(answer, null, 1));
  if (answer.considered === 0) {
    throw new CommandFailure(
      `Nothing was measured on ${answer.device.name} at batch ${options.batch} yet. Measure with: npm run backbench -- run --models all --batch ${options.batch}`,
    );
  }
  if (options.json !== true) console.log(recommendationText(answer));
}

/** The question that the options ask. */
export function requestOf(options: RecommendOptions): RecommendationRequest {
  return {
    device: options.device ?? null,
    scenario: scenarioOf(options),
    objective: objectiveOf(options),
    batch: options.batch,
    providers: options.provider ?? null,
    precisions: options.precision ?? null,
    inputSizes: options.size ?? null,
    licences: options.licence ?? null,
    use: options.use,
    predicted: options.predicted,
    count: options.count,
    limits: {
      maxMemoryBytes: options.maxMemory ?? null,
      maxGpuMemoryBytes: options.maxGpuMemory ?? null,
      minFps: options.minFps ?? null,
      maxLatencyMs: options.maxLatency ?? null,
      maxP99Ms: options.maxP99 ?? null,
      minTop1: options.minTop1 ?? null,
      maxParams: options.maxParams ?? null,
      maxMacs: options.maxMacs ?? null,
      maxFileBytes: options.maxFile ?? null,
      maxEnergyJ: options.maxEnergy ?? null,
    },
  };
}

function scenarioOf({ offline, requests }: RecommendOptions): Scenario {
  if (offline === true && requests !== undefined)
    throw new CommandFailure('--offline and --requests ask for different things; give one.', exitCodes.usage);
  if (requests !== undefined) return { kind: 'server', requestsPerSecond: requests };
  return { kind: offline === true ? 'offline' : 'single-stream' };
}

function objectiveOf({ cheapest, weights }: RecommendOptions): Objective {
  if (cheapest !== undefined && weights !== undefined)
    throw new CommandFailure('--cheapest and --weights ask for different things; give one.', exitCodes.usage);
  if (cheapest !== undefined) return { kind: 'cheapest', cost: cheapest };
  return weights === undefined ? { kind: 'accuracy' } : { kind: 'weighted', weights };
}

/** What `backbench recommend` prints: the ranking, how sure it is, why better models fell out, and what would change it. */
export function recommendationText(answer: Recommendation): string {
  const parts: string[] = [];
  if (answer.ranked.length > 0) parts.push(candidateTable(answer.ranked));
  else parts.push('No measured backbone keeps these limits.');
  if (answer.bindingLimit !== null) parts.push(answer.bindingLimit.sentence);
  const doubtful = answer.ranked.flatMap(({ model, verdicts }) =>
    verdicts.filter(({ verdict }) => verdict !== 'clears').map(({ sentence }) => `${model}: ${sentence}`),
  );
  const excluded = answer.excluded.slice(0, 5).map(excludedLine);
  const changes = [
    ...answer.relaxHints.filter(({ admits }) => admits.length > 0).map(({ sentence }) => sentence),
    ...answer.flipPoints.map(({ sentence }) => sentence),
  ];
  const remarks = answer.ranked.flatMap(({ model, remarks }) => remarks.map((text) => `${model}: ${text}`));
  parts.push(
    ...section('Not certain:', doubtful),
    ...section('Better, but excluded:', excluded),
    ...section('Nearest misses:', answer.nearestMisses.map(excludedLine)),
    ...section('What would change the answer:', changes),
    ...section(
      'Equals:',
      answer.groups.map(({ sentence }) => sentence),
    ),
    ...section('Remarks:', remarks),
  );
  if (answer.predicted.length > 0) {
    const names = answer.predicted.map(({ model }) => model).join(',');
    parts.push(
      `Predicted, not measured:\n${candidateTable(answer.predicted)}\nMeasure them with: npm run backbench -- run --models ${names}`,
    );
  }
  parts.push(...answer.notes);
  return parts.join('\n\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [[title, ...lines.map((line) => `  ${line}`)].join('\n')];
}

function excludedLine({ candidate, reason }: { candidate: Candidate; reason: string }): string {
  return `${candidate.model} (${candidate.top1.toFixed(2)} %): ${reason}`;
}

function candidateTable(candidates: readonly Candidate[]): string {
  const rows = candidates.map((candidate, index) => [
    `${index + 1}`,
    candidate.model,
    candidate.top1.toFixed(2),
    latency(candidate.latencyMs),
    candidate.fps.toFixed(1),
    candidate.memoryBytes === null ? 'unknown' : megabytes(candidate.memoryBytes),
    `${candidate.provider} ${candidate.precision}`,
    candidate.bestProbability === null ? '–' : `${Math.round(100 * candidate.bestProbability)} %`,
    candidate.flags.map(({ code }) => code).join(', '),
    `${candidate.origin}; top-1: ${candidate.accuracySource}`,
  ]);
  const head = ['#', 'model', 'top-1 %', 'latency', 'FPS', 'memory', 'provider', 'best', 'flags', 'sources'];
  return table(head, rows, ['#', 'top-1 %', 'latency', 'FPS', 'memory', 'best']);
}
