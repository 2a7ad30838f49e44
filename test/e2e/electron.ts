/**
 * `npm run test:electron [-- --required]`: the end-to-end tests in the app's own window, where Electron's binary and a display are to
 * be had. Where not, it says so and nothing else; with --required that is a failure.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildApp } from '../../main/headless/buildApp.ts';
import { electronBinary } from '../../main/headless/electronBinary.ts';

const { values } = parseArgs({ options: { required: { type: 'boolean', default: false } } });
const electron = electronBinary();
if (electron.path === null) {
  console.log(`not run: no Electron binary (${electron.reason})`);
  process.exitCode = values.required ? 1 : 0;
} else {
  await buildApp({ desktop: true });
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'e2e'], {
    stdio: 'inherit',
    env: { ...process.env, BACKBENCH_E2E_ELECTRON: electron.path },
  });
  process.exitCode = status ?? 1;
}
