import type { CallInput, CallName, CallOutput } from '../../preload/contract.ts';
import type { ServiceLink } from './serviceLink.ts';

/** The smallest model of the catalog that has a real convolution in it. */
const model = 'squeezenet1_1';
const deadlineMs = 240_000;
const lookEveryMs = 250;

/**
 * Tries a packaged app once, for real: the page draws and gets answers, the machine is detected, one tiny model is measured in a worker
 * and stands in the store. Resolves to what was seen; rejects with what was not.
 */
export async function smokeTest(
  link: ServiceLink,
  page: { drawn: () => boolean; answered: () => number },
  options: { deadlineMs?: number } = {},
): Promise<string> {
  const end = performance.now() + (options.deadlineMs ?? deadlineMs);
  await until(() => page.drawn() && page.answered() > 0, end, 'the page to draw and get an answer');
  const { machine, providers } = await ask(link, 'hardware', {});
  if (!providers.some(({ provider, works }) => provider === 'cpu' && works))
    throw new Error('ONNX Runtime does not run on this CPU');
  const { runId } = await ask(link, 'startRun', {
    models: [model],
    batches: [1],
    provider: 'cpu',
    inputSize: 64,
    plan: {
      minProcesses: 1,
      maxProcesses: 1,
      minSamples: 5,
      maxSamples: 20,
      maxSecondsPerProcess: 2,
      maxWarmUpSeconds: 1,
      relativeHalfWidth: 0.5,
    },
  });
  let run = await ask(link, 'getRun', { runId });
  while (run.state === 'active') {
    if (performance.now() > end) throw new Error('the run did not end in time');
    await pause();
    run = await ask(link, 'getRun', { runId });
  }
  const failure = run.jobs.find((job) => job.failure !== null)?.failure;
  if (failure != null) throw new Error(failure.message);
  const { rows } = await ask(link, 'listResults', { runId });
  const median = rows[0]?.result.latencyMs.median;
  if (median === undefined) throw new Error(`the run ended ${run.state} without a result`);
  return `${machine.cpu.model}: ${model} at 64 px in ${median.toFixed(2)} ms`;
}

async function ask<N extends CallName>(
  link: ServiceLink,
  name: N,
  input: CallInput<N>,
): Promise<CallOutput<N>> {
  const answer = await link.call(name, input);
  if (!answer.ok) throw new Error(`${name}: ${answer.failure.message}`);
  return answer.value as CallOutput<N>;
}

async function until(met: () => boolean, end: number, what: string): Promise<void> {
  while (!met()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await pause();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, lookEveryMs));
}
