/**
 * `npm run check:zoo [-- NAME…]`: every backbone (or those named) against its published costs, and loaded and run in ONNX Runtime
 * in each use. Prints what it saw and exits with 1 if any disagrees, fails to run, or puts out values that are not sane.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { graphCost } from '../../main/onnx/cost.ts';
import type { Architecture } from '../../main/zoo/architecture.ts';
import { buildGraph } from '../../main/zoo/build.ts';
import { architectureNamed, catalog } from '../../main/zoo/catalog.ts';
import { explained } from './explained.ts';
import { disagreements } from './fidelity.ts';
import { sanityRuns } from './sanity.ts';

async function sweep(architecture: Architecture, folder: string): Promise<boolean> {
  const { name, inputSize } = architecture;
  const cost = graphCost(buildGraph(architecture));
  const millions = (value: number) => `${(value / 1e6).toFixed(3)} M`;
  console.log(
    `${name} @${inputSize}: ${millions(cost.params)} params, ${millions(cost.macs)} MACs, ${millions(cost.activations)} activations`,
  );
  const runs = await sanityRuns(architecture, folder);
  for (const { what, outputs, problem } of runs)
    console.log(`  ${problem === null ? '✓' : '✗'} ${what}: ${problem ?? outputs.join(', ')}`);
  const known = explained[name]?.problems ?? [];
  const disagreed = disagreements(architecture).filter((problem) => !known.includes(problem));
  for (const problem of disagreed) console.log(`  ✗ ${problem}`);
  return disagreed.length === 0 && runs.every(({ problem }) => problem === null);
}

const names = process.argv.slice(2);
const chosen = names.length > 0 ? names.map(architectureNamed) : catalog;
const folder = await mkdtemp(join(tmpdir(), 'backbench-zoo-'));
let passed = 0;
try {
  for (const architecture of chosen) if (await sweep(architecture, folder)) passed++;
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${chosen.length - passed} failed`);
process.exitCode = passed === chosen.length ? 0 : 1;
