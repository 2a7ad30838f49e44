import type {
  Candidate,
  Limits,
  LimitVerdict,
  Recommendation,
  RecommendationRequest,
} from '../../preload/contract.ts';
import type { z } from 'zod';
import { verdictsOf } from './limits.ts';
import { framesPerSecond, type Observation } from './observation.ts';

type Request = z.output<typeof RecommendationRequest>;

const misses = 5;

/**
 * Ranks what was observed on a device by top-1 accuracy among the backbones that keep every limit. Each model stands with the
 * fastest of its configurations that keeps the limits best. One that straddles a limit, or whose value is not known, is ranked
 * behind all that clear it. Ties: lower latency, then fewer parameters, then the name; so the answer is deterministic.
 */
export function recommend(
  observations: readonly Observation[],
  request: Pick<Request, 'limits' | 'count'>,
  device: { id: string; name: string },
): Recommendation {
  const judged = bestOfEachModel(observations.map((observation) => judge(observation, request.limits)));
  const ranked = judged.filter(({ standing }) => standing !== 'breaks').toSorted(byStandingThenAccuracy);
  const winner = ranked[0];
  const broken = judged.filter(({ standing }) => standing === 'breaks').toSorted(byStandingThenAccuracy);
  return {
    device,
    ranked: ranked.slice(0, request.count).map(candidateOf),
    excluded: broken
      .filter(({ observation }) => winner !== undefined && observation.top1 > winner.observation.top1)
      .map(excludedOf),
    nearestMisses:
      winner === undefined
        ? broken
            .toSorted((a, b) => shortfall(a) - shortfall(b))
            .slice(0, misses)
            .map(excludedOf)
        : [],
    notes: notesOn(judged),
    considered: judged.length,
  };
}

interface Judged {
  readonly observation: Observation;
  readonly verdicts: readonly LimitVerdict[];
  readonly standing: 'clears' | 'doubtful' | 'breaks';
}

function judge(observation: Observation, limits: Limits): Judged {
  const verdicts = verdictsOf(observation, limits);
  const has = (verdict: LimitVerdict['verdict']) => verdicts.some((entry) => entry.verdict === verdict);
  return {
    observation,
    verdicts,
    standing: has('breaks') ? 'breaks' : has('within-noise') || has('unknown') ? 'doubtful' : 'clears',
  };
}

const standingOrder = { clears: 0, doubtful: 1, breaks: 2 } as const;

function byStandingThenAccuracy(a: Judged, b: Judged): number {
  return (
    standingOrder[a.standing] - standingOrder[b.standing] ||
    b.observation.top1 - a.observation.top1 ||
    a.observation.latencyMs.median - b.observation.latencyMs.median ||
    a.observation.params - b.observation.params ||
    a.observation.model.localeCompare(b.observation.model, 'en')
  );
}

/** Of a model's configurations the one that keeps the limits best, and of those the fastest. */
function bestOfEachModel(judged: readonly Judged[]): Judged[] {
  const best = new Map<string, Judged>();
  for (const entry of judged) {
    const known = best.get(entry.observation.model);
    if (known === undefined || byStandingThenAccuracy(entry, known) < 0)
      best.set(entry.observation.model, entry);
  }
  return [...best.values()];
}

/** Share by which the worst broken limit is missed. */
function shortfall({ verdicts }: Judged): number {
  return Math.max(
    ...verdicts.filter(({ verdict }) => verdict === 'breaks').map(({ margin }) => -(margin ?? 0)),
  );
}

function excludedOf(judged: Judged): { candidate: Candidate; reason: string } {
  const reasons = judged.verdicts
    .filter(({ verdict }) => verdict === 'breaks')
    .map(({ sentence }) => sentence);
  return { candidate: candidateOf(judged), reason: reasons.join('; ') };
}

function candidateOf({ observation, verdicts }: Judged): Candidate {
  const { p99Ms: _p99, energyJ: _energy, fileBytes: _file, flags, ...rest } = observation;
  return { ...rest, flags: [...flags], fps: framesPerSecond(observation), verdicts: [...verdicts] };
}

function notesOn(judged: readonly Judged[]): string[] {
  const flagged = judged.filter(({ observation }) => observation.flags.length > 0).length;
  const notes: string[] = [];
  if (flagged > 0)
    notes.push(
      `${flagged} of ${judged.length} results carry a flag; measure them again before you rely on them.`,
    );
  return notes;
}
