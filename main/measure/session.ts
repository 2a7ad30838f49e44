import type { InferenceSession } from 'onnxruntime-node';
import { reasonOf, repeatable } from './failure.ts';
import type { OnnxRuntime } from './runtime.ts';
import type { TrialTask } from './trial.ts';

export interface LoadedModel {
  readonly session: InferenceSession;
  /** From the path to a session that can run, in ms: reading, optimising, and preparing the weights. */
  readonly sessionCreationMs: number;
}

/**
 * Creates the session of a task. By path and never from a buffer, which would count the model twice in memory.
 * Throws a TrialFailure where the provider is not in this build or the model does not load.
 */
export async function loadModel(
  runtime: OnnxRuntime,
  task: TrialTask,
  profilePrefix?: string,
): Promise<LoadedModel> {
  // ONNX Runtime drops providers that it does not know with a mere warning, so they are checked here.
  const providers = runtime.listSupportedBackends().map(({ name }) => name);
  if (!providers.includes(task.provider)) {
    throw repeatable(
      'provider-missing',
      `This build of ONNX Runtime has no "${task.provider}" provider (it has ${providers.join(', ')}).`,
      'Choose one of the providers that "backbench hardware" lists as working.',
    );
  }
  const started = performance.now();
  try {
    const session = await runtime.InferenceSession.create(
      task.modelPath,
      sessionOptions(task, profilePrefix),
    );
    return { session, sessionCreationMs: performance.now() - started };
  } catch (error) {
    throw loadFailure(task, error);
  }
}

/** Every setting that moves a latency is set, never left to a default that may change with a version. */
function sessionOptions(task: TrialTask, profilePrefix: string | undefined): InferenceSession.SessionOptions {
  return {
    executionProviders: [{ name: task.provider, ...task.providerOptions }],
    intraOpNumThreads: task.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    enableCpuMemArena: task.arena,
    enableMemPattern: true,
    // Threads that wait by spinning: what a latency-bound product uses; without it two threads were 42 % slower.
    extra: { session: { intra_op: { allow_spinning: '1' }, inter_op: { allow_spinning: '0' } } },
    logSeverityLevel: 3,
    ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
  };
}

function loadFailure(task: TrialTask, thrown: unknown): Error {
  const reason = reasonOf(thrown);
  if (/allocat|bad_alloc|out of memory/i.test(reason)) {
    return repeatable(
      'out-of-memory',
      `The model does not fit into memory on the ${task.provider} provider: ${reason}`,
      'Close other programs, or choose a smaller model or batch.',
    );
  }
  if (/provider|backend|adapter|CUDA|cudnn|TensorRT|DirectML|\bdml\b/i.test(reason)) {
    return repeatable(
      'provider-unavailable',
      `The ${task.provider} provider does not work here: ${reason}`,
      '"backbench hardware" tells what it lacks; the cpu provider always works.',
    );
  }
  return repeatable(
    'model-not-loaded',
    `ONNX Runtime cannot load the model: ${reason}`,
    'Check that the file is a complete ONNX model that this version supports.',
  );
}
