import {
  probabilityAtMost,
  latencyAt,
  latencyUncertainty,
  type LatencyUncertainty,
} from './latencyUncertainty.ts';
import type { Judged, Question } from './judged.ts';
import { latencyToBeat, looksAtLatency, scoreAt } from './objective.ts';
import { perImageMs } from './observation.ts';
import { studentTStrata } from './studentT.ts';

/** Points of the quadrature over a latency's distribution; an answer is good to about one part in this many. */
const strata = 32;
/** Below this a probability is called 0 and its model no rival any more. */
const negligible = 1e-4;

/**
 * For each entry the probability that it keeps all limits while no entry with a better score does; null where a limit
 * cannot be judged, the score is unknown, or no interval of its latency is known. Latencies of different models are taken as independent; a model's limits on
 * speed all depend on the same latency, so together they are as likely as the least likely of them. Entries must come
 * in the order of the objective. By quadrature, not by drawing, so the same rows give the same figures.
 */
export function bestProbabilities(entries: readonly Judged[], question: Question): (number | null)[] {
  const rivals = entries.map(rivalOf);
  return entries.map((entry, index) => {
    const rival = rivals[index];
    if (rival === undefined || rival.keeps === null || entry.score === null || isExact(rival)) return null;
    return looksAtLatency(question.objective)
      ? bestByLatency(rivals, index, question)
      : bestByOrder(rivals, index);
  });
}

interface Rival {
  readonly entry: Judged;
  readonly latency: LatencyUncertainty;
  /** Probability of keeping all limits; null where one cannot be judged. */
  readonly keeps: number | null;
  /** Longest run in ms that the limits on speed allow. */
  readonly longestMs: number;
}

function rivalOf(entry: Judged): Rival {
  const { observation, standings } = entry;
  let keeps: number | null = 1;
  let longestMs = Number.POSITIVE_INFINITY;
  for (const { name, limit, confidence } of standings) {
    if (confidence === null || keeps === null) keeps = null;
    else keeps = Math.min(keeps, confidence);
    if (name === 'maxLatencyMs') longestMs = Math.min(longestMs, limit);
    if (name === 'minFps') longestMs = Math.min(longestMs, (1000 * observation.batch) / limit);
  }
  return { entry, latency: latencyUncertainty(observation), keeps, longestMs };
}

/** A bare figure says nothing of its own certainty. */
function isExact({ latency }: Rival): boolean {
  return latency.below === 0 && latency.above === 0;
}

function bestByOrder(rivals: readonly Rival[], index: number): number {
  let probability = rivals[index]?.keeps ?? 0;
  for (let before = 0; before < index && probability > negligible; before++) {
    probability *= 1 - (rivals[before]?.keeps ?? 0);
  }
  return probability > negligible ? probability : 0;
}

function bestByLatency(rivals: readonly Rival[], index: number, { objective }: Question): number {
  const self = rivals[index];
  if (self === undefined || self.keeps === null || self.keeps < negligible) return 0;
  // What the limits ask beside speed, p99 among it, is a factor of its own only where it is the least likely.
  const points = studentTStrata(self.latency.degrees, strata);
  let sum = 0;
  // From the fastest on: what is too slow at one point, or surely beaten there, is so at all that follow.
  for (const point of points) {
    const ms = latencyAt(self.latency, point);
    if (ms > self.longestMs) break;
    const score = scoreAt(self.entry, objective, ms);
    if (score === null) return 0;
    let alone = 1;
    for (let other = 0; other < rivals.length && alone > negligible; other++) {
      const rival = rivals[other];
      if (rival === undefined || other === index || rival.keeps === null || rival.keeps < negligible)
        continue;
      const bound = Math.min(rival.longestMs, latencyToBeat(rival.entry, objective, score));
      if (bound > 0) alone *= 1 - Math.min(rival.keeps, probabilityAtMost(rival.latency, bound));
    }
    if (alone <= negligible) break;
    sum += alone;
  }
  const probability = Math.min(self.keeps, sum / points.length);
  return probability > negligible ? probability : 0;
}

/**
 * For each entry the probability that it is on the front of top-1 and latency per image: that no entry of at least its
 * accuracy is faster. The latencies are taken as independent; accuracies as exact.
 */
export function frontProbabilities(entries: readonly Judged[]): number[] {
  const probabilities = new Array<number>(entries.length).fill(0);
  const runners = entries
    .map((entry, index) => ({ index, top1: entry.observation.top1, latency: perImage(entry) }))
    .toSorted((a, b) => b.top1 - a.top1 || a.latency.logMedian - b.latency.logMedian);
  // Entries that are surely not on the front change nothing for those behind them.
  let rivals: typeof runners = [];
  for (let start = 0; start < runners.length;) {
    let end = start;
    while (runners[end]?.top1 === runners[start]?.top1 && end < runners.length) end++;
    const equals = runners.slice(start, end);
    const ahead = equals.length === 1 ? rivals : [...rivals, ...equals].toSorted(byLatency);
    for (const runner of equals) probabilities[runner.index] = fastest(runner, ahead);
    const fresh = equals.filter(({ index }) => (probabilities[index] ?? 0) > 0);
    if (fresh.length > 0) rivals = [...rivals, ...fresh].toSorted(byLatency);
    start = end;
  }
  return probabilities;
}

function byLatency(a: { latency: LatencyUncertainty }, b: { latency: LatencyUncertainty }): number {
  return a.latency.logMedian - b.latency.logMedian;
}

function fastest(
  runner: { readonly latency: LatencyUncertainty },
  ahead: readonly { readonly latency: LatencyUncertainty }[],
): number {
  const points = studentTStrata(runner.latency.degrees, strata);
  let sum = 0;
  for (const point of points) {
    const ms = latencyAt(runner.latency, point);
    let alone = 1;
    for (const rival of ahead) {
      if (rival === runner) continue;
      if (alone <= negligible) break;
      alone *= 1 - probabilityBelow(rival.latency, ms);
    }
    // The points ascend: from the first at which it is surely beaten, it is at all.
    if (alone <= negligible) break;
    sum += alone;
    // Without an interval all points are the same.
    if (runner.latency.above === 0 && runner.latency.below === 0) return alone;
  }
  const probability = sum / points.length;
  return probability > negligible ? probability : 0;
}

/** Strictly below: of two exact and equal latencies neither dominates. */
function probabilityBelow(latency: LatencyUncertainty, ms: number): number {
  if (latency.below === 0 && latency.above === 0) return Math.log(ms) > latency.logMedian + 1e-12 ? 1 : 0;
  return probabilityAtMost(latency, ms);
}

function perImage({ observation }: Judged): LatencyUncertainty {
  return { ...latencyUncertainty(observation), logMedian: Math.log(perImageMs(observation)) };
}
