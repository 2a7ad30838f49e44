import type { Observation } from '../observation.ts';
import type { Question } from '../judged.ts';
import { drawWinners, mayFit } from './draws.ts';

/** How well a model is known: not measured, measured in a hurry, or as well as it will be. */
export type Knowledge = 'predicted' | 'rough' | 'final';

export interface Contender {
  readonly observation: Observation;
  readonly knowledge: Knowledge;
}

export interface Outlook {
  /** Share of the drawn worlds in which the best are those of the answer, each of them measured. */
  readonly settled: number;
  /** The answer as it stands, what is among the best in most worlds: places in the list of contenders, likeliest first. */
  readonly answer: readonly number[];
  /** What to measure next, and in what share of the worlds it is among the best; null where nothing would change the answer. */
  readonly next: { readonly index: number; readonly share: number } | null;
}

/** How many of the best must be settled. */
export const settledCount = 5;

/**
 * What is known of the best five, and which measurement is likeliest to change it: a predicted model that is among the best
 * in most worlds, or a roughly measured one about which the worlds disagree with the answer. Successive elimination (Even-Dar,
 * Mannor and Mansour, 2006) by probability: what is among the best in hardly any world is never measured.
 */
export function outlookOf(contenders: readonly Contender[], question: Question): Outlook {
  const worlds = drawWinners(
    contenders.map(({ observation }) => observation),
    question,
    settledCount,
  );
  const wins = new Array<number>(contenders.length).fill(0);
  for (const best of worlds) for (const index of best) wins[index] = (wins[index] ?? 0) + 1;
  const answer = [...wins.keys()]
    .filter((index) => (wins[index] ?? 0) > worlds.length / 2)
    .toSorted((a, b) => (wins[b] ?? 0) - (wins[a] ?? 0) || a - b)
    .slice(0, settledCount);
  const inAnswer = new Set(answer);
  const open = new Array<number>(contenders.length).fill(0);
  let settled = 0;
  for (const best of worlds) {
    const members = new Set(best);
    const doubtful = [...new Set([...best, ...answer])].filter((index) => {
      const knowledge = contenders[index]?.knowledge;
      if (knowledge === 'final') return false;
      return knowledge === 'predicted' ? members.has(index) : members.has(index) !== inAnswer.has(index);
    });
    for (const index of doubtful) open[index] = (open[index] ?? 0) + 1;
    if (doubtful.length === 0) settled += 1;
  }
  const widest = open.reduce((best, count, index) => (count > (open[best] ?? 0) ? index : best), 0);
  const share = (open[widest] ?? 0) / worlds.length;
  return {
    settled: settled / worlds.length,
    answer,
    next: share > 0 ? { index: widest, share } : null,
  };
}

/** Models that are measured before any prediction is worth its name. */
const firstProbes = 5;

/**
 * Where to begin on a machine of which nothing is known: of the cheaper half of what may fit the most accurate in each of
 * five ranges of multiply-adds, of different families. Cheap ones take little time and tell most of how fast the machine is.
 * Empty once as many are known.
 */
export function firstContenders(contenders: readonly Contender[], question: Question): number[] {
  const byCost = contenders
    .map((contender, index) => ({ ...contender, index }))
    .filter(({ observation }) => mayFit(observation, question))
    .toSorted((a, b) => (a.observation.macs ?? 0) - (b.observation.macs ?? 0) || a.index - b.index);
  const known = byCost.filter(({ knowledge }) => knowledge !== 'predicted').length;
  const wanted = Math.min(firstProbes, byCost.length) - known;
  const cheaper = byCost
    .slice(0, Math.max(firstProbes, Math.ceil(byCost.length / 2)))
    .filter(({ knowledge }) => knowledge === 'predicted');
  const chosen: typeof cheaper = [];
  for (let part = 0; part < wanted; part++) {
    const range = cheaper.slice(
      Math.floor((part * cheaper.length) / wanted),
      Math.floor(((part + 1) * cheaper.length) / wanted),
    );
    const isNew = ({ observation: { family } }: (typeof cheaper)[number]) =>
      !chosen.some((other) => other.observation.family === family);
    const pool = range.some(isNew) ? range.filter(isNew) : range;
    const best = pool.toSorted((a, b) => b.observation.top1 - a.observation.top1 || a.index - b.index)[0];
    if (best !== undefined) chosen.push(best);
  }
  return chosen.map(({ index }) => index);
}
