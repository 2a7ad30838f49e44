import { describe, expect, test } from 'vitest';
import { checkGraph } from '../../main/onnx/check.ts';
import { buildGraph } from '../../main/zoo/build.ts';
import { catalog } from '../../main/zoo/catalog.ts';
import { explained } from './explained.ts';
import { disagreements } from './fidelity.ts';

describe.each(catalog)('$name', (architecture) => {
  test('agrees with every published cost of it', () => {
    expect(disagreements(architecture)).toEqual(explained[architecture.name]?.problems ?? []);
  });

  test('is a sound graph with a symbolic batch, in each use', () => {
    for (const use of ['classifier', 'features', 'pyramid'] as const)
      checkGraph(buildGraph(architecture, { use }));
  });
});

test('names are unique, and each reference name stands for one architecture', () => {
  for (const key of ['name', 'timm', 'torchvision', 'bianco2018'] as const) {
    const names = catalog.map((architecture) => architecture[key]).filter((name) => name !== null);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  }
});
