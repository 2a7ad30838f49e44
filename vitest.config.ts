import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

/** Three projects: fast unit tests, renderer units in a DOM, and the end-to-end run in a real Chromium. */
export default defineConfig({
  test: {
    reporters: ['default', './test/closingLine.ts'],
    projects: [
      {
        test: {
          name: 'main',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/renderer/**'],
          testTimeout: 120_000,
        },
      },
      {
        plugins: [vue()],
        test: {
          name: 'renderer',
          include: ['test/renderer/**/*.test.ts'],
          environment: 'happy-dom',
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
