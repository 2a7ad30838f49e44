import { perImageMs, type Observation } from '../observation.ts';

export function modelRow(observation: Observation, label: (observation: Observation) => string) {
  return { model: label(observation), family: observation.family, inputSize: observation.inputSize };
}

/** Time per image with its interval, in ms. */
export function timePerImage({ batch, latencyMs: { median, low, high } }: Observation) {
  const over = (ms: number | null) => (ms === null ? null : ms / batch);
  return { msPerImage: median / batch, low: over(low), high: over(high) };
}

/** Images per second with its interval: the slow end of the latency is the low end of the speed. */
export function speed(observation: Observation) {
  const { batch, latencyMs } = observation;
  const per = (ms: number | null) => (ms === null ? null : (1000 * batch) / ms);
  return { fps: 1000 / perImageMs(observation), low: per(latencyMs.high), high: per(latencyMs.low) };
}

/** A note on how many were left out, or none. */
export function omitted(count: number, why: string): string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? 'model is' : 'models are'} left out ${why}.`];
}
