import type { LimitName, Limits, LimitVerdict, Scenario, Statement } from '../../preload/contract.ts';
import { latencyUncertainty, probabilityAtMost } from './latencyUncertainty.ts';
import { framesPerSecond, type Observation, type ServedResponse } from './observation.ts';
import { normalCdf } from './studentT.ts';
import { said } from './words/inEnglish.ts';

/**
 * A limit counts as kept where the whole 95 % interval keeps it, so from 97.5 % probability on, and as broken where the
 * whole interval breaks it. In between it is within the noise.
 */
export const sureProbability = 0.975;

/** How one observation stands to one limit, without words. */
export interface Standing {
  readonly name: LimitName;
  readonly limit: number;
  /** null: the reading is absent. */
  readonly value: number | null;
  readonly verdict: LimitVerdict['verdict'];
  readonly confidence: number | null;
  readonly margin: number | null;
}

interface LimitRule {
  readonly sense: 'at-most' | 'at-least';
  readonly value: (observation: Observation, scenario: Scenario) => number | null;
  /** Probability that the true value keeps the limit; absent where the value is taken as exact. */
  readonly keeps?: (observation: Observation, limit: number, scenario: Scenario) => number;
  /** Why the value of a measured one is not known. */
  readonly absent?: (observation: Observation) => string | null;
}

/** In the order in which verdicts are given. */
export const limitRules: Readonly<Record<LimitName, LimitRule>> = {
  maxLatencyMs: {
    sense: 'at-most',
    value: ({ latencyMs }) => latencyMs.median,
    keeps: (observation, limit) => probabilityAtMost(latencyUncertainty(observation), limit),
  },
  maxP99Ms: {
    sense: 'at-most',
    value: responseP99Ms,
    keeps: p99Keeps,
  },
  minFps: {
    sense: 'at-least',
    value: framesPerSecond,
    keeps: (observation, limit) =>
      probabilityAtMost(latencyUncertainty(observation), (1000 * observation.batch) / limit),
  },
  maxMemoryBytes: {
    sense: 'at-most',
    value: ({ memoryBytes }) => memoryBytes,
    keeps: memoryKeeps,
    absent: ({ memoryMethod }) => memoryMethod,
  },
  maxGpuMemoryBytes: {
    sense: 'at-most',
    value: ({ gpuMemoryBytes }) => gpuMemoryBytes,
    absent: ({ gpuMemoryMethod }) => gpuMemoryMethod,
  },
  maxParams: {
    sense: 'at-most',
    value: ({ params }) => params,
  },
  maxMacs: {
    sense: 'at-most',
    value: ({ macs }) => macs,
  },
  maxFileBytes: {
    sense: 'at-most',
    value: ({ fileBytes }) => fileBytes,
  },
  maxEnergyJ: {
    sense: 'at-most',
    value: ({ energyJ }) => energyJ,
    absent: ({ energyMethod }) => energyMethod,
  },
  minTop1: {
    sense: 'at-least',
    value: ({ top1 }) => top1,
  },
};

export const limitNames = Object.keys(limitRules) as LimitName[];

/** How an observation stands to each limit that is set, in a fixed order. */
export function standingsOf(observation: Observation, limits: Limits, scenario: Scenario): Standing[] {
  const standings: Standing[] = [];
  for (const name of limitNames) {
    const limit = limits[name];
    if (limit !== null) standings.push(standingTo(observation, name, limit, scenario));
  }
  return standings;
}

export function standingTo(
  observation: Observation,
  name: LimitName,
  limit: number,
  scenario: Scenario,
): Standing {
  const rule = limitRules[name];
  const value = rule.value(observation, scenario);
  if (value === null) return { name, limit, value, verdict: 'unknown', confidence: null, margin: null };
  const margin = rule.sense === 'at-most' ? 1 - value / limit : limit === 0 ? 1 : value / limit - 1;
  const confidence = rule.keeps?.(observation, limit, scenario) ?? (margin >= 0 ? 1 : 0);
  return { name, limit, value, verdict: verdictAt(confidence), confidence, margin };
}

function verdictAt(confidence: number): LimitVerdict['verdict'] {
  if (confidence >= sureProbability - tolerance) return 'clears';
  return confidence <= 1 - sureProbability + tolerance ? 'breaks' : 'within-noise';
}

/** An interval that ends at the very limit keeps it; the arithmetic may land on either side. */
const tolerance = 1e-9;

/**
 * The value a limit would need for this observation to be sure of keeping it: the unfavourable end of its interval; null
 * where the reading is absent.
 */
