import { framesPerSecond, type Observation } from '../observation.ts';
import type { Contender } from './policy.ts';

/** Why one of the first models is measured. */
export const probeReason = 'To learn how fast this machine is: too few results to predict from.';

/** Why a model is measured, or measured again. */
export function lookReason({ observation, knowledge }: Contender, share: number): string {
  const chance = `${Math.round(100 * share)} %`;
  return knowledge === 'predicted'
    ? `${latencyText(observation)} is predicted: ${chance} likely to be among the best five.`
    : `Measured in a hurry: in ${chance} of what is likely, a better look changes the best five.`;
}

/** "9.67 ms (6.42 – 14.54, 103.4 FPS)". */
export function latencyText(observation: Observation): string {
  const { median, low, high } = observation.latencyMs;
  const range = low === null || high === null ? '' : `${low.toFixed(2)} – ${high.toFixed(2)}, `;
  return `${median.toFixed(2)} ms (${range}${framesPerSecond(observation).toFixed(1)} FPS)`;
}
