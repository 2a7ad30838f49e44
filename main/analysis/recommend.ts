import type { z } from 'zod';
import {
  RecommendationRequest,
  type Candidate,
  type ExcludedCandidate,
  type Limits,
  type Recommendation,
  type Statement,
} from '../../preload/contract.ts';
import { bestProbabilities, frontProbabilities } from './chances.ts';
import { indistinguishable } from './groups.ts';
import {
  bestOfEachModel,
  byObjective,
  byStatusThenObjective,
  clearsAllBut,
  judge,
  type Judged,
  type Question,
} from './judged.ts';
import { limitNames, verdictOf } from './limits.ts';
import { framesPerSecond, type Observation } from './observation.ts';
import { precisionRemarks, slowerInt8Note } from './precisionRemarks.ts';
import { isAllowed, questionOf, type AskedQuestion } from './question.ts';
import { flipPoints, relaxHints } from './relax.ts';
import { tradesOf } from './trades.ts';
import { inEnglish, said, type Said } from './words/inEnglish.ts';

const shownMisses = 5;

/**
 * Ranks what is known of a device by the request's objective among the backbones that keep every limit. Each model stands
 * with the variant (provider, precision, and offline also batch) that keeps the limits best. One that straddles a limit,
 * or whose value is not known, ranks behind all that are sure. Ties: see `byObjective`; the answer does not depend on the
 * order of the observations. What is to be known of the device heads the answer's notes. What the request leaves out takes the contract's default.
 */
export function recommend(
  observations: readonly Observation[],
  request: z.input<typeof RecommendationRequest>,
  { id, name, about = [] }: { id: string; name: string; about?: readonly Statement[] },
): Recommendation {
  const asked = RecommendationRequest.parse(request);
  const question = questionOf(asked);
  const allowed = observations.filter((observation) => isAllowed(observation, asked));
  const known = new Set(allowed.filter(({ origin }) => origin !== 'predicted').map(({ model }) => model));
  const isSpare = ({ origin, model }: Observation) => origin === 'predicted' && known.has(model);
  const isPrediction = ({ origin }: Observation) => origin === 'predicted';
  const useful = allowed.filter((observation) => !isSpare(observation));
  const apart = asked.predicted !== 'together';
  const main = rank(
    useful.filter((observation) => !apart || !isPrediction(observation)),
    question,
  );
  const predicted = asked.predicted === 'apart' ? rank(useful.filter(isPrediction), question) : null;
  const answer = answerFrom(main, asked, question);
  return {
    device: { id, name },
    ...answer,
    notes: about.length === 0 ? answer.notes : [about.map(inEnglish).join(' '), ...answer.notes],
    said: [...about, ...answer.said],
    predicted: predicted?.ranked.slice(0, asked.count).map((entry) => candidateOf(entry, predicted)) ?? [],
  };
}

/** Everything about one pool of observations that an answer is written from. */
interface Ranking {
  readonly observations: readonly Observation[];
  /** All variants. */
  readonly judged: readonly Judged[];
  /** The best variant of each model, in the order of the objective. */
  readonly models: readonly Judged[];
  /** Those that break no limit, the sure ones first. */
  readonly ranked: readonly Judged[];
  /** The best that surely keeps all limits. */
  readonly winner: Judged | null;
  readonly best: ReadonlyMap<Judged, number | null>;
  readonly front: ReadonlyMap<Judged, number>;
  readonly variants: ReadonlyMap<string, readonly Observation[]>;
}

function rank(observations: readonly Observation[], question: Question): Ranking {
  const judged = observations.map((observation) => judge(observation, question));
  const models = bestOfEachModel(judged).toSorted(byObjective);
  const ranked = models.filter(({ status }) => status !== 'breaks').toSorted(byStatusThenObjective);
  const first = ranked[0];
  const best = bestProbabilities(models, question);
  const front = frontProbabilities(models);
  return {
    observations,
    judged,
    models,
    ranked,
    winner: first?.status === 'clears' ? first : null,
    best: new Map(models.map((entry, index) => [entry, best[index] ?? null])),
    front: new Map(models.map((entry, index) => [entry, front[index] ?? 0])),
    variants: Map.groupBy(observations, ({ model }) => model),
  };
}

