import { spawn, type ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { encodeFrame, FrameReader } from './frames.ts';
import { OutputTail } from './outputTail.ts';
import type { WorkerLauncher, WorkerProcess } from './trial.ts';
import { pipeDescriptor } from './workerPort.ts';

/**
 * Flags of Node for a worker, in whatever host. Between runs V8 lets its young generation grow by some 10 MB, which a
 * small model's memory figure would be made of; kept at 1 MB, the harness adds half a megabyte.
 */
export const workerFlags = ['--max-semi-space-size=1'] as const;

/** Starts workers as plain Node processes of the same binary, each with a pipe of its own for messages. */
export const nodeLauncher: WorkerLauncher = {
  launch(file, env) {
    const child = spawn(process.execPath, [...workerFlags, file], {
      env: { ...inheritedEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const channel = child.stdio[pipeDescriptor] as Duplex;
    const output = new OutputTail();
    child.stdout?.on('data', (chunk: Buffer) => output.add(chunk));
    child.stderr?.on('data', (chunk: Buffer) => output.add(chunk));
    // Writing to a worker that has just died is told by its exit, not by the broken pipe.
    channel.on('error', () => undefined);
    return workerOver(child, channel, output);
  },
};

function workerOver(child: ChildProcess, channel: Duplex, output: OutputTail): WorkerProcess {
  const reader = new FrameReader();
  return {
    pid: child.pid,
    post: (message) => channel.write(encodeFrame(message)),
    onMessage: (listener) => {
      channel.on('data', (chunk: Buffer) => {
        for (const message of reader.push(chunk)) listener(message);
      });
    },
    onExit: (listener) => {
      // A binary that cannot be started at all has no exit, only an error.
      child.on('error', (error) => {
        output.add(Buffer.from(error.message));
        if (child.pid === undefined) listener(null, null);
      });
      // 'close' and not 'exit': only then is everything read that it had said.
      child.on('close', listener);
    },
    kill: () => child.kill('SIGKILL'),
    outputTail: () => output.text(),
  };
}

/** The environment without what would put a debugger or a preloaded module between a worker and its clock. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  delete environment.NODE_OPTIONS;
  delete environment.NODE_V8_COVERAGE;
  return environment;
}
