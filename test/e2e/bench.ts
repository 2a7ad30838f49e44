/**
 * `npm run bench:ui [-- --results 20000]`: what a person waits for on screen, in a real Chromium over the loopback host: first paint,
 * size of the scripts, the time between frames while a long results table is scrolled and a limit's slider is dragged, and how
 * long the ball chart of the whole catalog takes to be drawn anew. The
 * store holds made-up results (100,000 unless told otherwise). Without a GPU the browser draws in software: frames are what this
 * machine can do.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { fillWithResults } from '../../main/store/bench/manyResults.ts';
import { openStore } from '../../main/store/store.ts';
import { endHost, goTo, launchBrowser, settled, startHost } from './app.ts';

const loads = 7;
const rendererFolder = join(import.meta.dirname, '..', '..', 'dist', 'renderer');

/** Runs in the page: notes when each frame comes, until it is asked for them. */
const noteFrames = `
  window.notedFrames = [];
  (function note(nowMs) {
    if (nowMs !== undefined) window.notedFrames.push(nowMs);
    window.nextFrame = requestAnimationFrame(note);
  })();
`;
const endOfFrames = 'cancelAnimationFrame(window.nextFrame), window.notedFrames';

const { values } = parseArgs({ options: { results: { type: 'string', default: '100000' } } });
const resultCount = Number(values.results);
if (!Number.isInteger(resultCount) || resultCount < 1000)
  throw new Error(`--results takes a whole number from 1000, not '${values.results}'`);

const dataDir = await mkdtemp(join(tmpdir(), 'backbench-bench-ui-'));
try {
  await bench();
} finally {
  await rm(dataDir, { recursive: true, force: true });
}

async function bench(): Promise<void> {
  const store = await openStore(dataDir);
  fillWithResults(store, resultCount);
  store.close();
  const { host, url } = await startHost(dataDir);
  const browser = await launchBrowser();
  try {
    await firstPaint(browser, url);
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto(url);
    await settled(page);
    await scrolling(page);
    await dragging(page);
    await charting(page);
  } finally {
    await browser.close();
    await endHost(host);
  }
}

/** Each load in a context of its own: nothing is cached. The first one warms the host and does not count. */
async function firstPaint(browser: Browser, url: string): Promise<void> {
  const paints: number[] = [];
  const wholes: number[] = [];
  const scripts = new Set<string>();
  for (let load = 0; load <= loads; load++) {
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (pathname.endsWith('.js')) scripts.add(pathname.slice(1));
    });
    const started = performance.now();
    await page.goto(url);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const wholeMs = performance.now() - started;
    // What an idle page fetches ahead is not the first page's.
    page.removeAllListeners('response');
    const paintMs = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    );
    if (load > 0) {
      paints.push(paintMs);
      wholes.push(wholeMs);
    }
    // Else the host still answers this page while it serves the next one.
    await settled(page);
    await context.close();
  }
  report('first contentful paint, median', quantile(paints, 0.5), 'ms', 1000);
  report('first page with its heading, median', quantile(wholes, 0.5), 'ms');
  const all = (await readdir(rendererFolder, { recursive: true })).filter((name) => name.endsWith('.js'));
  report('scripts in all, gzipped', (await gzippedBytes(all)) / 1e3, 'kB', 700);
  report('scripts of the first page, gzipped', (await gzippedBytes([...scripts])) / 1e3, 'kB', 300);
}

async function gzippedBytes(names: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    names.map(async (name) => gzipSync(await readFile(join(rendererFolder, name)), { level: 9 }).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function scrolling(page: Page): Promise<void> {
  const started = performance.now();
  await goTo(page, 'results');
  const row = page.locator('.el-table-v2__row').first();
  await row.waitFor();
  report(`results page over ${resultCount} results, until its rows stand`, performance.now() - started, 'ms');
  await row.hover();
  await reportFrames(page, 'scrolling the results', async () => {
    for (let step = 0; step < 120; step++) {
      await page.mouse.wheel(0, 240);
      await page.waitForTimeout(16);
    }
  });
}

async function dragging(page: Page): Promise<void> {
  // Of a machine whose results these are: every move asks again over all of them.
  await goTo(page, 'recommend?device=bench-0');
  const handle = page.getByRole('slider').first();
  await handle.scrollIntoViewIfNeeded();
  const box = await handle.boundingBox();
  if (box === null) throw new Error('the slider of the first limit is not to be seen');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await reportFrames(page, 'dragging a limit', async () => {
    for (let step = 0; step < 120; step++) {
      await page.mouse.move(x + 70 * Math.sin(step / 12), y);
      await page.waitForTimeout(16);
    }
  });
  await page.mouse.up();
}

/** From a click on the other scale until the chart with all models of the catalog stands there in it. */
async function charting(page: Page): Promise<void> {
  await goTo(page, 'charts?rows=catalog');
  await page.locator('canvas').first().waitFor();
  const times: number[] = [];
  for (let change = 0; change < 10; change++) {
    const scale = page.getByText(change % 2 === 0 ? 'Linear' : 'Logarithmic', { exact: true });
    times.push(await scale.evaluate(clickAndDraw));
    await page.waitForTimeout(500);
  }
  report('drawing the catalog’s ball chart anew, median', quantile(times, 0.5), 'ms', 100);
}

/** Runs in the page: how long after a click the second frame is there, in which ECharts has painted. */
function clickAndDraw(element: { click(): void }): Promise<number> {
  const { requestAnimationFrame: atNextFrame } = globalThis as unknown as {
    requestAnimationFrame: (then: () => void) => void;
  };
  const started = performance.now();
  element.click();
  return new Promise((resolve) =>
    atNextFrame(() => atNextFrame(() => setTimeout(() => resolve(performance.now() - started)))),
  );
}

/** Times between the frames of the page while `work` goes on. */
async function reportFrames(page: Page, what: string, work: () => Promise<void>): Promise<void> {
  await page.evaluate(noteFrames);
  await work();
  const frames = await page.evaluate<number[]>(endOfFrames);
  const gapsMs = frames.slice(1).map((at, index) => at - (frames[index] ?? at));
  report(`${what}: time between frames, median`, quantile(gapsMs, 0.5), 'ms', 17);
  report(`${what}: time between frames, p95`, quantile(gapsMs, 0.95), 'ms');
  report(`${what}: longest time between frames`, Math.max(...gapsMs), 'ms');
}

function report(what: string, value: number, unit: string, goal: number | null = null): void {
  const verdict = goal === null ? '' : `  (goal < ${goal}: ${value < goal ? 'kept' : 'MISSED'})`;
  console.log(`${what.padEnd(66)} ${value.toFixed(1).padStart(9)} ${unit}${verdict}`);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
