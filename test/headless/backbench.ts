import { execFile } from 'node:child_process';
import { join } from 'node:path';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const backbenchEntry = join(import.meta.dirname, '..', '..', 'main', 'headless', 'backbench.js');

/** Runs the real command line in a process of its own. */
export function backbench(
  args: readonly string[],
  options: { dataDir?: string; node?: string } = {},
): Promise<Ended> {
  const env = {
    ...process.env,
    ...(options.dataDir === undefined ? {} : { BACKBENCH_DATA: options.dataDir }),
  };
  return new Promise((resolve) => {
    execFile(
      options.node ?? process.execPath,
      [backbenchEntry, ...args],
      { env, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        resolve({
          code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
          stdout,
          stderr,
        });
      },
    );
  });
}

/** The lines of a text that are not empty. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