function answerFrom(
  ranking: Ranking,
  { count }: AskedQuestion,
  question: Question,
): Omit<Recommendation, 'device' | 'predicted'> {
  const { judged, models, ranked, winner } = ranking;
  const shown = ranked.slice(0, count);
  const leader = ranked[0];
  const broken = models.filter(({ status }) => status === 'breaks');
  const fellOut =
    leader === undefined
      ? []
      : [...broken, ...ranked.slice(count).filter(({ status }) => status === 'doubtful')]
          .filter((entry) => byObjective(entry, winner ?? leader) < 0)
          .toSorted(byObjective);
  const notes = notesOn(ranking);
  return {
    ranked: shown.map((entry) => candidateOf(entry, ranking)),
    excluded: fellOut.map((entry) => excludedOf(entry, ranking)),
    nearestMisses:
      leader === undefined
        ? broken
            .toSorted((a, b) => shortfall(a) - shortfall(b) || byObjective(a, b))
            .slice(0, shownMisses)
            .map((entry) => excludedOf(entry, ranking))
        : [],
    bindingLimit: leader === undefined ? bindingLimit(models, question.limits) : null,
    relaxHints: relaxHints(judged, winner, question),
    flipPoints: flipPoints(judged, winner, question),
    groups: indistinguishable(shown),
    notes: notes.map(inEnglish),
    said: notes,
    considered: models.length,
    passing: models.filter(({ status }) => status === 'clears').length,
  };
}

/** Share by which the worst broken limit is missed. */
function shortfall({ standings }: Judged): number {
  return Math.max(
    ...standings.filter(({ verdict }) => verdict === 'breaks').map(({ margin }) => -(margin ?? 0)),
  );
}

/** Where nothing fits: the limit without which most models would, or else the one that most models break. */
function bindingLimit(models: readonly Judged[], limits: Limits): Recommendation['bindingLimit'] {
  if (models.length === 0) return null;
  const counts = limitNames.flatMap((name) => {
    const limit = limits[name];
    if (limit === null) return [];
    const breaking = models.filter(({ standings }) =>
      standings.some((standing) => standing.name === name && standing.verdict === 'breaks'),
    ).length;
    const freed = models.filter((entry) => clearsAllBut(entry, name)).length;
    return [{ name, limit, breaking, freed }];
  });
  const binding = counts.toSorted((a, b) => b.freed - a.freed || b.breaking - a.breaking)[0];
  if (binding === undefined) return null;
  const { name, limit, breaking, freed } = binding;
  const asked = { limit: name, asked: limit, models: models.length };
  return {
    limit: name,
    ...said(
      freed > 0
        ? { code: 'binds-alone', values: { ...asked, freed } }
        : { code: 'binds-with-others', values: { ...asked, breaking } },
    ),
  };
}

function excludedOf(entry: Judged, ranking: Ranking): ExcludedCandidate {
  const failing = entry.status === 'breaks' ? 'breaks' : null;
  const standings = entry.standings
    .filter(({ verdict }) => (failing === null ? verdict !== 'clears' : verdict === failing))
    .toSorted((a, b) => (a.margin ?? 0) - (b.margin ?? 0));
  return {
    candidate: candidateOf(entry, ranking),
    reason: standings.map((standing) => verdictOf(standing, entry.observation).sentence).join('; '),
    binding: standings.map(({ name }) => name),
  };
}

function candidateOf(entry: Judged, { ranked, best, front, variants }: Ranking): Candidate {
  const { observation, standings, status, score } = entry;
  const { model, family, provider, precision, batch, inputSize, top1, accuracySource, licence } = observation;
  const remarks = distinct(precisionRemarks(observation, variants.get(model) ?? []));
  const { params, macs, fileBytes, energyJ, latencyMs, p99Ms, memoryBytes, memoryMethod } = observation;
  return {
    ...{ model, family, provider, precision, batch, inputSize, top1, accuracySource, licence },
    ...{ params, macs, fileBytes, energyJ, latencyMs, p99Ms, memoryBytes, memoryMethod },
    fps: framesPerSecond(observation),
    flags: [...observation.flags],
    origin: observation.origin,
    verdicts: standings.map((standing) => verdictOf(standing, observation)),
    sure: status === 'clears',
    resultId: observation.resultId,
    score,
    bestProbability: best.get(entry) ?? null,
    frontProbability: front.get(entry) ?? 0,
    trades: tradesOf(entry, ranked),
    remarks: remarks.map(({ sentence }) => sentence),
    said: remarks.map(({ said: statement }) => statement),
  };
}

/** Without those that read the same. */
function distinct(statements: readonly Statement[]): Said[] {
  return [...new Map(statements.map(said).map((entry) => [entry.sentence, entry])).values()];
}

function notesOn({ observations, models, ranked, winner }: Ranking): Statement[] {
  const notes: Statement[] = [];
  const flagged = models.filter(({ observation }) => observation.flags.length > 0).length;
  if (flagged > 0) notes.push({ code: 'some-flagged', values: { flagged, models: models.length } });
  if (winner === null && ranked.length > 0) notes.push({ code: 'none-sure', values: {} });
  const published = models.filter(({ observation }) => observation.origin === 'published').length;
  if (published > 0)
    notes.push(
      published === models.length
        ? { code: 'all-published', values: {} }
        : { code: 'some-published', values: { published, models: models.length } },
    );
  const int8 = slowerInt8Note(observations);
  if (int8 !== null) notes.push(int8);
  return notes;
}
