import { fork } from 'node:child_process';
import { basename } from 'node:path';
import type { ChildLauncher } from '../../main/desktop/childLauncher.ts';
import { nodeLauncher } from '../../main/measure/launchFork.ts';

/**
 * The processes of the app as plain Node processes: the same files, the same messages, without Electron. A provider's probe speaks
 * through Node's own channel where it has no Electron port, workers and the service through a pipe.
 */
export const nodeLaunchers: { services: ChildLauncher; workers: ChildLauncher } = {
  services: nodeLauncher,
  workers: {
    launch: (file, env) =>
      basename(file).startsWith('providerProbe') ? launchProbe(file, env) : nodeLauncher.launch(file, env),
  },
};

const launchProbe: ChildLauncher['launch'] = (file, env) => {
  const child = fork(file, [], {
    env: { ...process.env, ...env },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  return {
    pid: child.pid,
    post: () => undefined,
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('close', listener),
    onErrorOutput: (listener) => {
      child.stderr?.setEncoding('utf8');
      child.stderr?.on('data', listener);
    },
    kill: () => void child.kill('SIGKILL'),
    outputTail: () => '',
  };
};
