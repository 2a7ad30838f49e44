import type { Failure } from '../../preload/contract.ts';
import type { WorkerPort } from '../measure/workerPort.ts';
import { asFailure } from '../service/asFailure.ts';
import { openService, type OpenedService } from '../service/openService.ts';
import { RemoteChildren } from './remoteChildren.ts';
import type { FromService, ToService } from './serviceMessages.ts';

/** How long a last message may take to leave the process: Electron's port has no call-back for "sent". */
const farewellMs = 100;

/**
 * The service behind a port, in a process of its own. Calls that arrive while the store is still being opened wait for it.
 * `end` is called when there is nothing more to do here.
 */
export function hostService(port: WorkerPort, end: () => void): void {
  const say = (message: FromService): void => port.post(message);
  const children = new RemoteChildren(say);
  const { promise: service, resolve, reject } = Promise.withResolvers<OpenedService>();
  // A refusal is said by itself; calls that wait for the store get it as their answer.
  service.catch(() => undefined);

  const listen = async (message: ToService): Promise<void> => {
    switch (message.kind) {
      case 'open':
        try {
          const { opened, notices } = await openFor(message.dataDir, children);
          opened.subscribe((event) => say({ kind: 'event', event }));
          resolve(opened);
          say({ kind: 'opened', notices });
        } catch (error) {
          reject(error);
          say({ kind: 'refused', failure: asFailure(error) });
          setTimeout(end, farewellMs);
        }
        return;
      case 'call': {
        const answer = await service.then(
          (opened) => opened.call(message.name, message.input),
          (error: unknown) => ({ ok: false, failure: asFailure(error) }) as const,
        );
        say({ kind: 'answer', id: message.id, answer });
        return;
      }
      case 'child':
        children.hear(message.id, message.news);
        return;
      case 'close':
        await service.then(
          (opened) => opened.close(),
          () => undefined,
        );
        say({ kind: 'closed' });
        setTimeout(end, farewellMs);
        return;
    }
  };
  port.onMessage((message) => void listen(message as ToService));
  // Where the main process was killed there is nobody to measure for; the store survives that by design.
  port.onClose(end);
}

/** Opens the service and says what a person should know about how that went. */
async function openFor(
  dataDir: string,
  children: RemoteChildren,
): Promise<{ opened: OpenedService; notices: Failure[] }> {
  const options = { dataDir, launcher: children, probeLauncher: children, keepsAwake: true };
  const notices: Failure[] = [];
  let opened: OpenedService;
  try {
    opened = await openService({ ...options, resumeRuns: true });
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code !== 'queue-in-use') throw error;
    // Another Backbench, most likely a command, measures in this folder: looking at results needs no queue.
    opened = await openService(options);
    notices.push(failure);
  }
  if (opened.recovered !== null) {
    const { movedTo, reason } = opened.recovered;
    notices.push({
      code: 'database-recovered',
      message: `The database was damaged (${reason}).`,
      remedy: `It now lies at ${movedTo}; a fresh one was begun.`,
    });
  }
  return { opened, notices };
}
