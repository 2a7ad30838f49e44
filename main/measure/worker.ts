import { keepOnProcessors } from './affinity.ts';
import { reasonOf, TrialFailure } from './failure.ts';
import { Go, Order, type Report } from './messages.ts';
import { profileModel } from './profileModel.ts';
import { loadRuntime } from './runtime.ts';
import { timeModel } from './timeModel.ts';
import { openWorkerPort } from './workerPort.ts';

/**
 * The entry file of a worker process: takes one order, carries it out, says the result, and waits to be ended. The same
 * file is started by Node and by Electron's utilityProcess.
 */
const port = openWorkerPort();
const say = (report: Report): void => port.post(report);

// A worker whose parent was killed has nobody to measure for.
port.onClose(() => process.exit(0));
process.on('uncaughtException', (error) => fail(error));
const go = Promise.withResolvers<number>();
port.onMessage((message) => {
  const told = Go.safeParse(message);
  if (told.success) go.resolve(told.data.durationMs);
  else carryOut(Order.parse(message)).catch(fail);
});
// The only word that no step of the work asks for: a timer would go off between a run's clock and the run.
say({ kind: 'alive' });

async function carryOut(order: Order): Promise<void> {
  if (order.task.affinity !== null) await keepOnProcessors(order.task.affinity);
  const runtime = await loadRuntime();
  if (order.kind === 'profile') {
    say({ kind: 'profile', profile: await profileModel(runtime, order) });
    return;
  }
  const trial = await timeModel(
    runtime,
    order.task,
    (progress, slowestRunMs) =>
      say({ kind: 'progress', progress, slowestRunMs, residentBytes: process.memoryUsage.rss() }),
    (typicalRunMs) => {
      say({ kind: 'ready', typicalRunMs });
      return go.promise;
    },
  );
  say({ kind: 'trial', trial });
}

function fail(error: unknown): void {
  if (error instanceof TrialFailure) {
    say({ kind: 'failure', failure: error.failure, repeatable: error.repeatable });
    return;
  }
  const failure = {
    code: 'worker-error',
    message: `The worker failed: ${reasonOf(error)}`,
    remedy: 'Try again; if it happens each time, please report it.',
  };
  say({ kind: 'failure', failure, repeatable: false });
}
