import type { Envelope } from '../../../preload/contract.ts';
import { framesPerSecond } from '../observation.ts';
import { labels, type Selected } from '../selection.ts';
import { modelRow, speed } from './rows.ts';

/** The speeds at which arXiv 1810.00736 names the best model. */
const speeds = [15, 30, 60, 62.5, 125, 250];

interface Point {
  readonly x: number;
  readonly y: number;
  readonly name: string;
}

/** Top-1 against images per second with the upper envelope and its straight bound; figure 3 of arXiv 1810.00736. */
export function envelope({ selection, observations }: Selected): Envelope {
  const label = labels(observations);
  const sorted = observations.toSorted(
    (a, b) => framesPerSecond(b) - framesPerSecond(a) || b.top1 - a.top1 || (a.model < b.model ? -1 : 1),
  );
  let best = Number.NEGATIVE_INFINITY;
  const rows = sorted.map((observation) => {
    const onFront = observation.top1 > best;
    best = Math.max(best, observation.top1);
    return {
      ...modelRow(observation, label),
      ...speed(observation),
      top1: observation.top1,
      onFront,
    };
  });
  return {
    analysis: 'envelope',
    selection,
    notes: [],
    said: [],
    rows,
    bound: upperBound(rows.map(({ fps, top1, model }) => ({ x: fps, y: top1, name: model }))),
    bestAbove: speeds.map((fps) => {
      const found = rows.filter((row) => row.fps >= fps).toSorted((a, b) => b.top1 - a.top1)[0];
      return { fps, model: found?.model ?? null, top1: found?.top1 ?? null };
    }),
  };
}

/**
 * The straight line that no point exceeds and whose gaps to all points have the least sum (a quantile regression at 1).
 * Among the lines above all points that sum is least for the edge of the upper convex hull over the points' mean x.
 * On the paper's tables this gives its printed bounds, 83.3 − 0.0244·FPS and 83.0 − 0.2025·FPS, in all printed digits.
 */
export function upperBound(points: readonly Point[]): Envelope['bound'] {
  const hull = upperHull(points);
  const first = hull[0];
  if (first === undefined || hull.length < 2) return null;
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  let left = first;
  for (const right of hull.slice(1)) {
    if (right.x >= meanX || right === hull.at(-1)) {
      const slope = (right.y - left.y) / (right.x - left.x);
      return { intercept: left.y - slope * left.x, slope, touches: [left.name, right.name] };
    }
    left = right;
  }
  return null;
}

/** Corners of the upper convex hull, by rising x (Andrew's monotone chain); of equal x only the highest. */
function upperHull(points: readonly Point[]): Point[] {
  const hull: Point[] = [];
  for (const point of points.toSorted((a, b) => a.x - b.x || b.y - a.y)) {
    if (hull.at(-1)?.x === point.x) continue;
    for (;;) {
      const [a, b] = [hull.at(-2), hull.at(-1)];
      if (a === undefined || b === undefined || (b.x - a.x) * (point.y - a.y) < (b.y - a.y) * (point.x - a.x))
        break;
      hull.pop();
    }
    hull.push(point);
  }
  return hull;
}
