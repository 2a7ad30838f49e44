import type { Run, Sweep, SweepOutcome } from '../../../preload/contract.ts';
import type { OpenedService } from '../../service/openService.ts';
import { ask, withService } from '../ask.ts';
import { table } from '../format.ts';
import { ProgressLine } from '../progressLine.ts';
import { recommendationText, requestOf, type RecommendOptions } from './recommend.ts';
import { exitCodeOf, finishedRun } from './run.ts';

export interface SweepOptions extends RecommendOptions {
  readonly confidence: number;
  readonly maxMinutes?: number;
  readonly models?: string[];
  readonly threads?: number;
}

/** `backbench sweep`: measures what the answer depends on, says why, and answers. */
export async function sweepCommand(options: SweepOptions): Promise<void> {
  const question = requestOf(options);
  process.exitCode = await withService(options, async (service) => {
    const { runId } = await ask(service, 'startSweep', {
      question,
      confidence: options.confidence,
      models: options.models ?? null,
      maxSeconds: options.maxMinutes === undefined ? null : 60 * options.maxMinutes,
      threads: options.threads ?? null,
    });
    const { run, interrupted } = await followed(service, runId);
    const sweep = await ask(service, 'getSweep', { runId });
    const answer = await ask(service, 'recommend', question);
    if (options.json === true) console.log(JSON.stringify({ sweep, run, answer }, null, 1));
    else console.log(`${sweepText(run, sweep)}\n\n${recommendationText(answer)}`);
    return exitCodeOf(run, interrupted);
  });
}

/** Shows the run, and for each job, as it begins, why it is measured. */
async function followed(service: OpenedService, runId: string): Promise<{ run: Run; interrupted: boolean }> {
  const line = new ProgressLine(process.stderr);
  const told = new Set<string>();
  const stop = service.subscribe((event) => {
    if (event.name !== 'runChanged' || event.payload.id !== runId) return;
    for (const { id, configuration, reason } of event.payload.jobs) {
      if (told.has(id) || reason === null) continue;
      told.add(id);
      line.note(`${configuration.model}: ${reason}`);
    }
  });
  try {
    return await finishedRun(service, runId, line);
  } finally {
    stop();
  }
}

/** What a sweep came to: how many were measured, how sure the best five are, and why the others were left out. */
export function sweepText(run: Run, { outcome, request }: Sweep): string {
  const measured = new Set(
    run.jobs.filter(({ state }) => state === 'done').map(({ configuration }) => configuration.model),
  );
  const { settled, skipped } = outcome;
  const sure = `${Math.round(100 * settled)} %`;
  const asked = `${Math.round(100 * request.confidence)} %`;
  const ends: Readonly<Record<SweepOutcome['state'], string>> = {
    measuring: `The sweep goes on: the best five are ${sure} sure.`,
    settled: `Settled: the best five are right with ${sure} probability (${asked} was asked for).`,
    exhausted: `Nothing more would help: the best five are ${sure} sure; the rest is within the noise of the limits.`,
    stopped: `Stopped early: the best five are ${sure} sure.`,
  };
  const rows = [...Map.groupBy(skipped, ({ why }) => why)].map(([why, models]) => {
    const example = models.toSorted((a, b) => b.top1 - a.top1)[0];
    return [
      `${models.length}`,
      whys[why],
      example === undefined ? '' : `${example.model}: ${example.sentence}`,
    ];
  });
  return [
    ends[outcome.state],
    `${measured.size} of ${measured.size + skipped.length} backbones were measured.`,
    ...(rows.length === 0 ? [] : [table(['skipped', 'why', 'the most accurate of them'], rows, ['skipped'])]),
  ].join('\n');
}

const whys = {
  limits: 'breaks a limit, without measuring',
  predicted: 'predicted to miss a limit',
  'not-needed': 'five better ones keep the limits',
  time: 'no time left',
} as const;
