import type { LimitName, Limits, LimitVerdict } from '../../preload/contract.ts';
import { framesPerSecond, type Observation } from './observation.ts';

/** From this probability on a limit counts as kept; from one minus it down, as broken. */
const sureProbability = 0.95;

/** Half width of a normal distribution's 95 % interval, in standard deviations. */
const z95 = 1.959964;

interface LimitRule {
  /** 'at-most': the value must not exceed the limit. */
  readonly sense: 'at-most' | 'at-least';
  readonly value: (observation: Observation) => number | null;
  /** Relative standard error of the value; 0 where it is exact or no interval is known. */
  readonly relativeError: (observation: Observation) => number;
  readonly text: (value: number) => string;
}

const exact = () => 0;
const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`;

const rules: Readonly<Record<LimitName, LimitRule>> = {
  maxLatencyMs: {
    sense: 'at-most',
    value: ({ latencyMs }) => latencyMs.median,
    relativeError: latencyError,
    text: (value) => `${value.toFixed(2)} ms`,
  },
  minFps: {
    sense: 'at-least',
    value: framesPerSecond,
    relativeError: latencyError,
    text: (value) => `${value.toFixed(1)} FPS`,
  },
  maxMemoryBytes: {
    sense: 'at-most',
    value: ({ memoryBytes }) => memoryBytes,
    relativeError: exact,
    text: megabytes,
  },
  maxParams: {
    sense: 'at-most',
    value: ({ params }) => params,
    relativeError: exact,
    text: (value) => `${(value / 1e6).toFixed(2)} M parameters`,
  },
  maxMacs: {
    sense: 'at-most',
    value: ({ macs }) => macs,
    relativeError: exact,
    text: (value) => `${(value / 1e9).toFixed(2)} GMACs`,
  },
  maxFileBytes: {
    sense: 'at-most',
    value: ({ fileBytes }) => fileBytes,
    relativeError: exact,
    text: (value) => `a file of ${megabytes(value)}`,
  },
  minTop1: {
    sense: 'at-least',
    value: ({ top1 }) => top1,
    relativeError: exact,
    text: (value) => `${value.toFixed(2)} % top-1`,
  },
};

/** The verdict on each limit that is set, in a fixed order. */
export function verdictsOf(observation: Observation, limits: Limits): LimitVerdict[] {
  return (Object.keys(rules) as LimitName[]).flatMap((name) => {
    const limit = limits[name];
    return limit === null ? [] : [verdictOn(observation, name, limit)];
  });
}

function verdictOn(observation: Observation, name: LimitName, limit: number): LimitVerdict {
  const { sense, value: read, relativeError, text } = rules[name];
  const value = read(observation);
  if (value === null) {
    const sentence = `${text(limit)} can be neither kept nor broken: ${observation.memoryMethod ?? 'the value is not known'}`;
    return { limit: name, verdict: 'unknown', confidence: null, margin: null, sentence };
  }
  const margin = sense === 'at-most' ? 1 - value / limit : value / limit - 1;
  const confidence = keepingProbability(value, limit, sense, relativeError(observation));
  const verdict =
    confidence >= sureProbability ? 'clears' : confidence <= 1 - sureProbability ? 'breaks' : 'within-noise';
  return {
    limit: name,
    verdict,
    confidence,
    margin,
    sentence: sentenceOf(verdict, text(value), text(limit), confidence, margin),
  };
}

/**
 * Probability that the true value keeps the limit. The logarithm of the median is taken as normal around the measured one, its
 * standard error from the 95 % interval: latencies are positive and their errors multiply.
 */
function keepingProbability(
  value: number,
  limit: number,
  sense: LimitRule['sense'],
  relativeError: number,
): number {
  const distance = (sense === 'at-most' ? 1 : -1) * Math.log(limit / value);
  if (relativeError === 0) return distance >= 0 ? 1 : 0;
  return normalCdf(distance / relativeError);
}

function latencyError({ latencyMs: { low, high } }: Observation): number {
  return low === null || high === null || low <= 0 ? 0 : Math.log(high / low) / (2 * z95);
}

function sentenceOf(
  verdict: LimitVerdict['verdict'],
  value: string,
  limit: string,
  confidence: number,
  margin: number,
): string {
  const percent = `${Math.abs(margin * 100).toFixed(1)} %`;
  const sure = `${(100 * Math.max(confidence, 1 - confidence)).toFixed(confidence > 0.999 || confidence < 0.001 ? 1 : 0)} % confidence`;
  switch (verdict) {
    case 'clears':
      return `${value} clears ${limit} by ${percent} (${sure})`;
    case 'breaks':
      return `${value} misses ${limit} by ${percent} (${sure})`;
    case 'within-noise':
      return `${value} is within the noise of ${limit} (${(100 * confidence).toFixed(0)} % likely to keep it)`;
    case 'unknown':
      return `${limit} is unknown`;
  }
}

/** Standard normal distribution function by Zelen and Severo's approximation (Abramowitz and Stegun 26.2.17), |error| < 7.5e-8. */
export function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const polynomial =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
  return z >= 0 ? 1 - tail : tail;
}
