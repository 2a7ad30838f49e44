import type { FlipPoint, LimitName, RelaxHint } from '../../preload/contract.ts';
import { bestOfEachModel, byObjective, clearsAllBut, rejudge, type Judged, type Question } from './judged.ts';
import { limitRules, limitText, sureValue } from './limits.ts';
import type { Observation } from './observation.ts';

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
      sentence: hintSentence(limit, from, to, admitted[0]?.observation ?? null, top1Gain),
    };
  });
}

/** Whether the score lets an entry rank before the winner, whatever its limits become. */
function mayPrecede({ score }: Judged, winner: Judged | null): boolean {
  return winner === null || winner.score === null || (score !== null && score >= winner.score);
}

function hintSentence(
  limit: LimitName,
  from: number,
  to: number,
  admitted: Observation | null,
  top1Gain: number | null,
): string {
  const change = `${limitText(limit, to)} instead of ${limitText(limit, from)}`;
  if (admitted === null) return `${change} would admit nothing better`;
  const gain = top1Gain === null ? '' : `, ${signed(top1Gain)} points`;
  return `${change} would admit ${admitted.model} (${admitted.top1.toFixed(2)} %${gain})`;
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
      sentence: `from ${limitText(limit, to)} on, ${winner.model} (${winner.top1.toFixed(2)} %) would win`,
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
    const past = limitRules[limit].sense === 'at-most' ? 'below' : 'above';
    const then =
      winner === null ? 'nothing is sure to fit' : `${winner.model} (${winner.top1.toFixed(2)} %) would win`;
    return {
      ...{ limit, direction: 'tighten', from, to, share: to / from - 1, winner: winner?.model ?? null },
      sentence: `${past} ${limitText(limit, to)} ${model} is no longer sure of it, and ${then}`,
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

function signed(points: number): string {
  return `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(2)}`;
}
