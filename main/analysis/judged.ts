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
 * By score; ties by higher top-1, lower latency per image, fewer parameters, and then the names: the same rows give the
 * same order, however they were sorted before. An unknown score or parameter count comes last.
 */
export function byObjective(a: Judged, b: Judged): number {
  const x = a.observation;
  const y = b.observation;
  return (
    descending(a.score, b.score) ||
    y.top1 - x.top1 ||
    perImageMs(x) - perImageMs(y) ||
    (x.params ?? Number.MAX_VALUE) - (y.params ?? Number.MAX_VALUE) ||
    byText(x.model, y.model) ||
    byText(x.provider, y.provider) ||
    byText(x.precision, y.precision) ||
    x.inputSize - y.inputSize ||
    x.batch - y.batch ||
    (x.threads ?? 0) - (y.threads ?? 0) ||
    byText(x.resultId ?? '', y.resultId ?? '')
  );
}

function descending(a: number | null, b: number | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return b - a;
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
    if (known === undefined || byStatusThenObjective(entry, known) < 0)
      best.set(entry.observation.model, entry);
  }
  return [...best.values()];
}
