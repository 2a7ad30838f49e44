import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goTo, openApp, type App } from './app.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const pages = [
  '',
  'find',
  'machine',
  'run',
  'runs',
  'results',
  'charts',
  'analyses?device=bianco2018-titan-x-pascal',
  'recommend',
  'models',
  'models/resnet50',
  'data',
  'settings',
];

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  let app: App;
  beforeAll(async () => {
    app = await openApp({ colorScheme });
  });
  afterAll(() => app?.close());

  test.each(pages)('axe-core finds nothing serious on the page /%s', async (path) => {
    const { page } = app;
    await goTo(page, path);
    // Through the debugger: the page's own policy forbids foreign scripts, as it should.
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<AxeResult> } }).axe.run(),
    );
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });
});
