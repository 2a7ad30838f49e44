import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where the app writes down what a person would want to report. */
export interface Log {
  /** The folder, for "show logs". */
  readonly folder: string;
  write(source: string, text: string): void;
}

/** A file up to this size; then it is put aside. */
const defaultLimitBytes = 1 << 20;
/** backbench.1.log is the newest of those put aside. */
const keptFiles = 5;

/**
 * Opens the log of a folder. Lines are appended at once and synchronously: the last line before a crash is the one that matters.
 * A log that cannot be written never disturbs what it tells of.
 */
export function openLog(folder: string, options: { limitBytes?: number; now?: () => Date } = {}): Log {
  const limitBytes = options.limitBytes ?? defaultLimitBytes;
  const now = options.now ?? (() => new Date());
  const file = (index: number): string =>
    join(folder, index === 0 ? 'backbench.log' : `backbench.${index}.log`);

  function rotate(): void {
    if ((statSync(file(0), { throwIfNoEntry: false })?.size ?? 0) < limitBytes) return;
    for (let index = keptFiles - 1; index >= 0; index--) {
      if (existsSync(file(index))) renameSync(file(index), file(index + 1));
    }
  }

  return {
    folder,
    write(source, text) {
      const stamp = now().toISOString();
      const lines = text.split(/\r?\n/).map((line) => `${stamp} ${source}: ${line}\n`);
      try {
        mkdirSync(folder, { recursive: true });
        rotate();
        appendFileSync(file(0), lines.join(''));
      } catch {
        // A full or vanished drive: there is nowhere to say so.
      }
    },
  };
}
