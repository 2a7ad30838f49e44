/**
 * `npm run screenshots [-- --only recommend,run] [-- --sizes]`: every page in both themes and languages, over a store that
 * was filled by real, short measurements, into build/screenshots (not committed); one longer than its window also whole. With
 * --sizes, each page also as a small window, on a 4K screen and at 80 and 200 % zoom, which for a page is a window of more or
 * fewer CSS pixels.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { drawnAnalyses } from '../../renderer/pages/analyses/drawn.ts';
import { endHost, goTo, launchBrowser, settled, startHost } from './app.ts';
import { fillStore } from './fillStore.ts';

interface Look {
  readonly name: string;
  readonly colorScheme: 'light' | 'dark';
  readonly locale: 'en-GB' | 'zh-CN';
  readonly width: number;
  readonly height: number;
  readonly scale: number;
}

const themesAndLanguages = (['light', 'dark'] as const).flatMap((colorScheme) =>
  (['en-GB', 'zh-CN'] as const).map((locale): Look => {
    const name = `${colorScheme}-${locale === 'zh-CN' ? locale : 'en'}`;
    return { name, colorScheme, locale, width: 1280, height: 800, scale: 1 };
  }),
);
const windowSizes: readonly Look[] = (
  [
    ['1024x700', 1024, 700, 1],
    ['4k', 3840, 2160, 1],
    ['zoom80', 1600, 1000, 0.8],
    ['zoom200', 640, 400, 2],
  ] as const
).map(([name, width, height, scale]) => ({
  name,
  width,
  height,
  scale,
  colorScheme: 'light',
  locale: 'en-GB',
}));

/** Paths after "#/"; results that are opened or compared are found by what the results page offers. */
const pages: Readonly<Record<string, string>> = {
  home: '',
  find: 'find',
  machine: 'machine',
  run: 'run?models=resnet18,squeezenet1_1&batches=1,4',
  runs: 'runs',
  results: 'results',
  charts: 'charts',
  ...Object.fromEntries(drawnAnalyses.map((name) => [`analyses-${name}`, `analyses?analysis=${name}`])),
  recommend: 'recommend',
  models: 'models',
  model: 'models/resnet18',
  data: 'data',
  settings: 'settings',
  lost: 'nowhere',
};

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'build', 'screenshots');
const filled = join(root, 'build', 'screenshots-data');
const empty = join(root, 'build', 'screenshots-empty');

const { values } = parseArgs({ options: { only: { type: 'string' }, sizes: { type: 'boolean' } } });
const only = values.only?.split(',');

await mkdir(folder, { recursive: true });
if (!existsSync(filled)) {
  console.log('Measuring a few small models once; later calls use them again …');
  const small = ['squeezenet1_1', 'mobilenet_v2', 'mobilenet_v3_small', 'shufflenet_v2_x0_5', 'resnet18'];
  await fillStore(filled, [...small, 'efficientnet_b0', 'regnet_y_400mf', 'mnasnet0_5'], '--batch', '1,4');
  await fillStore(filled, ['mobilenet_v3_small'], '--mode', 'paced', '--fps', '20');
}

const browser = await launchBrowser();
try {
  for (const look of [...themesAndLanguages, ...(values.sizes === true ? windowSizes : [])]) {
    await takeAll(filled, look, async (page, shoot) => {
      for (const name of Object.keys(pages)) {
        if (only === undefined || only.includes(name)) await shoot(name, pages[name] ?? '');
      }
      for (const [name, path] of await pathsOfResults(page)) {
        if (only === undefined || only.includes(name)) await shoot(name, path);
      }
    });
    if (only === undefined || only.includes('first'))
      await takeAll(empty, look, async (_page, shoot) => {
        for (const name of ['home', 'results', 'recommend', 'charts'])
          await shoot(`first-${name}`, pages[name] ?? '');
      });
  }
} finally {
  await browser.close();
}
console.log(`Screenshots lie in ${folder}`);

async function takeAll(
  dataDir: string,
  look: Look,
  take: (page: Page, shoot: (name: string, path: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const { host, url } = await startHost(dataDir);
  const context = await newContext(browser, look);
  try {
    const page = await context.newPage();
    await page.goto(url);
    await settled(page);
    await take(page, async (name, path) => {
      await goTo(page, path);
      const file = join(folder, `${name}.${look.name}`);
      await page.screenshot({ path: `${file}.png` });
      await shootWhole(page, look, `${file}.whole.png`);
    });
  } finally {
    await context.close();
    await endHost(host);
  }
}

/** What does not fit into the window, seen through one that is as tall as the page. */
async function shootWhole(page: Page, { width, height }: Look, path: string): Promise<void> {
  const below = await page.evaluate<number>('content.scrollHeight - content.clientHeight');
  if (below <= 0) return;
  await page.setViewportSize({ width, height: height + below });
  await settled(page);
  await page.screenshot({ path });
  await page.setViewportSize({ width, height });
}

function newContext(from: Browser, { colorScheme, locale, width, height, scale }: Look) {
  return from.newContext({ colorScheme, locale, viewport: { width, height }, deviceScaleFactor: scale });
}

/** An open result, a comparison and a run, by the ids that the pages put into their addresses. */
async function pathsOfResults(page: Page): Promise<[name: string, path: string][]> {
  await goTo(page, 'results?batch=1');
  await page.locator('.el-table-v2__row button.open').first().click();
  await page.waitForURL(/result=/);
  const opened = new URL(page.url()).hash.slice(2);
  await goTo(page, 'results?batch=1');
  // The first box is the header's: all rows.
  for (const index of [1, 2]) await page.locator('input.tick').nth(index).check();
  await page.locator('.chosen').getByRole('button').first().click();
  await page.waitForURL(/compare/);
  const compared = new URL(page.url()).hash.slice(2);
  await goTo(page, 'runs');
  await page.locator('a[href^="#/runs/"]').first().click();
  await page.waitForURL(/runs\/./);
  const run = new URL(page.url()).hash.slice(2);
  return [
    ['result', opened],
    ['compare', compared],
    ['runDetail', run],
  ];
}
