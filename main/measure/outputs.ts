import type { InferenceSession, OnnxValue } from 'onnxruntime-node';
import { repeatable } from './failure.ts';

type Outputs = InferenceSession.ReturnType;

/** Throws a TrialFailure where an output holds NaN or infinity: such arithmetic takes other times than real one. */
export function requireFinite(outputs: Outputs): void {
  const broken = Object.entries(outputs).find(([, value]) => !isFinite(value));
  if (broken === undefined) return;
  throw repeatable(
    'output-not-finite',
    `The output "${broken[0]}" holds NaN or infinity, so the model's latency would mean nothing.`,
    'Check the weights, and whether the precision has the range that they need.',
  );
}

/**
 * Gives the memory of outputs back at once. Each run copies its outputs into new buffers; left to the collector, their
 * page faults make later runs two to four times slower.
 */
export function giveBack(outputs: Outputs): void {
  for (const value of Object.values(outputs)) {
    const { data } = value;
    if (ArrayBuffer.isView(data) && data.buffer instanceof ArrayBuffer) data.buffer.transfer(0);
  }
}

function isFinite(value: OnnxValue): boolean {
  const { type, data } = value;
  if (data instanceof Float32Array || data instanceof Float64Array) return data.every(Number.isFinite);
  if (type === 'float16' && data instanceof Uint16Array)
    return data.every((bits) => (bits & 0x7c00) !== 0x7c00);
  return true;
}
