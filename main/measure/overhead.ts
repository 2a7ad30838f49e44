import { median, sorted } from './quantiles.ts';
import type { OnnxRuntime } from './runtime.ts';

/** One Relu over eight floats, as 69 bytes of ONNX: all the work of a run that is not the model's. */
const nothingModel = Buffer.from(
  'CAg6OwoMCgF4EgF5IgRSZWx1EgFnWhMKAXgSDgoMCAESCAoCCAEKAggIYhMKAXkSDgoMCAESCAoCCAEKAggIQgQKABAN',
  'base64',
);

/**
 * What one `await session.run` costs when the model does nothing, in ms: the median of `runs`, after a tenth of them to
 * warm up. Nothing is subtracted from anything; it is told beside the latency. As a side effect ONNX Runtime is loaded
 * and its pools exist, so that the memory of a process can be read before its model comes.
 */
export async function measureOverhead(runtime: OnnxRuntime, runs: number): Promise<number> {
  const session = await runtime.InferenceSession.create(nothingModel, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const feeds = { x: new runtime.Tensor('float32', new Float32Array(8), [1, 8]) };
  const samples = new Float64Array(runs);
  for (let run = -Math.ceil(runs / 10); run < runs; run++) {
    const started = performance.now();
    await session.run(feeds);
    const took = performance.now() - started;
    if (run >= 0) samples[run] = took;
  }
  await session.release();
  return median(sorted(samples));
}
