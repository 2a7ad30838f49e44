import { join } from 'node:path';
import { build } from 'vite';

/** Builds the preload script into `outDir` as one CommonJS file: a sandboxed renderer loads no module but 'electron'. */
export async function buildPreload(root: string, outDir: string): Promise<void> {
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      minify: false,
      target: 'chrome140',
      rolldownOptions: {
        input: { preload: join(root, 'preload', 'electron.ts') },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  });
}
