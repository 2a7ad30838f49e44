import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphCost } from '../../main/onnx/cost.ts';
import { buildGraph } from '../../main/zoo/build.ts';
import { catalog } from '../../main/zoo/catalog.ts';
import { sanityRuns } from './sanity.ts';

/** The cheapest of each family stands for it; `npm run check:zoo` runs them all. */
const representatives = [...Map.groupBy(catalog, ({ family }) => family).values()].flatMap((family) => {
  const counted = family.map((architecture) => ({
    architecture,
    macs: graphCost(buildGraph(architecture)).macs,
  }));
  return counted.toSorted((a, b) => a.macs - b.macs)[0]?.architecture ?? [];
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backbench-zoo-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(
  representatives.map((architecture) => [architecture.family, architecture.name, architecture] as const),
)(
  '%s (%s) loads with all optimisations and puts out sane values in each use',
  async (_family, _name, architecture) => {
    const problems = (await sanityRuns(architecture, folder)).filter(({ problem }) => problem !== null);
    expect(problems).toEqual([]);
  },
);
