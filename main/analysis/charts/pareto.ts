import type { FrontMetric, Pareto, Statement } from '../../../preload/contract.ts';
import { perImageMs, type Observation } from '../observation.ts';
import { labels, type Selected } from '../selection.ts';
import { modelRow, notesOf } from './rows.ts';

const shownDominators = 3;

const values: Readonly<Record<FrontMetric, (observation: Observation) => number | null>> = {
  accuracy: ({ top1 }) => top1,
  latency: perImageMs,
  memory: ({ memoryBytes }) => memoryBytes,
  params: ({ params }) => params,
  macs: ({ macs }) => macs,
  fileSize: ({ fileBytes }) => fileBytes,
  energy: ({ energyJ, batch }) => (energyJ === null ? null : energyJ / batch),
};

interface Point {
  readonly observation: Observation;
  /** In the order of the metrics. */
  readonly values: readonly number[];
  /** The same with signs such that lower is better. */
  readonly costs: readonly number[];
}

/**
 * The front over two or three metrics: what no other is at least as good as in all and better than in one. Every other
 * one knows who dominates it and by how much. Medians alone decide; the chances of being on the front are a
 * recommendation's.
 */
export function pareto({ selection, observations }: Selected, metrics: readonly FrontMetric[]): Pareto {
  const points = observations.flatMap((observation) => {
    const known = metrics.map((metric) => values[metric](observation));
    if (!known.every((value) => value !== null)) return [];
    const costs = known.map((value, index) => (metrics[index] === 'accuracy' ? -value : value));
    return [{ observation, values: known, costs }];
  });
  const front = frontOf(points);
  const onFront = new Set(front);
  const label = labels(observations);
  const row = (point: Point) => ({
    ...modelRow(point.observation, label),
    provider: point.observation.provider,
    precision: point.observation.precision,
    values: byMetric(metrics, point.values),
  });
  return {
    analysis: 'pareto',
    selection,
    ...notesOf(...outOfFront(observations.length - points.length, metrics)),
    metrics: [...metrics],
    front: front.map(row),
    dominated: points
      .filter((point) => !onFront.has(point))
      .map((point) => {
        const dominators = front.filter((other) => dominates(other, point));
        return {
          ...row(point),
          dominators: dominators
            .toSorted((a, b) => distance(a, point) - distance(b, point))
            .slice(0, shownDominators)
            .map((other) => ({ model: label(other.observation), by: lead(metrics, other, point) })),
          dominatorCount: dominators.length,
        };
      }),
  };
}

/**
 * In the order of the first cost, a point can only be dominated by one before it, and if it is by any, then by one that
 * is on the front already.
 */
function frontOf(points: readonly Point[]): Point[] {
  const front: Point[] = [];
  for (const point of points.toSorted(byCosts)) {
    if (!front.some((other) => dominates(other, point))) front.push(point);
  }
  return front;
}

function byCosts(a: Point, b: Point): number {
  for (const [index, cost] of a.costs.entries()) {
    const difference = cost - (b.costs[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.observation.model < b.observation.model ? -1 : 1;
}

function dominates({ costs: a }: Point, { costs: b }: Point): boolean {
  let better = false;
  for (let index = 0; index < a.length; index++) {
    const [x, y] = [a[index] ?? 0, b[index] ?? 0];
    if (x > y) return false;
    if (x < y) better = true;
  }
  return better;
}

/** How far apart in all metrics: ratios on the logarithm, accuracy in tens of points. */
function distance(a: Point, b: Point): number {
  return a.costs.reduce((sum, cost, index) => {
    const other = b.costs[index] ?? 0;
    return sum + (cost <= 0 ? Math.abs(cost - other) / 10 : Math.abs(Math.log(other / cost)));
  }, 0);
}

function lead(metrics: readonly FrontMetric[], winner: Point, loser: Point) {
  return byMetric(
    metrics,
    metrics.map((metric, index) => {
      const [won, lost] = [winner.values[index] ?? 0, loser.values[index] ?? 0];
      return metric === 'accuracy' ? won - lost : lost / won;
    }),
  );
}

function byMetric(metrics: readonly FrontMetric[], numbers: readonly number[]) {
  const record: Partial<Record<FrontMetric, number>> = {};
  for (const [index, metric] of metrics.entries()) record[metric] = numbers[index] ?? 0;
  return record;
}

function outOfFront(models: number, metrics: readonly FrontMetric[]): Statement[] {
  return models === 0 ? [] : [{ code: 'left-out-of-front', values: { models, metrics: [...metrics] } }];
}
