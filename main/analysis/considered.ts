import { bestOfEachModel, byObjective, judge, type Judged } from './judged.ts';
import { perImageMs, type Observation } from './observation.ts';
import { isAllowed, questionOf, type AskedQuestion } from './question.ts';

/** A model as a recommendation considers it: its best variant, and where that stands. */
export interface ConsideredModel {
  readonly observation: Observation;
  readonly status: Judged['status'];
  /** On the front of top-1 and latency per image, by medians. */
  readonly isOnFront: boolean;
}

/** Every model that an answer to `request` chooses among, in the order of its objective. */
export function consideredModels(
  observations: readonly Observation[],
  request: AskedQuestion,
): ConsideredModel[] {
  const question = questionOf(request);
  const judged = observations
    .filter((observation) => isAllowed(observation, request))
    .map((observation) => judge(observation, question));
  const models = bestOfEachModel(judged).toSorted(byObjective);
  const front = frontOf(models.map(({ observation }) => observation));
  return models.map(({ observation, status }) => ({
    observation,
    status,
    isOnFront: front.has(observation),
  }));
}

function frontOf(observations: readonly Observation[]): ReadonlySet<Observation> {
  const front = new Set<Observation>();
  let best = Number.NEGATIVE_INFINITY;
  for (const entry of observations.toSorted((a, b) => perImageMs(a) - perImageMs(b) || b.top1 - a.top1)) {
    if (entry.top1 <= best) continue;
    best = entry.top1;
    front.add(entry);
  }
  return front;
}
