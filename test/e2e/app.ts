import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { requireChromium } from './chromium.ts';
import { electronProgram, openElectronApp } from './electronApp.ts';
import { noteErrors } from './pageErrors.ts';

const root = join(import.meta.dirname, '..', '..');
/** The renderer may have to be built first. */
const startTimeoutMs = 180_000;

export interface OpenOptions {
  readonly dataDir?: string;
  readonly locale?: string;
  readonly colorScheme?: 'light' | 'dark';
}

/** Backbench in a process and data folder of its own, and the page that shows it. */
export interface App {
  readonly url: string;
  readonly page: Page;
  readonly context: BrowserContext;
  readonly dataDir: string;
  /** Messages that the page printed as errors, and errors that nothing caught. */
  readonly pageErrors: readonly string[];
  readonly host: ChildProcess;
  close(): Promise<void>;
}

/**
 * Opens Backbench as `npm start` runs it without Electron, in Chromium; in Electron's own window where `npm run test:electron` asks
 * for it. The same tests drive both.
 */
export async function openApp(options: OpenOptions = {}): Promise<App> {
  if (electronProgram !== undefined) return openElectronApp(electronProgram, options);
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'backbench-e2e-')));
  const { host, url } = await startHost(dataDir);
  const browser = await launchBrowser();
  const context = await browser.newContext({
    locale: options.locale ?? 'en-GB',
    colorScheme: options.colorScheme ?? 'light',
    viewport: { width: 1280, height: 800 },
    acceptDownloads: true,
  });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const pageErrors = noteErrors(page);
  await page.goto(url);
  return {
    url,
    page,
    context,
    dataDir,
    pageErrors,
    host,
    close: async () => {
      await browser.close();
      await endHost(host);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Goes to a page by its path after "#/" and waits until it shows what it asked for. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.goto(new URL(`/#/${path}`, page.url()).href);
  await settled(page);
}

/** A page asks several things, some after others: it is whole when nothing has been awaited for a while. */
export async function settled(page: Page, quietForMs = 600): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  const waiting = page.locator('[aria-busy="true"], .is-loading, .page-under-way');
  for (let quietMs = 0, waitedMs = 0; quietMs < quietForMs; waitedMs += 100) {
    if (waitedMs > 60_000) throw new Error(`the page ${page.url()} still waits for something after a minute`);
    await page.waitForTimeout(100);
    quietMs = (await waiting.count()) > 0 ? 0 : quietMs + 100;
  }
}

/** Starts the loopback host and resolves to its address, token included. */
export async function startHost(dataDir: string, port = 0): Promise<{ host: ChildProcess; url: string }> {
  const args = [
    join(root, 'main', 'headless', 'start.js'),
    '--browser',
    '--data-dir',
    dataDir,
    '--port',
    String(port),
  ];
  const host = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    const timer = setTimeout(
      () => reject(new Error(`the host did not start in time:\n${output}`)),
      startTimeoutMs,
    );
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const found = /Open (http:\S+)/.exec(output)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    };
    host.stdout.on('data', read);
    host.stderr.on('data', read);
    host.once('exit', (code) => reject(new Error(`the host ended with ${code}:\n${output}`)));
  });
  return { host, url };
}

/** Ends the host as Ctrl-C does, and waits until it is gone. */
export function endHost(host: ChildProcess): Promise<void> {
  if (host.exitCode !== null || host.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    host.once('exit', () => resolve());
    host.kill('SIGINT');
  });
}

/** Without the background switches Chromium would try to reach its maker's hosts. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: requireChromium(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
