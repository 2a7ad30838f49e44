import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goTo, openApp, settled, type App } from './app.ts';
import { electronProgram } from './electronApp.ts';
import { fillStore } from './fillStore.ts';

let app: App;
beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'backbench-e2e-'));
  await fillStore(dataDir, ['squeezenet1_1', 'mobilenet_v3_small', 'shufflenet_v2_x0_5']);
  app = await openApp({ dataDir });
});
afterAll(() => app?.close());

const main = () => app.page.getByRole('main');
const title = () => app.page.getByRole('heading', { level: 1 });

test('two chosen results are compared: first their conditions, then which is faster', async () => {
  const { page } = app;
  await goTo(page, 'results');
  for (const model of ['squeezenet1_1', 'shufflenet_v2_x0_5'])
    await main().getByLabel(`Choose ${model}`).check();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  // On a busy machine other programs' load may differ between two real measurements: then that is what is said first.
  await page.getByText(/^(Measured|Not measured) under the same conditions/).waitFor();
  await page.getByRole('heading', { name: /candidate is (faster|slower)|No difference/ }).waitFor();
  const latencies = await page.getByRole('row', { name: /^Latency/ }).textContent();
  expect(latencies).toMatch(/\d ms.*\d ms/);
});

test('a deleted result is gone, and undo brings it back', async () => {
  const { page } = app;
  await goTo(page, 'results');
  await main().getByLabel('Choose mobilenet_v3_small').check();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('2 of 2').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('3 of 3').waitFor();
});

test('filters and order stand in the address and survive a reload', async () => {
  const { page } = app;
  await goTo(page, 'results');
  await page.getByPlaceholder('Search models').fill('net1_1');
  await page.getByText('1 of 3').waitFor();
  await page.waitForURL(/search=net1_1/);
  await page.reload();
  await page.getByText('1 of 3').waitFor();
  expect(await page.getByPlaceholder('Search models').inputValue()).toBe('net1_1');
});

test('results are grouped by family, and a group folds', async () => {
  const { page } = app;
  await goTo(page, 'results?group=family');
  const head = page.getByRole('button', { name: /^SqueezeNet/ });
  await main().getByRole('button', { name: 'squeezenet1_1', exact: true }).waitFor();
  await head.click();
  await main().getByRole('button', { name: 'squeezenet1_1', exact: true }).waitFor({ state: 'detached' });
  expect(await head.getAttribute('aria-expanded')).toBe('false');
});

