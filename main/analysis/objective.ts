import type { CostMetric, Objective } from '../../preload/contract.ts';
import { perImageMs, type Observation } from './observation.ts';

/** The value of a cost; null where it is not known. Latency counts per image, so that batch sizes compare. */
export function costOf(observation: Observation, metric: CostMetric): number | null {
  return metric === 'latencyMs' ? perImageMs(observation) : observation[metric];
}

/**
 * What the objective ranks by; higher is better, null where a value that it needs is not known.
 * Accuracy: top-1. Cheapest: the cost, negated. Weighted: top-1 − Σ weight · log₂(cost).
 */
export function scoreOf(observation: Observation, objective: Objective): number | null {
  switch (objective.kind) {
    case 'accuracy':
      return observation.top1;
    case 'cheapest': {
      const cost = costOf(observation, objective.cost);
      return cost === null ? null : -cost;
    }
    case 'weighted': {
      let score = observation.top1;
      for (const [metric, weight] of Object.entries(objective.weights)) {
        if (weight === 0) continue;
        const cost = costOf(observation, metric as CostMetric);
        if (cost === null) return null;
        score -= weight * Math.log2(cost);
      }
      return score;
    }
  }
}

/** An observation and its score, of which chances ask what other latencies would make of it. */
interface Scored {
  readonly observation: Observation;
  readonly score: number | null;
}

/**
 * The latency of one run in ms below which an observation's score would exceed `score`: what makes a latency's
 * uncertainty one of the ranking. 0 or Infinity where the objective does not look at latency.
 */
export function latencyToBeat(
  { observation, score: own }: Scored,
  objective: Objective,
  score: number,
): number {
  if (own === null) return 0;
  if (objective.kind === 'cheapest' && objective.cost === 'latencyMs') return -score * observation.batch;
  const weight = latencyWeight(objective);
  if (weight === 0) return own > score ? Number.POSITIVE_INFINITY : 0;
  return observation.latencyMs.median * 2 ** ((own - score) / weight);
}

/** The score it would have if its latency were `ms`; null where it has none. */
export function scoreAt(
  { observation, score: own }: Scored,
  objective: Objective,
  ms: number,
): number | null {
  if (own === null) return null;
  if (objective.kind === 'cheapest' && objective.cost === 'latencyMs') return -ms / observation.batch;
  const weight = latencyWeight(objective);
  return weight === 0 ? own : own - weight * Math.log2(ms / observation.latencyMs.median);
}

function latencyWeight(objective: Objective): number {
  return objective.kind === 'weighted' ? (objective.weights.latencyMs ?? 0) : 0;
}

export function looksAtLatency(objective: Objective): boolean {
  return (objective.kind === 'cheapest' && objective.cost === 'latencyMs') || latencyWeight(objective) > 0;
}
