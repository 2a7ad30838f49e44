import { fork } from 'node:child_process';

/** A probe's process. `measure/`'s WorkerProcess fits as it is; what a probe prints is a bonus that a launcher may give. */
export interface ProbeProcess {
  onMessage(listener: (message: unknown) => void): void;
  /** Told once, with the exit code or the signal that ended it. */
  onExit(listener: (code: number | null, signal: string | null) => void): void;
  /** What it writes to its standard error: there ONNX Runtime names the library that it misses. */
  onErrorOutput?(listener: (text: string) => void): void;
  /** Ends the process at once. */
  kill(): void;
}

/** Starts a file in a process of its own, with `env` added to this process's environment. */
export interface ProbeLauncher {
  launch(file: string, env: Readonly<Record<string, string>>): ProbeProcess;
}

/** Node's own way, for the command line and the tests; Electron's main process brings its utilityProcess instead. */
export const forkProbe: ProbeLauncher = {
  launch(file, env) {
    const child = fork(file, [], {
      env: { ...process.env, ...env },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    return {
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => {
        // A process that cannot even be started reports an error and never an exit.
        child.once('error', () => listener(null, null));
        child.once('close', (code, signal) => listener(code, signal));
      },
      onErrorOutput: (listener) => {
        child.stderr?.setEncoding('utf8');
        child.stderr?.on('data', listener);
      },
      kill: () => void child.kill('SIGKILL'),
    };
  },
};
