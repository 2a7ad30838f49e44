import { extname, isAbsolute } from 'node:path';
import { z } from 'zod';
import { calls, type Answer, type CallName } from '../../preload/contract.ts';
import { invalidInput } from '../service/invalidInput.ts';
import { isAppAddress } from './appProtocol.ts';
import type { ContentsApi, IpcApi, IpcEventApi, ShellApi } from './electronApi.ts';
import type { Log } from './log.ts';
import type { ServiceLink } from './serviceLink.ts';
import { languages } from './settings.ts';

/** How the page looks now, told by the preload script whenever it changes. */
export const Appearance = z.object({
  language: z.enum(languages).catch('en'),
  dark: z.boolean(),
  /** Whether anything is drawn: false means a page that loaded and shows nothing. */
  drawn: z.boolean(),
});
export type Appearance = z.infer<typeof Appearance>;

/** Refused as a whole: the sender learns nothing, the log does. */
class RefusedMessage extends Error {
  constructor() {
    super('refused');
    this.name = 'RefusedMessage';
  }
}

/** A model's file on this machine. A path of another one ("\\\\host\\share") would make Windows log in there. */
const ShownFile = z
  .string()
  .max(4096)
  .refine((path) => isAbsolute(path) && extname(path) === '.onnx' && !/^[\\/]{2}/.test(path));

const Name = z.custom<CallName>((name) => typeof name === 'string' && Object.hasOwn(calls, name));

export interface IpcBridge {
  /** Calls that pages made and got an answer to that is no failure. */
  readonly answered: number;
}

/**
 * Carries the contract between the page and the service. Whatever arrives must come from the top frame of our own window, showing our
 * own address, and must fit the contract's schema; else it goes no further than this function. Answers and events need no check: they
 * come from our own process.
 */
export function bridgePages(options: {
  ipc: IpcApi;
  link: ServiceLink;
  shell: Pick<ShellApi, 'showItemInFolder'>;
  /** The contents of the window, while there is one. */
  page: () => ContentsApi | null;
  onAppearance: (appearance: Appearance) => void;
  log: Log;
}): IpcBridge {
  const { ipc, link, shell, page, onAppearance, log } = options;
  let answered = 0;

  const requireOwnPage = (event: IpcEventApi, channel: string): void => {
    const frame = event.senderFrame;
    const own = page();
    if (
      own !== null &&
      event.sender === own &&
      frame !== null &&
      frame.parent === null &&
      isAppAddress(frame.url)
    )
      return;
    log.write('security', `refused ${channel} from ${frame?.url ?? 'a frame that is gone'}`);
    throw new RefusedMessage();
  };

  ipc.handle('backbench:call', async (event, ...values): Promise<Answer<unknown>> => {
    requireOwnPage(event, 'backbench:call');
    const name = Name.safeParse(values[0]);
    if (!name.success || values.length > 2) {
      log.write('security', 'refused a call that is not in the contract');
      return {
        ok: false,
        failure: { code: 'unknown-call', message: 'There is no such call.', remedy: null },
      };
    }
    const input = calls[name.data].input.safeParse(values[1]);
    if (!input.success) return { ok: false, failure: invalidInput(name.data, input.error) };
    const answer = await link.call(name.data, input.data);
    if (answer.ok) answered++;
    return answer;
  });

  ipc.handle('backbench:connected', (event) => {
    requireOwnPage(event, 'backbench:connected');
    return link.connected;
  });

  /** Hears what our own page tells; nobody waits for an answer, so that a refusal is told to the log alone. */
  const hear = (channel: string, listener: (told: unknown) => void): void => {
    ipc.on(channel, (event, ...values) => {
      try {
        requireOwnPage(event, channel);
      } catch {
        return;
      }
      listener(values[0]);
    });
  };

  hear('backbench:appearance', (told) => {
    const appearance = Appearance.safeParse(told);
    if (appearance.success) onAppearance(appearance.data);
  });

  hear('backbench:show-file', (told) => {
    const file = ShownFile.safeParse(told);
    if (file.success) shell.showItemInFolder(file.data);
    else log.write('security', 'refused to show what is no model file of this machine');
  });

  const send = (channel: string, ...values: unknown[]): void => {
    const own = page();
    if (own !== null && !own.isDestroyed()) own.send(channel, ...values);
  };
  link.subscribe(({ name, payload }) => send('backbench:event', name, payload));
  link.onConnection((connected) => send('backbench:connection', connected));

  return {
    get answered() {
      return answered;
    },
  };
}
