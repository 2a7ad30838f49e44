import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

/** Services and workers that the tests start compile our files once and not each time, as the command line does. */
const env = { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'node') };

/**
 * Three projects: unit tests, renderer units in a DOM, and the end-to-end run in a real Chromium. The end-to-end tests come last and
 * one at a time: a browser and a measurement beside them would only make them wait.
 */
export default defineConfig({
  test: {
    reporters: ['default', './test/closingLine.ts'],
    projects: [
      {
        test: {
          name: 'main',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/renderer/**'],
          // Also on two cores two at a time: much of the time is waiting for other processes.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          env,
          testTimeout: 120_000,
        },
      },
      {
        plugins: [vue()],
        test: {
          name: 'renderer',
          include: ['test/renderer/**/*.test.ts'],
          environment: 'happy-dom',
          maxWorkers: Math.max(2, availableParallelism() - 1),
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          env,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
