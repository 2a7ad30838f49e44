import { readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { mostBundleBytes, type Answer, type CallOutput } from '../../preload/contract.ts';
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
    const kind = openedExtensions.find((extension) => extname(path).toLowerCase() === extension);
    switch (kind) {
      case '.onnx':
        return addModel(path);
      case '.backbench':
        return addBundle(path);
      case undefined:
        return `Backbench opens ${openedExtensions.join(', ')}.`;
    }
  }

  async function addModel(path: string): Promise<string | null> {
    const answer = await link.call('addOwnModel', { path });
    if (!answer.ok) return sentence(answer);
    const { name } = answer.value as CallOutput<'addOwnModel'>;
    go(`/run?${new URLSearchParams({ models: name }).toString()}`);
    return null;
  }

  async function addBundle(path: string): Promise<string | null> {
    const base64 = await bundleText(path);
    if (base64 === null) return texts().open.noBundle(mostBundleBytes / 2 ** 20);
    const answer = await link.call('importBundle', { fileName: basename(path), base64 });
    if (!answer.ok) return sentence(answer);
    const { results, known } = answer.value as CallOutput<'importBundle'>;
    go('/data');
    const { open, notice } = texts();
    await dialog.showMessageBox({
      type: 'info',
      message: basename(path),
      detail: open.imported(results, known),
      buttons: [notice.ok],
    });
    return null;
  }
}

/** A bundle's bytes for the contract; null where it cannot be read or is larger than any bundle. */
async function bundleText(path: string): Promise<string | null> {
  try {
    const info = await stat(path);
    return info.isFile() && info.size <= mostBundleBytes ? await readFile(path, 'base64') : null;
  } catch {
    return null;
  }
}

function sentence({ failure: { message, remedy } }: Extract<Answer<unknown>, { ok: false }>): string {
  return remedy === null ? message : `${message}\n${remedy}`;
}
