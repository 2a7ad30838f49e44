import { execFile } from 'node:child_process';

export type CommandResult =
  { readonly ok: true; readonly stdout: string } | { readonly ok: false; readonly reason: string };

/**
 * Runs a system tool and gives what it printed. A tool that is missing, fails or exceeds `timeoutMs` is an answer with
 * a reason: none of them is required, and one that hangs (nvidia-smi on a lost GPU) must not take Backbench with it.
 */
export function runCommand(file: string, args: readonly string[], timeoutMs: number): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(
      file,
      [...args],
      { timeout: timeoutMs, killSignal: 'SIGKILL', windowsHide: true, env: { ...process.env, LC_ALL: 'C' } },
      (error, stdout, stderr) => {
        if (error === null) {
          resolve({ ok: true, stdout });
        } else if (error.code === 'ENOENT') {
          resolve({ ok: false, reason: `${file} is not installed` });
        } else if (error.killed === true) {
          resolve({ ok: false, reason: `${file} did not answer within ${timeoutMs} ms` });
        } else {
          const said = (stderr.trim() || stdout.trim()).split('\n')[0] ?? '';
          resolve({ ok: false, reason: said === '' ? `${file} failed` : `${file}: ${said}` });
        }
      },
    );
  });
}

/**
 * How long to wait for what a machine is told apart by (`machineFingerprint`). It takes a fraction of a second; on a machine that is
 * kept busy it may take ten times as long, and must not become another machine for that. The limit is for tools that hang.
 */
export const identityTimeoutMs = 20_000;

/** The promise's value, or `fallback` where it fails or takes longer than `timeoutMs`. */
export function withinTime<T>(promise: Promise<T>, timeoutMs: number, fallback: T): Promise<T> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(fallback), timeoutMs);
    promise.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      () => {
        clearTimeout(timer);
        resolve(fallback);
      },
    );
  });
}
