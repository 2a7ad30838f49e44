import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..', '..');
/** Short, but with several processes: the intervals on screen are real ones. */
const shortPlan = [
  ['--min-processes', '3'],
  ['--max-processes', '3'],
  ['--min-samples', '10'],
  ['--max-samples', '100'],
  ['--max-seconds', '0.5'],
  ['--max-warm-up', '0.3'],
].flat();

/** Measures models into a data folder as `backbench run` does; nothing is invented. */
export async function fillStore(
  dataDir: string,
  models: readonly string[],
  ...options: string[]
): Promise<void> {
  const entry = join(root, 'main', 'headless', 'backbench.js');
  const args = [entry, '--data-dir', dataDir, 'run', '--models', models.join(','), ...shortPlan, ...options];
  await promisify(execFile)(process.execPath, args, { cwd: root });
}
