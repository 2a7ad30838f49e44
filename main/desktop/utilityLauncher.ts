import process from 'node:process';
import { OutputTail } from '../measure/outputTail.ts';
import type { ChildLauncher, ChildProcess } from './childLauncher.ts';
import type { UtilityApi, UtilityProcessApi } from './electronApi.ts';

/** How long what a process said last may take to come through its pipe after its end was told. */
const lastWordsMs = 250;

/** Starts files as Electron utility processes: Node without a window, unsandboxed, ended with the app. */
export function utilityLauncher(
  utilityProcess: UtilityProcessApi,
  options: {
    /** As the task manager and the crash report name it. */
    readonly name: string;
    /** Flags of V8, as Node's command line has them. */
    readonly v8Flags?: readonly string[];
  },
): ChildLauncher {
  // A utility process does not take V8's flags from its execArgv; Chromium's switch for them does reach it.
  const flags = options.v8Flags ?? [];
  const execArgv = flags.length === 0 ? [] : [`--js-flags=${flags.join(' ')}`];
  return {
    launch: (file, env) =>
      childOver(
        utilityProcess.fork(file, [], {
          env: { ...cleanEnvironment(), ...env },
          execArgv,
          serviceName: options.name,
          stdio: 'pipe',
        }),
      ),
  };
}

function childOver(utility: UtilityApi): ChildProcess {
  const output = new OutputTail();
  const errorOutputListeners: ((text: string) => void)[] = [];
  // Electron drops both streams and their listeners at the exit; what is still in the pipe is read from these.
  const { stdout, stderr } = utility;
  const hearOut = (chunk: Buffer): void => output.add(chunk);
  const hearError = (chunk: Buffer): void => {
    output.add(chunk);
    const text = chunk.toString('utf8');
    for (const listener of errorOutputListeners) listener(text);
  };
  const hear = (): void => {
    stdout?.on('data', hearOut);
    stderr?.on('data', hearError);
    stdout?.resume();
    stderr?.resume();
  };
  const holdBack = (): void => {
    for (const [stream, listener] of [
      [stdout, hearOut],
      [stderr, hearError],
    ] as const) {
      stream?.pause();
      stream?.removeListener('data', listener);
    }
  };
  hear();
  utility.on('error', (type, location, report) =>
    output.add(Buffer.from(`${type} in ${location}\n${report.slice(0, 2000)}\n`)),
  );

  let kills = false;
  utility.on('spawn', () => {
    if (kills) endNow(utility);
  });
  return {
    get pid() {
      return utility.pid;
    },
    post: (message) => utility.postMessage(message),
    onMessage: (listener) => void utility.on('message', listener),
    onStarted: (listener) =>
      void utility.on('spawn', () => {
        if (utility.pid !== undefined) listener(utility.pid);
      }),
    onExit: (listener) =>
      void utility.on('exit', (code) => {
        const end = endOf(code, process.platform);
        // Electron clears up right after this event; what comes meanwhile must wait in the streams.
        holdBack();
        setImmediate(hear);
        setTimeout(() => listener(end.code, end.signal), lastWordsMs);
      }),
    onErrorOutput: (listener) => void errorOutputListeners.push(listener),
    kill: () => {
      kills = true;
      endNow(utility);
    },
    outputTail: () => output.text(),
  };
}

/** Electron's own `kill` asks politely (SIGTERM), which a worker stuck in native code or out of memory may not hear. */
function endNow(utility: UtilityApi): void {
  if (utility.pid === undefined) return;
  try {
    process.kill(utility.pid, 'SIGKILL');
  } catch {
    // It had ended already.
  }
}

const signals: Readonly<Record<number, string>> = {
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
};
/** waitpid's bit for "left a core file". */
const coreBit = 0x80;

/**
 * How a utility process ended. A call of `process.exit` gives its own code; any other end gives, on POSIX, the raw status of
 * waitpid (Chromium's GetTerminationStatus), in which a signal is the low seven bits and an exit code the next eight.
 */
export function endOf(
  code: number,
  platform: NodeJS.Platform,
): { code: number | null; signal: string | null } {
  if (platform === 'win32') return { code, signal: null };
  const signal = code < 0x100 ? signals[code & ~coreBit] : undefined;
  if (signal !== undefined) return { code: null, signal };
  if (code > 0xff && (code & 0xff) === 0) return { code: code >> 8, signal: null };
  return { code, signal: null };
}

/** The environment without what would put a debugger or a preloaded module between a worker and its clock. */
function cleanEnvironment(): Record<string, string> {
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...environment } = process.env;
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
