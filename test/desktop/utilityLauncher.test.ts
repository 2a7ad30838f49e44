import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { endOf, utilityLauncher } from '../../main/desktop/utilityLauncher.ts';
import { workerFlags } from '../../main/measure/launchFork.ts';
import { FakeElectron } from './fakeElectron.ts';

afterEach(() => vi.unstubAllEnvs());

function launch(env = {}) {
  const electron = new FakeElectron();
  const launcher = utilityLauncher(electron.utilityProcess, {
    name: 'Backbench worker',
    v8Flags: workerFlags,
  });
  const child = launcher.launch('/app/worker.js', env);
  const [fork] = electron.forks;
  if (fork === undefined) throw new Error('nothing was forked');
  return { child, ...fork };
}

test('a worker gets V8’s flags by the switch that reaches a utility process, and its output is kept', () => {
  const { file, options } = launch();
  expect(file).toBe('/app/worker.js');
  expect(options).toMatchObject({
    execArgv: ['--js-flags=--max-semi-space-size=1'],
    stdio: 'pipe',
    serviceName: 'Backbench worker',
  });
});

test('a worker’s environment has what was asked for, and nothing that hooks into Node', () => {
  vi.stubEnv('NODE_OPTIONS', '--require x');
  vi.stubEnv('BACKBENCH_TEST', 'kept');
  const { env } = launch({ ASKED: '1' }).options;
  expect(env).toMatchObject({ ASKED: '1', BACKBENCH_TEST: 'kept' });
  expect(env).not.toHaveProperty('NODE_OPTIONS');
});

test('messages go both ways, and the process id is told when there is one', () => {
  const { child, utility } = launch();
  const heard: unknown[] = [];
  const started: number[] = [];
  child.onMessage((message) => heard.push(message));
  child.onStarted?.((pid) => started.push(pid));
  expect(child.pid).toBeUndefined();
  utility.spawn(42);
  expect(child.pid).toBe(42);
  expect(started).toEqual([42]);
  child.post({ kind: 'order' });
  expect(utility.posted).toEqual([{ kind: 'order' }]);
  const samples = { samplesMs: new Float64Array([1, 2]) };
  utility.emit('message', samples);
  expect(heard).toEqual([samples]);
});

test('what a process said last is read even though Electron drops its streams at the exit', async () => {
  const { child, utility } = launch();
  const errors: string[] = [];
  child.onErrorOutput?.((text) => errors.push(text));
  utility.spawn(42);
  utility.stderr.write('before ');
  const ended = new Promise((resolve) => child.onExit((code, signal) => resolve([code, signal])));
  utility.exit(6);
  utility.stderr.write('last words');
  expect(await ended).toEqual([null, 'SIGABRT']);
  expect(errors.join('')).toBe('before last words');
  expect(child.outputTail()).toBe('before last words');
});

test('a fatal error of V8 stands in the output', () => {
  const { child, utility } = launch();
  utility.emit('error', 'FatalError', 'v8::ToLocalChecked', 'report');
  expect(child.outputTail()).toContain('v8::ToLocalChecked');
});

test('killing is not a request: the process is ended by the system, at once or as soon as it exists', async () => {
  for (const early of [true, false]) {
    const victim = spawn(process.execPath, ['-e', 'process.on("SIGTERM",()=>{});setInterval(()=>{},1000)']);
    const { child, utility } = launch();
    if (early) child.kill();
    utility.spawn(victim.pid ?? 0);
    if (!early) child.kill();
    const [, signal] = (await once(victim, 'exit')) as [number | null, string | null];
    expect(signal ?? 'ended').toMatch(/SIGKILL|ended/);
    child.kill();
  }
});

test('the end of a process is told as Node would tell it', () => {
  // process.exit
  expect(endOf(0, 'linux')).toEqual({ code: 0, signal: null });
  expect(endOf(1, 'darwin')).toEqual({ code: 1, signal: null });
  // waitpid's raw status
  expect(endOf(9, 'linux')).toEqual({ code: null, signal: 'SIGKILL' });
  expect(endOf(6 | 0x80, 'linux')).toEqual({ code: null, signal: 'SIGABRT' });
  expect(endOf(11, 'darwin')).toEqual({ code: null, signal: 'SIGSEGV' });
  expect(endOf(7 << 8, 'linux')).toEqual({ code: 7, signal: null });
  // Windows has no signals
  expect(endOf(9, 'win32')).toEqual({ code: 9, signal: null });
  expect(endOf(0xc0000005, 'win32')).toEqual({ code: 0xc0000005, signal: null });
});