test('the language is switched on the spot, kept over a reload, and switched back', async () => {
  const { page } = app;
  await goTo(page, 'settings');
  await page.getByRole('button', { name: '切换到中文' }).click();
  await page.getByRole('heading', { level: 1, name: '设置' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { level: 1, name: '设置' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
  await main().locator('label').filter({ hasText: 'English' }).click();
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
});

test('the theme is switched on the spot and kept over a reload', async () => {
  const { page } = app;
  const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
  const light = await background();
  await page.getByRole('button', { name: 'Dark theme' }).click();
  await expect.poll(background).not.toBe(light);
  await page.reload();
  await settled(page);
  expect(await background()).not.toBe(light);
  await page.getByRole('button', { name: 'Light theme' }).click();
  await expect.poll(background).toBe(light);
});

test('the keyboard alone leads to a result, its details and a recommendation', async () => {
  const { page } = app;
  const { keyboard } = page;
  await goTo(page, '');
  await keyboard.press('Control+k');
  await keyboard.type('Results');
  await keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Results' }).waitFor();
  await settled(page);
  const focused = () => page.evaluate<string>("document.activeElement?.textContent?.trim() ?? ''");
  for (let presses = 0; presses < 80 && (await focused()) !== 'squeezenet1_1'; presses++)
    await keyboard.press('Tab');
  expect(await focused()).toBe('squeezenet1_1');
  // What has the focus shows it.
  const [outline, shadow] = await page.evaluate<[string, string]>(
    '(({ outlineStyle, boxShadow }) => [outlineStyle, boxShadow])(getComputedStyle(document.activeElement))',
  );
  expect(outline !== 'none' || shadow !== 'none').toBe(true);
  await keyboard.press('Enter');
  await page.getByRole('dialog').getByText('What was measured').waitFor();
  await keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await keyboard.press('?');
  await page.getByRole('dialog').getByText('Ctrl', { exact: true }).first().waitFor();
  await keyboard.press('Escape');
  await keyboard.press('g');
  await keyboard.press('a');
  await title()
    .and(page.getByText('Recommend', { exact: true }))
    .waitFor();
  await main().getByText('squeezenet1_1').first().waitFor();
});

test('a table of timm becomes a device; one that is none is refused with the reason', async () => {
  const { page } = app;
  const folder = await mkdtemp(join(tmpdir(), 'backbench-e2e-table-'));
  const table = join(folder, 'benchmark-infer-amp-nchw-pt240-cu124-rtx3090.csv');
  const header = 'model,infer_img_size,infer_samples_per_sec,infer_step_time,infer_batch_size,param_count';
  await writeFile(
    table,
    `${header}\nresnet50.a1_in1k,224,4000.5,63.99,256,25.56\nresnet18.a1_in1k,224,11000,23.27,256,11.69\n`,
  );
  const other = join(folder, 'notes.csv');
  await writeFile(other, 'a,b\n1,2\n');
  await goTo(page, 'data');
  const region = page.getByRole('region', { name: 'Reference devices from tables' });
  await region.locator('input[type="file"]').setInputFiles(other);
  await region.getByRole('alert').waitFor();
  await region.locator('input[type="file"]').setInputFiles(table);
  await region.getByRole('status').waitFor();
  const devices = page.getByRole('region', { name: 'Machines and reference devices' });
  await devices.getByRole('row', { name: /3090/ }).first().waitFor();
  await devices
    .getByRole('button', { name: /^Remove .*3090/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await devices
    .getByRole('button', { name: /^Remove/ })
    .first()
    .waitFor({ state: 'detached' });
});

test('results go out as a bundle, come in at another installation, and are asked about there', async () => {
  const { page } = app;
  await goTo(page, 'data');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export the results' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^backbench-\d{4}-\d\d-\d\d\.backbench$/);
  const bytes = await readFile(await file.path());
  const other = await openApp();
  try {
    await goTo(other.page, 'data');
    const region = other.page.getByRole('region', { name: 'Results of other machines' });
    const take = (name: string, buffer: Buffer) =>
      region
        .locator('input[type="file"]')
        .setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
    await take('cut.backbench', bytes.subarray(0, bytes.length - 20));
    await region
      .getByRole('alert')
      .getByText(/cut\.backbench is not a Backbench bundle/)
      .waitFor();
    await take('whole.backbench', bytes);
    await region.getByText(/^3 new results with [\d,]+ samples; 0 were here before/).waitFor();
    await take('whole.backbench', bytes);
    await region.getByText(/^0 new results with 0 samples; 3 were here before/).waitFor();
    await region.getByRole('link').click();
    await other.page.getByRole('heading', { level: 1, name: 'Recommend' }).waitFor();
    await other.page.getByRole('main').getByText('squeezenet1_1').first().waitFor();
    expect(other.pageErrors).toEqual([]);
  } finally {
    await other.close();
  }
});

test('writing a large model’s file is stopped, and nothing of it stays', async () => {
  const { page } = app;
  await goTo(page, 'models/vgg19');
  const region = page.getByRole('region', { name: 'ONNX file' });
  await region.getByRole('button', { name: 'Write the file' }).click();
  await region.getByRole('button', { name: 'Stop' }).click();
  await region.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
  expect(await region.getByRole('alert').count()).toBe(0);
  const models = await readdir(join(app.dataDir, 'models'));
  expect(models.filter((name) => name.startsWith('vgg19'))).toEqual([]);
});

test('a backup is made, and put back after a question', async () => {
  const { page } = app;
  await goTo(page, 'data');
  const region = page.getByRole('region', { name: 'Backups of the database' });
  await region.getByRole('button', { name: 'Back up now' }).click();
  await region
    .getByRole('row', { name: /asked for/ })
    .getByRole('button', { name: /Put back/ })
    .click();
  await page.getByRole('dialog').getByRole('button', { name: 'Put back' }).click();
  await page
    .getByRole('dialog')
    .getByText(/3 results/)
    .waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  await region.getByRole('row', { name: /before a copy was put back/ }).waitFor();
});

test.skipIf(electronProgram !== undefined)(
  'a file dropped into a browser’s window leads to the field for its path',
  async () => {
    const { page } = app;
    await goTo(page, 'run');
    const dropped = await page.evaluateHandle(
      "(() => { const all = new DataTransfer(); all.items.add(new File(['x'], 'mine.onnx')); return all; })()",
    );
    await page.dispatchEvent('main', 'drop', { dataTransfer: dropped });
    await page.getByText('A browser does not tell where a dropped file lies.').waitFor();
    await main().getByLabel('Path of an .onnx file on this machine').waitFor();
  },
);

test('results are copied as CSV with units in the header', async () => {
  const { page, context } = app;
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await goTo(page, 'results');
  await page.getByRole('button', { name: 'Copy CSV' }).click();
  await page.getByText('3 rows copied').waitFor();
  const text = await page.evaluate<string>('navigator.clipboard.readText()');
  const [header, ...rows] = text.trim().split(/\r?\n/);
  expect(header).toMatch(/ms/);
  expect(rows).toHaveLength(3);
});

test('all results that the filters leave are exported as a file, whichever columns are on screen', async () => {
  const { page } = app;
  await goTo(page, 'results?search=net');
  await page.getByText('3 of 3').waitFor();
  await page.getByPlaceholder('Search models').fill('shuffle');
  await page.getByText('1 of 3').waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export CSV' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^backbench-results-\d{4}-\d\d-\d\d\.csv$/);
  const [header, ...rows] = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
  expect(header).toMatch(/^Model,Family,.*Measured$/);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatch(/^shufflenet_v2_x0_5,/);
});

test('a question is saved, opened again, and its answer goes out as a report and as a bundle', async () => {
  const { page } = app;
  await goTo(page, 'recommend?fps=2');
  await main().getByText('squeezenet1_1').first().waitFor();
  await page.getByRole('button', { name: 'Saved questions' }).click();
  const dialog = page.getByRole('dialog', { name: 'Saved questions' });
  await dialog.getByLabel('Name of the question on this page').fill('no <markup>');
  await page.keyboard.press('Enter');
  await dialog
    .getByRole('alert')
    .getByText(/letters, digits, spaces/)
    .waitFor();
  await dialog.getByLabel('Name of the question on this page').fill('Kiosk');
  await page.keyboard.press('Enter');
  await dialog.getByRole('row', { name: /Kiosk.*≥ 2 FPS/ }).waitFor();
  await dialog.getByRole('button', { name: 'Remove Kiosk' }).click();
  await dialog.getByText('“Kiosk” was removed.').waitFor();
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await dialog.getByRole('row', { name: /Kiosk/ }).waitFor();
  await page.keyboard.press('Escape');
  await goTo(page, '');
  await main().getByRole('link', { name: 'Kiosk' }).waitFor();
  await goTo(page, 'recommend');
  await page.getByRole('button', { name: 'Saved questions' }).click();
  await dialog.getByRole('button', { name: 'Kiosk', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.waitForURL(/fps=2/);

  const shared = async (as: string) => {
    await page.getByRole('button', { name: 'Share' }).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: as }).click(),
    ]);
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
  };
  const report = await shared('Report, as a web page to print or send');
  expect(report.name).toMatch(/\.html$/);
  expect(report.bytes.toString()).toMatch(/^<!doctype html>[\s\S]*squeezenet1_1/i);
  const { name, bytes } = await shared('Question and answer, as JSON');
  expect(name).toMatch(/\.json$/);
  expect(JSON.parse(bytes.toString())).toMatchObject({ question: { limits: { minFps: 2 } } });
  expect((await shared('The results behind it, as a bundle')).name).toMatch(/\.backbench$/);
});

/** Where the run that filled the store is told of. */
async function runPath(): Promise<string> {
  const { page } = app;
  await goTo(page, 'runs');
  await main().getByRole('link').first().click();
  await page.waitForURL(/#\/runs\/./);
  const path = new URL(page.url()).hash.slice(2);
  // Left again: going to where one is loads nothing.
  await goTo(page, 'settings');
  return path;
}

test.skipIf(electronProgram !== undefined)(
  'each page asks for the results that it shows and no others',
  async () => {
    const { page } = app;
    const run = await runPath();
    const asked: unknown[] = [];
    const note = (request: { url(): string; postDataJSON(): unknown }) => {
      if (request.url().endsWith('/call/listResults')) asked.push(request.postDataJSON());
    };
    page.on('request', note);
    /** What a page asked for until it showed this. */
    const askedBy = async (path: string, shows: string | RegExp) => {
      asked.length = 0;
      await goTo(page, path);
      await main().getByText(shows).first().waitFor({ state: 'attached' });
      return asked.splice(0);
    };
    const onItsOwn: [path: string, shows: string | RegExp, asks: object][] = [
      [run, /\d ms/, { ids: Array(3).fill(expect.any(String)) }],
      ['models/squeezenet1_1', 'Details', { models: ['squeezenet1_1'] }],
      [
        'charts',
        /^The 3 figures/,
        { machineId: expect.any(String) as unknown, providers: ['cpu'], precisions: ['fp32'], batches: [1] },
      ],
    ];
    for (const [path, shows, asks] of onItsOwn) {
      const requests = await askedBy(path, shows);
      expect(requests, path).not.toEqual([]);
      for (const request of requests) expect(request, path).toMatchObject(asks);
    }
    expect(await askedBy('run', /^measured$/)).toEqual([]);
    expect(await askedBy('find', /^Answer from 3 measured/)).toEqual([]);
    expect(await askedBy('recommend', 'squeezenet1_1')).toEqual([]);
    page.off('request', note);
  },
);

test.skipIf(electronProgram !== undefined)(
  'a page whose results do not come says so, and has them when asked again',
  async () => {
    const { page } = app;
    const failure = { code: 'store-trouble', message: 'The database is busy.', remedy: null };
    const pages: [path: string, call: string, shows: string | RegExp][] = [
      [await runPath(), 'listResults', /\d ms/],
      ['models/squeezenet1_1', 'listResults', 'Details'],
      ['charts', 'listResults', /^The 3 figures/],
      ['charts', 'resultFacets', /^The 3 figures/],
      ['run', 'resultFacets', /^measured$/],
      ['find', 'resultFacets', /^Answer from 3 measured/],
    ];
    for (const [path, call, shows] of pages) {
      await goTo(page, 'settings');
      await page.route(`**/call/${call}`, (route) => route.fulfill({ json: { ok: false, failure } }));
      await goTo(page, path);
      await main().getByRole('alert').getByText('The database is busy.').waitFor();
      await page.unroute(`**/call/${call}`);
      await main().getByRole('alert').getByRole('button', { name: 'Try again' }).click();
      await main().getByRole('alert').waitFor({ state: 'detached' });
      await main().getByText(shows).first().waitFor({ state: 'attached' });
    }
  },
);

test('the pages printed no error', () => {
  expect(app.pageErrors).toEqual([]);
});
