import type { Statement } from '../../../preload/contract.ts';
import { framesPerSecond, type Observation } from '../observation.ts';
import { said, type Said } from '../words/inEnglish.ts';
import type { Contender } from './policy.ts';

/** Why one of the first models is measured. */
export const probeReason: Said = said({ code: 'probes-speed', values: {} });

/** Why a model is measured, or measured again. */
export function lookReason({ observation, knowledge }: Contender, share: number): Said {
  return said(
    knowledge === 'predicted'
      ? { code: 'likely-among-best', values: { ...latencyOf(observation), share } }
      : { code: 'hurried-before', values: { share } },
  );
}

/** What a model was predicted to take. */
export function predictedLatency(observation: Observation): Statement {
  return { code: 'predicted-latency', values: latencyOf(observation) };
}

function latencyOf(observation: Observation): Extract<Statement, { code: 'predicted-latency' }>['values'] {
  const { median, low, high } = observation.latencyMs;
  return { median, low, high, fps: framesPerSecond(observation) };
}
