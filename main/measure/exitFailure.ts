import type { Failure } from '../../preload/contract.ts';

/** How a worker process ended without having said a result. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** What it printed last. */
  readonly output: string;
}

/** Windows' status codes of a native crash and of an abort. */
const accessViolation = 0xc0000005;
const failFast = 0xc0000409;

const crashes = ['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP'];

/**
 * Killed from outside: by a person who wants it to end, or by the system because memory ran out, which the same task would
 * meet again. So it is a result and not tried again by itself; crashes and silent ends are.
 */
export function wasKilled({ code, signal }: Pick<Exit, 'code' | 'signal'>): boolean {
  return signal === 'SIGKILL' || code === 137;
}

/** What a silent end means, in words. */
export function exitFailure({ code, signal, output }: Exit): Failure {
  const last = output.split('\n').findLast((line) => line.trim() !== '');
  const said = last === undefined ? '' : ` It last said: "${last.trim().slice(0, 300)}".`;
  if (code === null && signal === null) {
    return {
      code: 'worker-not-started',
      message: `The worker process could not be started.${said}`,
      remedy: 'Check that this user may start processes and that memory is left.',
    };
  }
  if (wasKilled({ code, signal })) {
    return {
      code: 'worker-killed',
      message: `The worker was killed from outside, most likely because the machine ran out of memory.${said}`,
      remedy: 'Choose a smaller batch or model, or close other programs.',
    };
  }
  if (signal === 'SIGABRT' || code === 134 || code === failFast) {
    return {
      code: 'worker-aborted',
      message: `The native code of ONNX Runtime or of the driver gave up (abort).${said}`,
      remedy: 'It may have wanted more memory than there is: try a smaller batch.',
    };
  }
  if ((signal !== null && crashes.includes(signal)) || code === 139 || code === accessViolation) {
    return {
      code: 'worker-crashed',
      message: `The native code of ONNX Runtime or of the driver crashed (${signal ?? code}).${said}`,
      remedy: 'Update the driver, or try another provider.',
    };
  }
  if (code === 0) {
    return {
      code: 'worker-silent',
      message: `The worker ended without a result.${said}`,
      remedy: 'Try again; if it happens each time, please report it.',
    };
  }
  return {
    code: 'worker-failed',
    message: `The worker ended with ${signal === null ? `exit code ${code}` : signal}.${said}`,
    remedy: 'Try again; if it happens each time, please report it.',
  };
}
