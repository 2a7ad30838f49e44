import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '..', '..');

/** Builds what changed since the last build: the pages, and for Electron the main process and preload as well. */
export async function buildApp(options: { desktop: boolean }): Promise<{ rendererFolder: string }> {
  const rendererFolder = join(root, 'dist', 'renderer');
  await buildIfOlder(
    join(rendererFolder, 'index.html'),
    ['renderer', 'preload', 'vite.config.ts'],
    'vite.config.ts',
  );
  if (options.desktop) {
    const bundles = ['main', 'preload', 'vite.desktop.config.ts'];
    await buildIfOlder(join(root, 'dist', 'desktop', 'main.js'), bundles, 'vite.desktop.config.ts');
  }
  return { rendererFolder };
}

async function buildIfOlder(product: string, sources: readonly string[], config: string): Promise<void> {
  const built = statSync(product, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (sources.every((source) => newestMs(join(root, source)) <= built)) return;
  console.log(`Building ${product.slice(root.length + 1)} …`);
  await build({ configFile: join(root, config), logLevel: 'warn' });
}

function newestMs(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(...readdirSync(path).map((name) => newestMs(join(path, name))), 0);
}
