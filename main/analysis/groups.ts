import type { Statement } from '../../preload/contract.ts';
import type { Judged } from './judged.ts';
import { framesPerSecond, type Observation } from './observation.ts';
import { said, type Said } from './words/inEnglish.ts';

/**
 * Points of top-1 within which two models count as equally accurate: about one standard error of an accuracy on
 * ImageNet's 50,000 validation images (√(0.75 · 0.25 / 50,000) = 0.19 points).
 */
export const sameAccuracyPoints = 0.2;

/**
 * Groups of ranked models that cannot be told apart: within `sameAccuracyPoints` of the group's first, and with latency
 * intervals that overlap its interval. Only groups of two and more; a model is in one group at most.
 */
export function indistinguishable(ranked: readonly Judged[]): ({ models: string[] } & Said)[] {
  const groups: ({ models: string[] } & Said)[] = [];
  const placed = new Set<Judged>();
  for (const [index, leader] of ranked.entries()) {
    if (placed.has(leader) || leader.observation.latencyMs.low === null) continue;
    const members = ranked
      .slice(index + 1)
      .filter((entry) => !placed.has(entry) && cannotBeToldApart(leader.observation, entry.observation));
    if (members.length === 0) continue;
    const group = [leader, ...members];
    for (const entry of group) placed.add(entry);
    groups.push({
      models: group.map(({ observation }) => observation.model),
      ...said(equals(group.map(({ observation }) => observation))),
    });
  }
  return groups;
}

function cannotBeToldApart(a: Observation, b: Observation): boolean {
  return (
    Math.abs(a.top1 - b.top1) <= sameAccuracyPoints &&
    a.latencyMs.low !== null &&
    a.latencyMs.high !== null &&
    b.latencyMs.low !== null &&
    b.latencyMs.high !== null &&
    a.latencyMs.low / a.batch <= b.latencyMs.high / b.batch &&
    b.latencyMs.low / b.batch <= a.latencyMs.high / a.batch
  );
}

function equals(group: readonly Observation[]): Statement {
  return {
    code: 'equals',
    values: {
      models: group.map(({ model }) => model),
      points: sameAccuracyPoints,
      slowestFps: Math.min(...group.map(framesPerSecond)),
      fastestFps: Math.max(...group.map(framesPerSecond)),
    },
  };
}
