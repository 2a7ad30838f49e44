import { randomUUID } from 'node:crypto';
import type { CallInput, CallOutput, LongCallName } from '../../preload/contract.ts';
import type { Service } from '../service/service.ts';
import { ask } from './ask.ts';
import { CommandFailure, exitCodes } from './failure.ts';

/**
 * Asks for something that takes long. On a terminal a line on stderr tells how far it is; Ctrl-C cancels it, and then the command
 * ends with 130 and nothing of it stays.
 */
export async function askLong<N extends LongCallName>(
  service: Service,
  name: N,
  input: CallInput<N>,
): Promise<CallOutput<N>> {
  const work = randomUUID();
  const { stderr } = process;
  const unsubscribe = service.subscribe((event) => {
    if (event.name !== 'workProgress' || event.payload.work !== work || !stderr.isTTY) return;
    stderr.write(`\r\x1b[2K${Math.floor((100 * event.payload.done) / event.payload.total)} %`);
  });
  let interrupted = false;
  const cancel = (): void => {
    interrupted = true;
    void service.call('cancelWork', { work });
  };
  process.once('SIGINT', cancel).once('SIGTERM', cancel);
  try {
    return await ask(service, name, { ...input, work });
  } catch (error) {
    throw interrupted
      ? new CommandFailure('Interrupted: nothing of it stays.', exitCodes.interrupted)
      : error;
  } finally {
    unsubscribe();
    process.off('SIGINT', cancel).off('SIGTERM', cancel);
    if (stderr.isTTY) stderr.write('\r\x1b[2K');
  }
}
