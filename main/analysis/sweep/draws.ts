import type { Observation } from '../observation.ts';
import { latencyAt, latencyUncertainty } from '../latencyUncertainty.ts';
import { judge, type Question } from '../judged.ts';
import { looksAtLatency, scoreAt, scoreOf } from '../objective.ts';
import { studentTStrata } from '../studentT.ts';

const strata = 64;
/** Worlds that are drawn: a share is good to about two in a hundred. */
const drawCount = 512;

/** For each drawn world the places (indices of `observations`) of the best that keep all limits, best first. */
export type Winners = readonly (readonly number[])[];

/**
 * What the best `count` are in worlds drawn from what is known: each observation's latency (and a predicted memory) takes a
 * value within its uncertainty. A reading that is absent is taken to keep its limit, so that what is not known is looked
 * at rather than dropped. The same observations give the same worlds.
 */
export function drawWinners(
  observations: readonly Observation[],
  question: Question,
  count: number,
): Winners {
  const entrants = observations.map((observation, index) => entrantOf(observation, index, question));
  const able = entrants.filter(({ excluded }) => !excluded);
  const byScore = (a: Entrant, b: Entrant) => b.score - a.score || b.top1 - a.top1 || a.index - b.index;
  const fixed = looksAtLatency(question.objective) ? null : able.toSorted(byScore);
  const random = randomOf(1);
  return Array.from({ length: drawCount }, () => {
    // Every entrant draws in every world, so that one's luck does not depend on who stands before it.
    for (const entrant of able) entrant.draw(random);
    const order = fixed ?? able.filter(({ passes }) => passes).toSorted(byScore);
    const best: number[] = [];
    for (const entrant of order) {
      if (!entrant.passes) continue;
      best.push(entrant.index);
      if (best.length === count) break;
    }
    return best;
  });
}

/** Whether all limits but those that are drawn, on speed and memory, may be kept: known as surely as an answer takes them. */
export function mayFit(observation: Observation, question: Question): boolean {
  const others = { ...question.limits, maxLatencyMs: null, minFps: null, maxMemoryBytes: null };
  return judge(observation, { ...question, limits: others }).status !== 'breaks';
}

interface Entrant {
  readonly index: number;
  readonly top1: number;
  /** Breaks a limit for certain, whatever its latency. */
  readonly excluded: boolean;
  score: number;
  passes: boolean;
  draw(random: () => number): void;
}

function entrantOf(observation: Observation, index: number, question: Question): Entrant {
  const { limits, objective } = question;
  const { batch, memoryBytes, memoryLogError } = observation;
  const uncertainty = latencyUncertainty(observation);
  const latencies = studentTStrata(uncertainty.degrees, strata).map((t) => latencyAt(uncertainty, t));
  const normals = studentTStrata(Number.POSITIVE_INFINITY, strata);
  const longestMs = Math.min(
    limits.maxLatencyMs ?? Number.POSITIVE_INFINITY,
    limits.minFps === null ? Number.POSITIVE_INFINITY : (1000 * batch) / limits.minFps,
  );
  const memoryLimit = memoryBytes === null ? null : limits.maxMemoryBytes;
  const moves = looksAtLatency(objective);
  const fixedScore = scoreOf(observation, objective);
  return {
    index,
    top1: observation.top1,
    excluded: !mayFit(observation, question) || fixedScore === null,
    score: fixedScore ?? Number.NEGATIVE_INFINITY,
    passes: false,
    draw(random) {
      const ms = latencies[Math.floor(random() * strata)] ?? observation.latencyMs.median;
      const bytes =
        (memoryBytes ?? 0) * Math.exp(memoryLogError * (normals[Math.floor(random() * strata)] ?? 0));
      this.passes = ms <= longestMs && (memoryLimit === null || bytes <= memoryLimit);
      if (moves && this.passes)
        this.score = scoreAt({ observation, score: fixedScore }, objective, ms) ?? Number.NEGATIVE_INFINITY;
    },
  };
}

/** A linear congruential generator ("Numerical Recipes", 1992): good enough to spread worlds, and the same everywhere. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
