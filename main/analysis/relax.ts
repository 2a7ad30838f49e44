import type { FlipPoint, LimitName, RelaxHint, Statement } from '../../preload/contract.ts';
import { bestOfEachModel, byObjective, clearsAllBut, rejudge, type Judged, type Question } from './judged.ts';
import { limitRules, sureValue } from './limits.ts';
import type { Observation } from './observation.ts';
import { said } from './words/inEnglish.ts';

const relaxation = 0.1;

/**
 * For each limit that is set: what relaxing it by a tenth would buy. `winner` is the best that surely keeps all limits
 * today, null where nothing does.
 */
export function relaxHints(
  judged: readonly Judged[],
  winner: Judged | null,
  question: Question,
): RelaxHint[] {
  return setLimits(question).map(([limit, from]) => {
    const to = limitRules[limit].sense === 'at-most' ? from * (1 + relaxation) : from * (1 - relaxation);
    const admitted = winnersOver(
      judged
        .filter((entry) => mayPrecede(entry, winner) && clearsAllBut(entry, limit))
        .map((entry) => rejudge(entry, limit, to, question)),
      winner,
    );
    const best = admitted[0] ?? winner;
    const top1Gain =
      best === null || winner === null ? null : best.observation.top1 - winner.observation.top1;
    return {
      limit,
      from,
      to,
      admits: admitted.map(({ observation }) => observation.model),
      winner: best?.observation.model ?? null,
      top1Gain,
      ...said(hintOf(limit, from, to, admitted[0]?.observation ?? null, top1Gain)),
    };
  });
}

/** Whether the score lets an entry rank before the winner, whatever its limits become. */
function mayPrecede({ score }: Judged, winner: Judged | null): boolean {
  return winner === null || winner.score === null || (score !== null && score >= winner.score);
}

function hintOf(
  limit: LimitName,
  from: number,
  to: number,
  admitted: Observation | null,
  gain: number | null,
): Statement {
  if (admitted === null) return { code: 'relaxed-in-vain', values: { limit, from, to } };
  return { code: 'relaxed-admits', values: { limit, from, to, ...named(admitted), gain } };
}

function named({ model, top1 }: Observation): { model: string; top1: number } {
  return { model, top1 };
}

/**
 * For each limit that is set: the nearest value at which another model wins, once relaxed and once tightened. A value
 * counts from where a model would be sure of it. Empty where nothing surely keeps the limits today.
 */
export function flipPoints(
  judged: readonly Judged[],
  winner: Judged | null,
  question: Question,
): FlipPoint[] {
  if (winner === null) return [];
  return setLimits(question).flatMap(([limit, from]) => {
    const contenders = contendersFor(judged, limit, question);
    return [relaxed(contenders, winner, limit, from), tightened(contenders, winner, limit, from)].filter(
      (point) => point !== null,
    );
  });
}

/** A variant that one limit alone can admit or shut out, and the value from which it is sure to be admitted. */
interface Contender {
  readonly entry: Judged;
  readonly needs: number;
}

function contendersFor(judged: readonly Judged[], limit: LimitName, { scenario }: Question): Contender[] {
  return judged.flatMap((entry) => {
    if (!clearsAllBut(entry, limit)) return [];
    const needs = sureValue(entry.observation, limit, scenario);
    return needs === null || !Number.isFinite(needs)
      ? []
      : [{ entry: { ...entry, status: 'clears' as const }, needs }];
  });
}

/** The best model among contenders that a limit admits. */
function bestOf(contenders: readonly Contender[]): Observation | null {
  let highest = Number.NEGATIVE_INFINITY;
  for (const { entry } of contenders) highest = Math.max(highest, entry.score ?? Number.NEGATIVE_INFINITY);
  // The score decides before all else, so only its holders need to be compared.
  const leading = contenders
    .map(({ entry }) => entry)
    .filter(({ score }) => (score ?? Number.NEGATIVE_INFINITY) === highest);
  return bestOfEachModel(leading).toSorted(byObjective)[0]?.observation ?? null;
}

/** The models that surely keep the limits and rank before `winner`, best first. */
function winnersOver(judged: readonly Judged[], winner: Judged | null): Judged[] {
  return bestOfEachModel(judged.filter(({ status }) => status === 'clears'))
    .filter((entry) => entry.observation.model !== winner?.observation.model)
    .filter((entry) => winner === null || byObjective(entry, winner) < 0)
    .toSorted(byObjective);
}

function relaxed(
  contenders: readonly Contender[],
  today: Judged,
  limit: LimitName,
  from: number,
): FlipPoint | null {
  const { model } = today.observation;
  // Only these can change who wins; trying the values of all would take a square of their number.
  const movers = contenders.filter(
    ({ entry }) => entry.observation.model === model || byObjective(entry, today) < 0,
  );
  for (const to of valuesBeyond(movers, limit, from)) {
    const winner = bestOf(contenders.filter(({ needs }) => strictness(limit, needs, to) <= 0));
    if (winner === null || winner.model === model) continue;
    return {
      ...{ limit, direction: 'relax', from, to, share: to / from - 1, winner: winner.model },
      ...said({ code: 'relaxed-wins', values: { limit, to, ...named(winner) } }),
    };
  }
  return null;
}

/** What the contenders that `from` shuts out would need, the nearest first. */
function valuesBeyond(contenders: readonly Contender[], limit: LimitName, from: number): number[] {
  const beyond = contenders.map(({ needs }) => needs).filter((needs) => strictness(limit, needs, from) > 0);
  return [...new Set(beyond)].toSorted((a, b) => strictness(limit, a, b));
}

function tightened(
  contenders: readonly Contender[],
  { observation: { model } }: Judged,
  limit: LimitName,
  from: number,
): FlipPoint | null {
  const ofWinner = contenders
    .filter(({ entry, needs }) => entry.observation.model === model && strictness(limit, needs, from) <= 0)
    .toSorted((a, b) => strictness(limit, b.needs, a.needs));
  for (const { needs: to } of ofWinner) {
    const winner = bestOf(contenders.filter(({ needs }) => strictness(limit, needs, to) < 0));
    if (winner?.model === model) continue;
    return {
      ...{ limit, direction: 'tighten', from, to, share: to / from - 1, winner: winner?.model ?? null },
      ...said(
        winner === null
          ? { code: 'tightened-to-nothing', values: { limit, to, today: model } }
          : { code: 'tightened-wins', values: { limit, to, today: model, ...named(winner) } },
      ),
    };
  }
  return null;
}

/** Negative where `a` is kept by fewer than `b`. */
function strictness(limit: LimitName, a: number, b: number): number {
  return limitRules[limit].sense === 'at-most' ? a - b : b - a;
}

function setLimits({ limits }: Question): [LimitName, number][] {
  return (Object.keys(limitRules) as LimitName[]).flatMap((name) => {
    const limit = limits[name];
    return limit === null || limit === 0 ? [] : [[name, limit] as [LimitName, number]];
  });
}
