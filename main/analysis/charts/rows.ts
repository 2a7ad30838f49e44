import type { Statement } from '../../../preload/contract.ts';
import { perImageMs, type Observation } from '../observation.ts';
import { inEnglish } from '../words/inEnglish.ts';

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

/** Statements as the notes of an answer, in English and as they are. */
export function notesOf(...statements: readonly Statement[]): { notes: string[]; said: Statement[] } {
  return { notes: statements.map(inEnglish), said: [...statements] };
}

/** How many were left out for what they lack; nothing where none was. */
export function leftOut(
  models: number,
  lack: Extract<Statement, { code: 'left-out' }>['values']['lack'],
): Statement[] {
  return models === 0 ? [] : [{ code: 'left-out', values: { models, lack } }];
}

/** How the memory of these was read. */
export function memoryMethods(observations: readonly Observation[]): Statement[] {
  const methods = new Set(observations.map(({ memoryMethod }) => memoryMethod));
  return [...methods].flatMap((method) =>
    method === null ? [] : [{ code: 'memory-is' as const, values: { method } }],
  );
}
