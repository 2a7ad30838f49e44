import type { FlipPoint, LimitName, RelaxHint } from '../../preload/contract.ts';
import { byObjective, clearsAllBut, rejudge, type Judged, type Question } from './judged.ts';
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
    const admitted = judged
      .filter((entry) => entry.status !== 'clears' && clearsAllBut(entry, limit))
      .filter((entry) => winner === null || byObjective(entry, winner) < 0)
      .map((entry) => rejudge(entry, limit, to, question))
      .filter(({ status }) => status === 'clears')
      .toSorted(byObjective)
      .filter((entry) => entry.observation.model !== winner?.observation.model);
    const best = admitted[0] ?? winner;
    const top1Gain =
      best === null || winner === null ? null : best.observation.top1 - winner.observation.top1;
    return {
      limit,
      from,
      to,
      admits: [...new Set(admitted.map(({ observation }) => observation.model))],
      winner: best?.observation.model ?? null,
      top1Gain,
      sentence: hintSentence(limit, from, to, admitted[0]?.observation ?? null, top1Gain),
    };
  });
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
    return needs === null || !Number.isFinite(needs) ? [] : [{ entry, needs }];
  });
}

function relaxed(
  contenders: readonly Contender[],
  winner: Judged,
  limit: LimitName,
  from: number,
): FlipPoint | null {
  const better = contenders.filter(
    ({ entry }) =>
      entry.status !== 'clears' &&
      entry.observation.model !== winner.observation.model &&
      byObjective(entry, winner) < 0,
  );
  const nearest = better.toSorted(
    (a, b) => strictness(limit, a.needs, b.needs) || byObjective(a.entry, b.entry),
  )[0];
  if (nearest === undefined) return null;
  const { observation } = nearest.entry;
  return {
    limit,
    direction: 'relax',
    from,
    to: nearest.needs,
    share: nearest.needs / from - 1,
    winner: observation.model,
    sentence: `from ${limitText(limit, nearest.needs)} on, ${observation.model} (${observation.top1.toFixed(2)} %) would win`,
  };
}

function tightened(
  contenders: readonly Contender[],
  winner: Judged,
  limit: LimitName,
  from: number,
): FlipPoint | null {
  const ofWinner = contenders.filter(({ entry }) => entry.observation.model === winner.observation.model);
  const last = ofWinner.toSorted((a, b) => strictness(limit, a.needs, b.needs))[0];
  if (last === undefined) return null;
  const next = contenders
    .filter(
      ({ entry, needs }) =>
        entry.observation.model !== winner.observation.model && strictness(limit, needs, last.needs) < 0,
    )
    .map(({ entry }) => entry)
    .toSorted(byObjective)[0]?.observation;
  const past = limitRules[limit].sense === 'at-most' ? 'below' : 'above';
  const then =
    next === undefined ? 'nothing is sure to fit' : `${next.model} (${next.top1.toFixed(2)} %) would win`;
  return {
    limit,
    direction: 'tighten',
    from,
    to: last.needs,
    share: last.needs / from - 1,
    winner: next?.model ?? null,
    sentence: `${past} ${limitText(limit, last.needs)} ${winner.observation.model} is no longer sure of it, and ${then}`,
  };
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
