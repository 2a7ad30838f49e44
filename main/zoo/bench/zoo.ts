/** `npm run bench:zoo`: how long graphs take to build and cost, and how fast weights reach the disk. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { graphCost } from '../../onnx/cost.ts';
import { writeModel } from '../../onnx/write.ts';
import { buildGraph } from '../build.ts';
import { architectureNamed, catalog } from '../catalog.ts';

const rounds = 5;
const written = ['mobilenet_v2', 'resnet50', 'vgg19', 'regnet_y_128gf'];

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function timesMs(work: () => unknown): number[] {
  return Array.from({ length: rounds }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
}

console.log('Graphs, built without weights (the ten with most nodes), median of 5:');
const largest = catalog
  .map((architecture) => ({ architecture, nodes: buildGraph(architecture).nodes.length }))
  .toSorted((a, b) => b.nodes - a.nodes)
  .slice(0, 10);
for (const { architecture, nodes } of largest) {
  const built = median(timesMs(() => buildGraph(architecture)));
  const graph = buildGraph(architecture);
  const cost = median(timesMs(() => graphCost(graph)));
  const grown = execFileSync(
    process.execPath,
    [join(import.meta.dirname, 'graphMemory.ts'), architecture.name],
    {
      encoding: 'utf8',
    },
  ).trim();
  console.log(
    `  ${architecture.name.padEnd(28)} ${String(nodes).padStart(5)} nodes  build ${built.toFixed(1)} ms (${grown} MB)  cost ${cost.toFixed(1)} ms`,
  );
}
const start = performance.now();
for (const architecture of catalog) graphCost(buildGraph(architecture));
console.log(
  `  all ${catalog.length}: ${(performance.now() - start).toFixed(0)} ms; peak memory of this process ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
);

console.log('Model files, weights generated and written (with checksum), median of 5:');
const folder = await mkdtemp(join(tmpdir(), 'backbench-bench-'));
try {
  for (const name of written) {
    const graph = buildGraph(architectureNamed(name));
    const times: number[] = [];
    let bytes = 0;
    for (let round = 0; round < rounds; round++) {
      const begin = performance.now();
      ({ bytes } = await writeModel(graph, join(folder, 'model.onnx'), { seed: 1, producer: 'backbench' }));
      times.push(performance.now() - begin);
    }
    const ms = median(times);
    console.log(
      `  ${name.padEnd(28)} ${(bytes / 1e6).toFixed(0).padStart(5)} MB  ${ms.toFixed(0).padStart(5)} ms  ${(bytes / 1000 / ms).toFixed(0).padStart(5)} MB/s`,
    );
  }
  console.log(`  peak memory of this process ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
