import { basename, extname } from 'node:path';
import type { CallOutput } from '../../preload/contract.ts';
import { openedExtensions } from './arguments.ts';
import type { DialogApi } from './electronApi.ts';
import type { Log } from './log.ts';
import type { ServiceLink } from './serviceLink.ts';
import type { Texts } from './texts/texts.ts';

/**
 * Opens files that were double-clicked, dropped on the icon, named on the command line or chosen in the dialogue: the service reads and
 * checks them in its own process, so a hostile file cannot hurt the window, and a broken one ends as a sentence.
 */
export function fileOpener(options: {
  link: ServiceLink;
  dialog: DialogApi;
  texts: () => Texts;
  go: (page: string) => void;
  log: Log;
}): (paths: readonly string[]) => Promise<void> {
  const { link, dialog, texts, go, log } = options;
  return async (paths) => {
    for (const path of paths) {
      const name = basename(path);
      const failure = await add(path);
      if (failure === null) continue;
      log.write('open', `${path}: ${failure}`);
      const { open, notice } = texts();
      await dialog.showMessageBox({
        type: 'error',
        message: `${name} ${open.failed}`,
        detail: failure,
        buttons: [notice.ok],
      });
    }
  };

  /** null where the file was opened, else why not. */
  async function add(path: string): Promise<string | null> {
    if (!openedExtensions.some((extension) => extname(path).toLowerCase() === extension))
      return `Backbench opens ${openedExtensions.join(', ')}.`;
    const answer = await link.call('addOwnModel', { path });
    if (!answer.ok) {
      const { message, remedy } = answer.failure;
      return remedy === null ? message : `${message}\n${remedy}`;
    }
    const { name } = answer.value as CallOutput<'addOwnModel'>;
    go(`/run?${new URLSearchParams({ models: name }).toString()}`);
    return null;
  }
}
