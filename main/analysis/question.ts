import type { z } from 'zod';
import type { RecommendationRequest } from '../../preload/contract.ts';
import type { Question } from './judged.ts';
import type { Observation } from './observation.ts';

export type AskedQuestion = z.output<typeof RecommendationRequest>;

/** How observations are judged. A server must serve at least as many images as arrive. */
export function questionOf({ limits, scenario, objective, batch }: AskedQuestion): Question {
  if (scenario.kind !== 'server') return { limits, scenario, objective };
  const arriving = scenario.requestsPerSecond * batch;
  return { limits: { ...limits, minFps: Math.max(limits.minFps ?? 0, arriving) }, scenario, objective };
}

/** Whether an observation is one that was asked for. */
export function isAllowed(observation: Observation, request: AskedQuestion): boolean {
  const { providers, precisions, inputSizes, licences, scenario, batch } = request;
  const among = (list: readonly (string | number)[] | null, value: string | number) =>
    list === null || list.includes(value);
  return (
    (scenario.kind === 'offline' || observation.batch === batch) &&
    among(providers, observation.provider) &&
    among(precisions, observation.precision) &&
    among(inputSizes, observation.inputSize) &&
    (licences === null || (observation.licence !== null && licences.includes(observation.licence)))
  );
}
