import type {
  Candidate,
  Precision,
  ProviderName,
  Recommendation,
  RecommendationRequest,
} from '../../../preload/contract.ts';
import { ask, withService } from '../ask.ts';
import { CommandFailure } from '../failure.ts';
import { latency, megabytes, table } from '../format.ts';

interface RecommendOptions {
  readonly device?: string;
  readonly maxMemory?: number;
  readonly minFps?: number;
  readonly maxLatency?: number;
  readonly minTop1?: number;
  readonly maxParams?: number;
  readonly maxMacs?: number;
  readonly maxFile?: number;
  readonly batch: number;
  readonly provider?: ProviderName[];
  readonly precision?: Precision[];
  readonly count: number;
  readonly json?: boolean;
  readonly dataDir?: string;
}

/** `backbench recommend`. Exit code 1 where nothing was measured that could answer. */
export async function recommendCommand(options: RecommendOptions): Promise<void> {
  const answer = await withService(options, (service) => ask(service, 'recommend', requestOf(options)));
  if (options.json === true) console.log(JSON.stringify(answer, null, 1));
  if (answer.considered === 0) {
    throw new CommandFailure(
      `Nothing was measured on ${answer.device.name} at batch ${options.batch} yet. Measure with: npm run backbench -- run --models all --batch ${options.batch}`,
    );
  }
  if (options.json !== true) console.log(recommendationText(answer));
}

function requestOf(options: RecommendOptions): RecommendationRequest {
  return {
    device: options.device ?? null,
    batch: options.batch,
    providers: options.provider ?? null,
    precisions: options.precision ?? null,
    count: options.count,
    limits: {
      maxMemoryBytes: options.maxMemory ?? null,
      minFps: options.minFps ?? null,
      maxLatencyMs: options.maxLatency ?? null,
      minTop1: options.minTop1 ?? null,
      maxParams: options.maxParams ?? null,
      maxMacs: options.maxMacs ?? null,
      maxFileBytes: options.maxFile ?? null,
    },
  };
}

/** What `backbench recommend` prints: the ranking, and why better models fell out. */
export function recommendationText(answer: Recommendation): string {
  const parts: string[] = [];
  if (answer.ranked.length > 0) parts.push(candidateTable(answer.ranked));
  else parts.push('No measured backbone keeps these limits.');
  const doubtful = answer.ranked.flatMap(({ model, verdicts }) =>
    verdicts.filter(({ verdict }) => verdict !== 'clears').map(({ sentence }) => `  ${model}: ${sentence}`),
  );
  if (doubtful.length > 0) parts.push(['Not certain:', ...doubtful].join('\n'));
  if (answer.excluded.length > 0) {
    parts.push(['More accurate, but excluded:', ...answer.excluded.slice(0, 5).map(excludedLine)].join('\n'));
  }
  if (answer.nearestMisses.length > 0) {
    parts.push(['Nearest misses:', ...answer.nearestMisses.slice(0, 5).map(excludedLine)].join('\n'));
  }
  parts.push(...answer.notes);
  return parts.join('\n\n');
}

function excludedLine({ candidate, reason }: { candidate: Candidate; reason: string }): string {
  return `  ${candidate.model} (${candidate.top1.toFixed(2)} %): ${reason}`;
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
    candidate.flags.map(({ code }) => code).join(', '),
    `${candidate.origin}; top-1: ${candidate.accuracySource}`,
  ]);
  const head = ['#', 'model', 'top-1 %', 'latency', 'FPS', 'memory', 'provider', 'flags', 'sources'];
  return table(head, rows, ['#', 'top-1 %', 'latency', 'FPS', 'memory']);
}
