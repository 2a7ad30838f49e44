import { execFileSync } from 'node:child_process';
import { setTimeout as timer } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApp, startHost, endHost, type App } from './app.ts';
import { electronProgram } from './electronApp.ts';

let app: App;
beforeAll(async () => {
  app = await openApp();
});
afterAll(() => app?.close());

async function startRun(models: readonly string[], preset: string): Promise<void> {
  const { page } = app;
  await page.getByRole('navigation').getByRole('link', { name: 'Measure', exact: true }).click();
  for (const model of models) {
    await page.getByPlaceholder('Search models').fill(model);
    await page
      .getByRole('row', { name: new RegExp(`^${model} `) })
      .getByRole('checkbox')
      .check();
  }
  await page.getByText(preset, { exact: true }).click();
  await page.getByRole('button', { name: 'Start measuring' }).click();
}

const job = (model: string) =>
  app.page.getByRole('region', { name: 'Jobs' }).getByRole('row', { name: new RegExp(model) });

/** Worker processes of the host, by the file that they run. */
function workers(): number[] {
  const table = execFileSync('ps', ['-eo', 'pid,ppid,args'], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .flatMap((found) =>
      found !== null && Number(found[2]) === app.host.pid && /measure\/worker/.test(found[3] ?? '')
        ? [Number(found[1])]
        : [],
    );
}

/** A worker that is alive now; between two processes of a job there is none for up to some seconds. */
async function aWorker(): Promise<number> {
  for (let waitedMs = 0; waitedMs < 30_000; waitedMs += 50) {
    const [pid] = workers();
    if (pid !== undefined) return pid;
    await timer(50);
  }
  throw new Error('no worker process came within 30 s');
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

test('kill -9 of a worker fails its job with the reason, and the others go on', async () => {
  await startRun(['squeezenet1_0', 'mobilenet_v2'], 'Quick');
  await app.page.getByText('Sampling', { exact: true }).first().waitFor({ timeout: 60_000 });
  const told = app.page.getByText(/killed from outside/).first();
  // A worker that has given its result and is about to end is killed without harm: then the next one is.
  for (let kills = 0; kills < 5 && !(await told.isVisible()); kills++) {
    kill(await aWorker());
    await told.waitFor({ timeout: 10_000 }).catch(() => undefined);
  }
  await told.waitFor();
  const states = [job('squeezenet1_0'), job('mobilenet_v2')];
  await app.page
    .getByRole('region', { name: 'Jobs' })
    .getByText('Done', { exact: true })
    .waitFor({ timeout: 120_000 });
  const texts = await Promise.all(states.map((state) => state.textContent()));
  expect(texts.filter((text) => text?.includes('Failed'))).toHaveLength(1);
  expect(texts.filter((text) => text?.includes('Done'))).toHaveLength(1);
});

test('a run is cancelled after a question, and no worker is left', async () => {
  await startRun(['resnet50'], 'Rigorous');
  await app.page
    .getByText(/Sampling|Warming up/)
    .first()
    .waitFor({ timeout: 60_000 });
  await app.page
    .getByRole('button', { name: /cancel/i })
    .first()
    .click();
  await app.page
    .getByRole('dialog')
    .getByRole('button', { name: /cancel the run|yes|stop|end/i })
    .click();
  await job('resnet50')
    .getByText(/Cancelled|Done/)
    .waitFor({ timeout: 30_000 });
  expect(workers()).toEqual([]);
});

// In Electron the service is restarted by the app itself: test/desktop/desktopApp.test.ts.
test.skipIf(electronProgram !== undefined)(
  'a service that is gone is said, and the page goes on by itself when it is back',
  async () => {
    const { page, dataDir } = app;
    const { port } = new URL(app.url);
    await endHost(app.host);
    await page
      .getByText(/not connected|disconnected|does not answer|connection/i)
      .first()
      .waitFor();
    const { host, url } = await startHost(dataDir, Number(port));
    try {
      // Another start has another key: the page must be opened by the new address.
      await page.goto('about:blank');
      await page.goto(url);
      await page.getByText('connected', { exact: true }).waitFor();
      await page.getByRole('navigation').getByRole('link', { name: 'Results', exact: true }).click();
      await page
        .getByRole('main')
        .getByText(/squeezenet1_0|mobilenet_v2/)
        .first()
        .waitFor();
    } finally {
      await endHost(host);
    }
  },
);
