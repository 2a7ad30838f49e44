/**
 * `npm run check:desktop`: everything about the desktop app that was verified on this machine, and everything that was not, each with
 * its reason. Ends with 1 where something that can be verified here does not hold.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { electronBinary } from '../../main/headless/electronBinary.ts';
import { packagedFiles, packagingConfiguration, targetsOf } from './packagedFiles.ts';

const root = join(import.meta.dirname, '..', '..');

const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

const electron = electronBinary();
const verified: string[] = [];
const failed: string[] = [];

typeCheck();
desktopTests();
for (const line of ['Verified on this machine:', ...verified.map((what) => `  ok  ${what}`)])
  console.log(line);
if (failed.length > 0) for (const line of ['', 'Does not hold:', ...failed]) console.log(line);
console.log('\nIn a package, of ours beside Electron:');
packageSizes();
console.log('\nNot verified on this machine:');
for (const what of notVerified()) console.log(`  --  ${what}`);
process.exitCode = failed.length > 0 ? 1 : 0;

function typeCheck(): void {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', root], { encoding: 'utf8' });
  if (status === 0) verified.push("types, against Electron's own electron.d.ts");
  else failed.push(`types: ${stdout.trim()}`);
}

function desktopTests(): void {
  const folder = mkdtempSync(join(tmpdir(), 'backbench-check-'));
  try {
    const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
    const file = join(folder, 'report.json');
    const args = [
      vitest,
      'run',
      '--project',
      'main',
      'test/desktop',
      '--reporter=json',
      `--outputFile=${file}`,
    ];
    const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'ignore' });
    const { testResults } = Report.parse(JSON.parse(readFileSync(file, 'utf8')));
    for (const { name, message, assertionResults } of testResults) {
      if (assertionResults.length === 0) failed.push(`${name}: ${message}`);
      for (const { fullName, status: outcome } of assertionResults)
        (outcome === 'passed' ? verified : failed).push(fullName.trim());
    }
    if (status !== 0 && failed.length === 0) failed.push(`the tests ended with ${status}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function packageSizes(): void {
  const configuration = packagingConfiguration(root);
  for (const target of targetsOf(configuration)) {
    const files = packagedFiles(root, configuration, target);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    console.log(
      `  ${`${target.platform} ${target.arch}`.padEnd(12)} ${(bytes / 1e6).toFixed(1).padStart(6)} MB in ${files.length} files`,
    );
  }
}

function notVerified(): string[] {
  return [
    ...(electron.path === null
      ? [
          `the window, its real IPC, protocol and utility processes: no Electron binary (${electron.reason})`,
          'the end-to-end tests in the window: npm run test:electron where there is a binary and a display',
        ]
      : ['the end-to-end tests in the window: npm run test:electron']),
    'a package, its fuses and its integrity check: npm run package:dir, then the app with --smoke (.github/workflows/desktop.yml)',
    'signing and notarisation: want the certificates of a release',
    'an update from a feed: wants a published release',
    ...(['win32', 'darwin', 'linux'] as const)
      .filter((platform) => platform !== process.platform)
      .map((platform) => `anything on ${platform}`),
  ];
}
