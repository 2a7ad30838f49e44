import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goTo, openApp, settled, type App } from './app.ts';
import { fillStore } from './fillStore.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const pages = [
  '',
  'find',
  'machine',
  'run?models=resnet50',
  'runs',
  'results',
  'results?group=family',
  'charts',
  'charts?rows=catalog',
  'analyses?device=bianco2018-titan-x-pascal',
  'analyses?analysis=top-tables',
  'recommend',
  'recommend?fps=100000',
  'models',
  'models/squeezenet1_1',
  'data',
  'settings',
  'nowhere',
];

/** What lies over a page or behind a click. */
const opened: readonly (readonly [name: string, open: (page: Page) => Promise<void>])[] = [
  [
    'a result',
    async (page) => {
      await goTo(page, 'results');
      await page.getByRole('main').getByRole('button', { name: 'squeezenet1_1', exact: true }).click();
    },
  ],
  [
    'a comparison',
    async (page) => {
      await goTo(page, 'results');
      for (const model of ['squeezenet1_1', 'shufflenet_v2_x0_5'])
        await page.getByLabel(`Choose ${model}`).check();
      await page.getByRole('button', { name: 'Compare', exact: true }).click();
      await page.waitForURL(/compare/);
    },
  ],
  [
    'a run',
    async (page) => {
      await goTo(page, 'runs');
      await page.getByRole('main').getByRole('link').first().click();
      await page.waitForURL(/runs\/./);
    },
  ],
  [
    'the saved questions',
    async (page) => {
      await goTo(page, 'recommend');
      await page.getByRole('button', { name: 'Saved questions' }).click();
    },
  ],
  [
    'the ways to share an answer',
    async (page) => {
      await goTo(page, 'recommend');
      await page.getByRole('button', { name: 'Share' }).click();
      await page.getByRole('menuitem').first().waitFor();
    },
  ],
  [
    'the commands',
    async (page) => {
      await goTo(page, 'settings');
      await page.keyboard.press('Control+k');
    },
  ],
  [
    'the shortcuts',
    async (page) => {
      await goTo(page, 'settings');
      await page.keyboard.press('?');
    },
  ],
];

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** The rules that the page on screen breaks seriously, each with the first element that does. */
async function seriousViolations(page: Page, rules: readonly string[] | null): Promise<string[]> {
  // Through the debugger: the page's own policy forbids foreign scripts, as it should.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(
    (options) =>
      (globalThis as unknown as { axe: { run(options: object): Promise<AxeResult> } }).axe.run(options),
    rules === null ? {} : { runOnly: [...rules] },
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

let filled: App;
let empty: App;
beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'backbench-e2e-'));
  await fillStore(dataDir, ['squeezenet1_1', 'shufflenet_v2_x0_5']);
  filled = await openApp({ dataDir });
  empty = await openApp();
});
afterAll(() => Promise.all([filled?.close(), empty?.close()]));

describe.each([
  ['light', null],
  // The rest does not depend on colours.
  ['dark', ['color-contrast']],
] as const)('in the %s theme axe-core finds nothing serious', (colorScheme, rules) => {
  beforeAll(async () => {
    for (const { page } of [filled, empty]) await page.emulateMedia({ colorScheme });
  });

  test.each(pages)('on the page /%s', async (path) => {
    await goTo(filled.page, path);
    expect(await seriousViolations(filled.page, rules)).toEqual([]);
  });

  test.each(opened)('with %s open', async (_name, open) => {
    await open(filled.page);
    await settled(filled.page);
    expect(await seriousViolations(filled.page, rules)).toEqual([]);
    await filled.page.keyboard.press('Escape');
  });

  test.each(['', 'runs', 'results', 'charts', 'analyses', 'recommend'])(
    'on the page /%s before anything is measured',
    async (path) => {
      await goTo(empty.page, path);
      expect(await seriousViolations(empty.page, rules)).toEqual([]);
    },
  );
});
