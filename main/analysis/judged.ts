import type { LimitName, Limits, Objective, Scenario } from '../../preload/contract.ts';
import { standingsOf, standingTo, type Standing } from './limits.ts';
import { perImageMs, type Observation } from './observation.ts';
import { scoreOf } from './objective.ts';

/** What is asked, as far as it judges an observation. */
export interface Question {
  readonly limits: Limits;
  readonly scenario: Scenario;
  readonly objective: Objective;
}

export type Status = 'clears' | 'doubtful' | 'breaks';

/** An observation beside how it stands to every limit. */
export interface Judged {
  readonly observation: Observation;
  readonly standings: readonly Standing[];
  /** clears: surely keeps all; breaks: surely breaks one; doubtful: in between, or a reading is absent. */
  readonly status: Status;
  readonly score: number | null;
}

export function judge(observation: Observation, { limits, scenario, objective }: Question): Judged {
  const standings = standingsOf(observation, limits, scenario);
  return { observation, standings, status: statusOf(standings), score: scoreOf(observation, objective) };
}

export function statusOf(standings: readonly Standing[]): Status {
  let status: Status = 'clears';
  for (const { verdict } of standings) {
    if (verdict === 'breaks') return 'breaks';
    if (verdict !== 'clears') status = 'doubtful';
  }
  return status;
}

/** Whether all limits but one are surely kept. */
export function clearsAllBut({ standings }: Judged, name: LimitName): boolean {
  return standings.every((standing) => standing.name === name || standing.verdict === 'clears');
}

/** The same observation judged with another value of one limit. */
export function rejudge(judged: Judged, name: LimitName, limit: number, question: Question): Judged {
  const standings = judged.standings.map((standing) =>
    standing.name === name ? standingTo(judged.observation, name, limit, question.scenario) : standing,
  );
  return { ...judged, standings, status: statusOf(standings) };
}

const statusOrder: Readonly<Record<Status, number>> = { clears: 0, doubtful: 1, breaks: 2 };

/** Those that surely keep the limits, then the doubtful, then those that break one; each by the objective. */
export function byStatusThenObjective(a: Judged, b: Judged): number {
  return statusOrder[a.status] - statusOrder[b.status] || byObjective(a, b);
}

/**
 * Order of models: by score; ties by higher top-1, less memory, lower latency per image, fewer parameters, and then the
 * name, so that the same rows give the same order however they were sorted before. Unknown values come last. Memory
 * before latency is what the tables of arXiv 1810.00736 do with their one tie.
 */
export function byObjective(a: Judged, b: Judged): number {
  return (
    descending(a.score, b.score) ||
    b.observation.top1 - a.observation.top1 ||
    ascending(a.observation.memoryBytes, b.observation.memoryBytes) ||
    byVariant(a, b)
  );
}

/** Order of one model's variants: by score, and of equal ones the fastest. */
function byVariant(a: Judged, b: Judged): number {
  const x = a.observation;
  const y = b.observation;
  return (
    descending(a.score, b.score) ||
    perImageMs(x) - perImageMs(y) ||
    ascending(x.memoryBytes, y.memoryBytes) ||
    ascending(x.params, y.params) ||
    byText(x.model, y.model) ||
    byText(x.provider, y.provider) ||
    byText(x.precision, y.precision) ||
    x.inputSize - y.inputSize ||
    x.batch - y.batch ||
    ascending(x.threads, y.threads) ||
    byText(x.resultId ?? '', y.resultId ?? '')
  );
}

function descending(a: number | null, b: number | null): number {
  return a === null || b === null ? Number(a === null) - Number(b === null) : b - a;
}

function ascending(a: number | null, b: number | null): number {
  return a === null || b === null ? Number(a === null) - Number(b === null) : a - b;
}

/** By code units: a locale's rules may differ between machines. */
function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Of each model the variant (provider, precision, batch, …) that keeps the limits best, and of those the best. */
export function bestOfEachModel(judged: readonly Judged[]): Judged[] {
  const best = new Map<string, Judged>();
  for (const entry of judged) {
    const known = best.get(entry.observation.model);
    const order = known && (statusOrder[entry.status] - statusOrder[known.status] || byVariant(entry, known));
    if (order === undefined || order < 0) best.set(entry.observation.model, entry);
  }
  return [...best.values()];
}
