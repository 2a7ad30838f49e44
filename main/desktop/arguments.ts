import { extname, resolve } from 'node:path';

/** What the command line asked for. Chromium's and Electron's own switches stand on the same line and are not ours to judge. */
export interface LaunchArguments {
  readonly dataDir: string | null;
  /** Open, detect, measure one tiny model, end with 0: how a package is tried once. */
  readonly smoke: boolean;
  /** Files to open, absolute. */
  readonly files: readonly string[];
  /** A page's address to open at, such as /recommend?fps=30. */
  readonly page: string | null;
  /** A file to create once the window shows, so that whoever started the app knows that it could. */
  readonly readyFile: string | null;
}

/** Kinds of files that open in the app. */
export const openedExtensions = ['.onnx', '.backbench'] as const;

/**
 * Reads the arguments after the program's name. `--name value` and `--name=value` are both understood; anything unknown is
 * left alone, and a bare word is a file only where its extension is one of ours.
 */
export function parseArguments(words: readonly string[], workingDirectory: string): LaunchArguments {
  const values = new Map<string, string>();
  const files: string[] = [];
  let smoke = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const [name = '', inline] = splitOnce(word, '=');
    if (name === '--smoke') smoke = true;
    else if (name === '--data-dir' || name === '--page' || name === '--ready-file') {
      const next = words[i + 1];
      if (inline !== undefined) values.set(name, inline);
      else if (next !== undefined && !next.startsWith('--')) {
        values.set(name, next);
        i++;
      }
    } else if (isOpenedFile(word)) files.push(resolve(workingDirectory, word));
  }
  const path = (name: string): string | null => {
    const value = values.get(name);
    return value === undefined || value === '' ? null : resolve(workingDirectory, value);
  };
  return {
    dataDir: path('--data-dir'),
    smoke,
    files,
    page: pageOf(values.get('--page')),
    readyFile: path('--ready-file'),
  };
}

function isOpenedFile(word: string): boolean {
  if (word.startsWith('-')) return false;
  return openedExtensions.some((extension) => extname(word).toLowerCase() === extension);
}

/** An address within the app, or null: another program may have written it, and only a path may come of it. */
function pageOf(value: string | undefined): string | null {
  return value !== undefined && /^\/[\w\-./?&=%:,~]*$/.test(value) && value.length < 2000 ? value : null;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
