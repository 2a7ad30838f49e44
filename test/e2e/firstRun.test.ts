import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApp, type App } from './app.ts';

let app: App;
beforeAll(async () => {
  app = await openApp();
});
afterAll(() => app?.close());

const go = (name: string) =>
  app.page.getByRole('navigation').getByRole('link', { name, exact: true }).click();

test('the token is gone from the address once the page has it', async () => {
  await app.page.getByRole('heading', { level: 1 }).waitFor();
  expect(app.page.url()).not.toContain('token');
});

test('the machine page says what was found and why a provider does not work', async () => {
  const { page } = app;
  await go('Machine');
  await page.getByText('ONNX Runtime', { exact: false }).first().waitFor();
  const tensorrt = page.getByRole('row', { name: /TensorRT/ });
  await tensorrt.waitFor();
  expect(await tensorrt.textContent()).toMatch(/NVIDIA/);
});

test('before anything is measured, results and recommendation say so and lead on', async () => {
  const { page } = app;
  for (const name of ['Results', 'Recommend']) {
    await go(name);
    await page
      .getByRole('main')
      .getByText(/nothing|not.*measured|no results/i)
      .first()
      .waitFor();
  }
});

test('a run shows its progress live and ends as a result', async () => {
  const { page } = app;
  await go('Measure');
  await page.getByPlaceholder('Search models').fill('squeezenet1_1');
  await page
    .getByRole('row', { name: /squeezenet1_1/ })
    .getByRole('checkbox')
    .check();
  await page.getByText('Quick', { exact: true }).click();
  await page.getByRole('button', { name: 'Start measuring' }).click();
  const job = page.getByRole('region', { name: 'Jobs' }).getByRole('row', { name: /squeezenet1_1/ });
  await job.waitFor();
  await page
    .getByText(/Warming up|Sampling|Loading|warm-up|sampling/i)
    .first()
    .waitFor();
  await job.getByText('Done', { exact: true }).waitFor({ timeout: 120_000 });
});

test('the result stands in the table, in the ball chart and in the recommendation', async () => {
  const { page } = app;
  await go('Results');
  await page.getByRole('main').getByText('squeezenet1_1').first().waitFor();
  await go('Charts');
  await page.locator('canvas, svg[role="img"], .echarts').first().waitFor();
  await go('Recommend');
  await page.getByRole('main').getByText('squeezenet1_1').first().waitFor();
});

test('a recommendation within limits survives a reload by its address', async () => {
  const { page } = app;
  await page.reload();
  await page.getByRole('main').getByText('squeezenet1_1').first().waitFor();
});

test('the pages printed no error', () => {
  expect(app.pageErrors).toEqual([]);
});
