import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Result, Run } from '../../preload/contract.ts';
import { backbenchEntry } from './backbench.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backbench-interrupt-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs until the first job is done, then sends the signal that Ctrl-C sends. */
function interruptedRun(): Promise<{ code: number | null; stdout: string }> {
  const args = [
    'run',
    '--models',
    'squeezenet1_1,mobilenet_v2',
    '--batch',
    '1,2,4,8',
    '--preset',
    'quick',
    // One process each: with several, the others have had their first when the first job is done, and that is kept.
    ...['--min-processes', '1', '--max-processes', '1'],
    '--json',
  ];
  const child = spawn(process.execPath, [backbenchEntry, ...args], {
    env: { ...process.env, BACKBENCH_DATA: folder },
  });
  let stdout = '';
  let interrupted = false;
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    if (interrupted || !/\[[1-7]\/8\]/.test(chunk.toString())) return;
    interrupted = true;
    child.kill('SIGINT');
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout })));
}

test('Ctrl-C keeps what was measured, cancels the rest, and ends with 130', async () => {
  const { code, stdout } = await interruptedRun();
  const document = JSON.parse(stdout) as { run: unknown; results: unknown[] };
  const run = Run.parse(document.run);
  const results = document.results.map((result) => Result.parse(result));
  expect(code).toBe(130);
  expect(run.state).toBe('cancelled');
  expect(results.length).toBeGreaterThan(0);
  expect(results).toHaveLength(run.jobs.filter(({ state }) => state === 'done').length);
  expect(run.jobs.some(({ state }) => state === 'cancelled')).toBe(true);
});
