import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { buildPreload } from './main/desktop/packaging/buildPreload.ts';
import { licencesPlugin } from './main/desktop/packaging/licences.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const outDir = here('dist/desktop');

/** Stays outside the bundle: Electron itself, what has native files beside it, and what finds its own files at run time. */
const external = ['electron', 'electron-updater', 'onnxruntime-node', 'better-sqlite3'];

/** A build of its own, because one build has one module format. */
const preloadPlugin: Plugin = {
  name: 'backbench:preload',
  apply: 'build',
  closeBundle: () => buildPreload(here('.'), outDir),
};

/**
 * Builds what runs in Node within the desktop app. Several entries, because each is started by its file name beside the others
 * (worker, probe, check of the database, bundles, the service itself); shared code goes to chunks in the same folder, so that
 * `import.meta.url` leads from each of them to ../../resources as it does in the sources.
 */
export default defineConfig({
  plugins: [preloadPlugin, licencesPlugin({ root: here('.'), outFile: here('dist/desktop/licences.txt') })],
  build: {
    ssr: true,
    outDir,
    emptyOutDir: true,
    target: 'node24',
    // A stack trace in a log must be readable.
    minify: false,
    rolldownOptions: {
      input: {
        main: here('main/desktop/main.ts'),
        serviceHost: here('main/desktop/serviceHost.ts'),
        worker: here('main/measure/worker.ts'),
        providerProbe: here('main/hardware/providerProbe.ts'),
        checkThread: here('main/store/checkThread.ts'),
        bundleThread: here('main/service/bundleThread.ts'),
      },
      output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
  ssr: { external, noExternal: true },
});