export function sureValue(observation: Observation, name: LimitName, scenario: Scenario): number | null {
  const { high } = observation.latencyMs;
  switch (name) {
    case 'maxLatencyMs':
      return high ?? observation.latencyMs.median;
    case 'minFps':
      return (1000 * observation.batch) / (high ?? observation.latencyMs.median);
    case 'maxP99Ms': {
      const value = responseP99Ms(observation, scenario);
      return value === null ? null : value * Math.exp(z95 * observation.p99RelativeError);
    }
    case 'maxMemoryBytes': {
      const { memoryBytes, memoryLogError } = observation;
      return memoryBytes === null ? null : memoryBytes * Math.exp(z95 * memoryLogError);
    }
    case 'maxGpuMemoryBytes':
    case 'maxParams':
    case 'maxMacs':
    case 'maxFileBytes':
    case 'maxEnergyJ':
    case 'minTop1':
      return limitRules[name].value(observation, scenario);
  }
}

const z95 = 1.959964;

/**
 * p99 of the time from a request to its answer. Single stream and offline: of the run itself. Server: as it was measured
 * at this rate of requests, where it was; else the wait is added to the run by Kingman's heavy-traffic formula for random arrivals, P(wait > t) ≈ ρ·exp(−2(1−ρ)t / (s(1+c²))), with the
 * mean run time s, its squared coefficient of variation c² and the load ρ. An estimate, then: the queue itself was not measured.
 * Infinite where requests come faster than they are served.
 */
function responseP99Ms(observation: Observation, scenario: Scenario): number | null {
  const { p99Ms, latencyMs, sdMs } = observation;
  const measured = servedAt(observation, scenario);
  if (measured !== null) return measured.p99Ms;
  if (p99Ms === null || scenario.kind !== 'server') return p99Ms;
  const load = (scenario.requestsPerSecond * latencyMs.median) / 1000;
  if (load >= 1) return Number.POSITIVE_INFINITY;
  const variation = ((sdMs ?? 0) / latencyMs.median) ** 2;
  const wait = (Math.log(100 * load) * latencyMs.median * (1 + variation)) / (2 * (1 - load));
  return p99Ms + Math.max(0, wait);
}

function servedAt({ served }: Observation, scenario: Scenario): ServedResponse | null {
  const asked = scenario.kind === 'server' ? scenario.requestsPerSecond : null;
  return served?.requestsPerSecond === asked ? (served ?? null) : null;
}

function p99Keeps(observation: Observation, limit: number, scenario: Scenario): number {
  const value = responseP99Ms(observation, scenario) ?? Number.NaN;
  const distance = Math.log(limit / value);
  const error = (servedAt(observation, scenario) ?? observation).p99RelativeError;
  if (error === 0) return distance >= 0 ? 1 : 0;
  return normalCdf(distance / error);
}

/** A reading is taken as exact; a prediction is log-normal. */
function memoryKeeps({ memoryBytes, memoryLogError }: Observation, limit: number): number {
  const distance = Math.log(limit / (memoryBytes ?? Number.NaN));
  if (memoryLogError === 0) return distance >= 0 ? 1 : 0;
  return normalCdf(distance / memoryLogError);
}

/** A standing in words. */
export function verdictOf(standing: Standing, observation: Observation): LimitVerdict {
  const { name, verdict, confidence, margin } = standing;
  return { limit: name, verdict, confidence, margin, ...said(statementOf(standing, observation)) };
}

function statementOf(
  { name, limit: asked, value, verdict, confidence, margin }: Standing,
  observation: Observation,
): Statement {
  if (value === null || confidence === null || margin === null || verdict === 'unknown')
    return { code: 'limit-unknown', values: { limit: name, asked, ...absenceOf(name, observation) } };
  const judged = { limit: name, value: finite(value), asked };
  if (verdict === 'within-noise') return { code: 'limit-close', values: { ...judged, confidence } };
  const isExact = limitRules[name].keeps === undefined || confidence === 0 || confidence === 1;
  const values = {
    ...judged,
    share: finite(Math.abs(margin)),
    confidence: isExact ? null : Math.max(confidence, 1 - confidence),
    withoutInterval:
      isExact &&
      hasNoInterval(observation) &&
      name !== 'maxMemoryBytes' &&
      limitRules[name].keeps !== undefined,
  };
  return { code: verdict === 'clears' ? 'limit-kept' : 'limit-missed', values };
}

/** Why a value is not known: by code where it is of a kind that is known, and in English as its source says it. */
function absenceOf(
  name: LimitName,
  observation: Observation,
): Pick<Extract<Statement, { code: 'limit-unknown' }>['values'], 'absence' | 'reason'> {
  const { origin } = observation;
  const foreign = { measured: null, published: 'not-published', predicted: 'not-predicted' } as const;
  const absence = foreign[origin];
  if (name === 'maxP99Ms')
    return absence === null
      ? { absence: 'too-few-samples', reason: 'p99 takes 100 samples, and fewer were taken' }
      : { absence, reason: `p99 is not ${origin}` };
  const reason = limitRules[name].absent?.(observation) ?? null;
  if (reason === null) return { absence: absence ?? 'not-known', reason: 'the value is not known' };
  return { absence: absence ?? 'stated', reason };
}

/** JSON has no infinity. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function hasNoInterval({ latencyMs }: Observation): boolean {
  return latencyMs.low === null || latencyMs.high === null;
}
